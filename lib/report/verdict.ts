/** What a check of a report found, as data and as its one line. */
import { type Path, pathText } from "../notebook/codec_path.ts";
import { engineNamed, isNative } from "../engine/engine_choice.ts";
import { oneLine, printable } from "../printable.ts";
import { compare, type Tolerance } from "./compare.ts";
import {
  type CellDifference,
  type CellNear,
  compareRecordings,
  type RecordingsComparison,
} from "./compare_recordings.ts";
import type { PageCounts } from "./drawn_report.ts";
import type { Manifest } from "./manifest.ts";
import type { RecordedOn, Recording } from "./recording.ts";
import { recordedPlans } from "./recorded_plans.ts";
import { type Again, type Said, saidDifference } from "./said_difference.ts";

export interface Verdict {
  readonly kind: "same bytes" | "same within tolerance" | "differs";
  /** begins with `kind` */
  readonly line: string;
  /** what of the machine is another: why numbers may differ by a tolerance */
  readonly because: readonly Other[];
  /** what was compared; null when the report could not be made again */
  readonly comparison: RecordingsComparison | null;
  /** what the page shows that was drawn again and is the same; absent when it was not */
  readonly page?: PageCounts;
  /** where it was made again; null when it was not */
  readonly on: RecordedOn | null;
  /** what of the report was not compared, in words; empty when it could not be made again */
  readonly unchecked: readonly string[];
}

/** As `engine`, `wasm`, `tensorflow`. */
export interface Other {
  readonly what: string;
  readonly is: string;
  readonly was: string;
}

/** Default: what two engines make of the same training in 32 bits. */
export const TOLERANCE: Tolerance = { relative: 1e-3, absolute: 1e-6 };

/** A report that is damaged, or cannot be made again. */
export const differs = (what: string): Verdict => ({
  kind: "differs",
  line: oneLine(`differs: ${what}`),
  because: [],
  comparison: null,
  on: null,
  unchecked: [],
});

/**
 * Compares a report with what came of running it again. By the same library on the same machine anything but the same
 * bytes differs; elsewhere numbers may differ by `tolerance`. By another library it is never the same bytes: what the page
 * shows, and the text of its program, are then not compared. What differs by more is said with what of the machine is
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
  const otherMode = because.some(({ what }) => MODES.includes(what));
  const { fault, unchecked } = saidDifference(said, again, otherMode);
  const found = { because, comparison, on: again.recording.on, unchecked };
  const program = programDifference(said.recording, again.recording);
  const sameLibrary = said.manifest.library === again.library;
  const others = because.map(otherText).join(", and "), [first] = comparison.differences;
  const perhaps = others === "" ? "" : `, perhaps because ${others}`;
  if (first) {
    const more = comparison.count > 1 ? ` (and ${comparison.count - 1} more)` : "";
    return { ...found, ...differsBy(`${placed(first)}${more}${perhaps}`) };
  }
  const [lone] = comparison.alone;
  if (lone !== undefined) return { ...found, ...differsBy(`only one of the two has ${printable(lone)}`) };
  if (program !== null && sameLibrary) return { ...found, ...differsBy(program) };
  if (fault !== null) return { ...found, ...differsBy(`${fault}${perhaps}`) };
  if (comparison.near === null && sameLibrary) return { ...found, kind: "same bytes", line: "same bytes" };
  const kind = "same within tolerance",
    words = [
      comparison.near ? mostOf(comparison.near.relative) : "every value is the same",
      ...(sameLibrary ? [] : ["the page and its scripts are not compared"]),
      ...(sameLibrary || program === null ? [] : [`not the same program text: ${program}`]),
    ];
  const line = `${kind} (${words.join("; ")}, because ${others})`;
  return { ...found, kind, line: oneLine(line) };
}

const differsBy = (what: string): Pick<Verdict, "kind" | "line"> => {
  const { kind, line } = differs(what);
  return { kind, line };
};

const mostOf = ({ relative, cell, path }: CellNear): string =>
  `max difference ${relative.toPrecision(2)} in cell ${printable(cell)} at ${placeText(path)}`;

/** What of a machine makes trainings run in another way. */
const MODES = ["engine", "version of the engine", "device", "mode"];

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
  const native: (keyof RecordedOn)[] = isNative(was.engine) ? ["threads", "processor"] : [];
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

const isEngineText = (text: string) => engineNamed(/^(\S+)( \d|$)/.exec(text)?.[1] ?? "") !== null;

/** Under which an engine may be named in texts. A report is not believed that others are: texts could hide behind them. */
const engineNames = ({ on, modes }: Pick<Manifest, "on" | "modes">): string[] => {
  const names = [...modes, `${on.engine} ${on.version}`, on.engine].filter(isEngineText);
  return on.device === "" || /\d[.,]\d/.test(on.device) ? names : [...names, on.device];
};

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
