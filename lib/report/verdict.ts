/** What a check of a report found, as data and as its one line. */
import { type Path, pathText } from "../notebook/codec_path.ts";
import { engineNames as knownEngines } from "../engine/engine_choice.ts";
import { compare, type Tolerance } from "./compare.ts";
import { type CellDifference, compareRecordings, type RecordingsComparison } from "./compare_recordings.ts";
import { printable } from "./leaf_text.ts";
import type { Manifest } from "./manifest.ts";
import type { RecordedOn, Recording } from "./recording.ts";
import { recordedPlans } from "./recorded_plans.ts";

export interface Verdict {
  readonly kind: "same bytes" | "same within tolerance" | "differs";
  /** begins with `kind` */
  readonly line: string;
  /** what of the machine is another: why numbers may differ by a tolerance */
  readonly because: readonly Other[];
  /** what was compared; null when the report could not be made again */
  readonly comparison: RecordingsComparison | null;
  /** where it was made again; null when it was not */
  readonly on: RecordedOn | null;
}

/** As `engine`, `wasm`, `tensorflow`. */
export interface Other {
  readonly what: string;
  readonly is: string;
  readonly was: string;
}

/** Default: what two engines make of the same training in 32 bits. */
export const TOLERANCE: Tolerance = { relative: 1e-3, absolute: 1e-6 };

/** What a report says of its run. */
export interface Said {
  readonly manifest: Manifest;
  readonly recording: Recording;
}

/** What came of running it again. */
export interface Again {
  readonly recording: Recording;
  /** hash of the library that ran it */
  readonly library: string;
}

/** A report that is damaged, or cannot be made again. */
export const differs = (what: string): Verdict => ({
  kind: "differs",
  line: `differs: ${what}`,
  because: [],
  comparison: null,
  on: null,
});

/**
 * Compares a report with what came of running it again. By the same library on the same machine anything but the same
 * bytes differs; elsewhere numbers may differ by `tolerance`. What differs by more is said with what of the machine is
 * another: a training that adds in another order parts from the one before, the sooner the longer it is, and what was
 * decided by its numbers, as the step at which it stops, is then another. Which it is the report's own engine tells.
 *
 * @param tolerance default 1e-3 of the larger number, or 1e-6
 * @example
 * ```ts ignore
 * verdictOf(report, { recording, library: await libraryHash() }).line; // "same bytes"
 * ```
 */
export function verdictOf(said: Said, again: Again, tolerance: Tolerance = TOLERANCE): Verdict {
  const because = otherMachine(said.manifest, again);
  const alike = [said.manifest, { on: again.recording.on, ...recordedPlans(again.recording) }].flatMap(
    engineNames,
  );
  const comparison = compareRecordings(
    said.recording,
    again.recording,
    because.length === 0 ? null : { ...tolerance, alike },
  );
  const found = { because, comparison, on: again.recording.on };
  const program = said.manifest.library === again.library
    ? programDifference(said.recording, again.recording)
    : null;
  const others = because.map(otherText).join(", and "), [first] = comparison.differences;
  if (first) {
    const more = comparison.count > 1 ? ` (and ${comparison.count - 1} more)` : "";
    const perhaps = others === "" ? "" : `, perhaps because ${others}`;
    return { ...found, kind: "differs", line: `differs: ${placed(first)}${more}${perhaps}` };
  }
  const [lone] = comparison.alone;
  if (lone !== undefined) {
    return { ...found, kind: "differs", line: `differs: only one of the two has ${printable(lone)}` };
  }
  if (program !== null) return { ...found, kind: "differs", line: `differs: ${program}` };
  if (comparison.near === null) return { ...found, kind: "same bytes", line: "same bytes" };
  const { relative, cell, path } = comparison.near.relative, kind = "same within tolerance";
  const most = `max difference ${relative.toPrecision(2)} in cell ${printable(cell)} at ${placeText(path)}`;
  return { ...found, kind, line: `${kind} (${most}, because ${others})` };
}

/** `cell policies at rows[2].regret: 0.013, was 0.012` */
export function placed({ cell, path, is, was }: CellDifference): string {
  return `${cell === "" ? "" : `cell ${printable(cell)} `}at ${placeText(path)}: ${is}, was ${was}`;
}

const placeText = (path: Path): string => printable(pathText(path), 200);
const otherText = ({ what, is, was }: Other): string => `the ${what} differs: ${is}, was ${was}`;

/** What numbers may depend on beside the notebook, where it is another. Of another engine the rest is another too. */
function otherMachine(
  { on: was, modes, library }: Manifest,
  { recording, library: ownLibrary }: Again,
): Other[] {
  const is = recording.on;
  // the engines that are built in use one thread, and the same instructions on every processor
  const native: (keyof RecordedOn)[] = was.engine === "tensorflow" ? ["threads", "processor"] : [];
  const names: (keyof RecordedOn)[] = was.engine !== is.engine
    ? ["engine", "deno"]
    : ["version", "device", "deno", ...native];
  const found = names.map((name) => ({ what: WORDS[name], is: String(is[name]), was: String(was[name]) }));
  if (was.engine === is.engine && was.version === is.version) {
    const now = recordedPlans(recording).modes;
    found.push({ what: "mode", is: now.join(", ") || "none", was: modes.join(", ") || "none" });
  }
  found.push({ what: "version of Plateau", is: ownLibrary.slice(0, 12), was: library.slice(0, 12) });
  return found.filter((each) => each.is !== each.was)
    .map(({ what, is, was }) => ({ what, is: printable(is), was: printable(was) }));
}

/** Under which an engine may be named in texts. A report is not believed that others are: texts could hide behind them. */
const engineNames = ({ on, modes }: Pick<Manifest, "on" | "modes">): string[] => {
  const names = [...modes, `${on.engine} ${on.version}`, on.engine].filter((name) => ENGINE.test(name));
  return on.device === "" || /\d[.,]\d/.test(on.device) ? names : [...names, on.device];
};

const ENGINE = new RegExp(`^(${knownEngines.join("|")})( \\d|$)`);

/** What of the page's program is not what these sources give: of its cells, or of what they import. */
function programDifference(was: Recording, is: Recording): string | null {
  const [first] = compare(pageOf(was), pageOf(is)).differences;
  if (first) return `the notebook ${placed({ ...first, cell: "" })}`;
  if (was.code !== is.code) return "the code of its cells is not what its sources give";
  return was.vendor === is.vendor ? null : "the code that its cells import is not what its sources give";
}

/** Without when it was saved, and the keys of its cells, which depend on where its modules lie. */
function pageOf({ notebook: { edited: _, cells, ...page } }: Recording): object {
  return { ...page, cells: cells.map(({ key: _, ...cell }) => cell) };
}

const WORDS: Readonly<Record<keyof RecordedOn, string>> = {
  engine: "engine",
  version: "version of the engine",
  device: "device",
  deno: "version of Deno",
  system: "system",
  processor: "processor",
  threads: "number of threads",
};
