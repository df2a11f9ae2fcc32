/** What a report says of its run beside values and shows: what of it the sources do not give, and what nobody can check. */
import type { Input } from "../notebook/inputs.ts";
import { compareFrozen } from "./compare_frozen.ts";
import { streamFault } from "./compare_streams.ts";
import { printable } from "../printable.ts";
import type { Manifest } from "./manifest.ts";
import { recordedPlans } from "./recorded_plans.ts";
import type { Recording } from "./recording.ts";
import { type CommandLine, isOwnCommand } from "./said_command.ts";

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
  /** what its inputs are, by name; undefined where they are not known */
  readonly inputs?: ReadonlyMap<string, Input>;
  /** the line by which this library says how a report is made; undefined: that is not compared */
  readonly commandLine?: CommandLine;
}

export interface SaidDifference {
  /** the first; null where there is none */
  readonly fault: string | null;
  /** what was not compared, in words */
  readonly unchecked: readonly string[];
}

/**
 * Compares them.
 *
 * @param otherMode it ran on another engine, or in another way
 * @example
 * ```ts ignore
 * saidDifference(report, again, false); // { fault: "its seeds: 7, was 8", unchecked: ["the commit", …] }
 * ```
 */
export function saidDifference(said: Said, again: Again, otherMode: boolean): SaidDifference {
  const { manifest, recording: was } = said, is = again.recording;
  const now = recordedPlans(is), sameLibrary = manifest.library === again.library;
  const facts: readonly (readonly [what: string, is: readonly unknown[], was: readonly unknown[]])[] = [
    ["title", [is.notebook.title], [manifest.title]],
    ["seeds", now.seeds, manifest.seeds],
    ["data sets", now.datasets.map(nameOf), manifest.datasets.map(nameOf)],
    // of another engine or mode they are others: then they are those that its own values name
    ["modes", (otherMode ? recordedPlans(was) : now).modes, manifest.modes],
  ];
  const wrong = facts.find(([, is, was]) => JSON.stringify(is) !== JSON.stringify(was));
  const frozen = compareFrozen(was, is), line = sameLibrary ? again.commandLine : undefined;
  const fault = wrong
    ? `its ${wrong[0]}: ${listed(wrong[1])}, was ${listed(wrong[2])}`
    : frozen.fault ?? streamFault(was, is) ??
      (line === undefined || isOwnCommand(manifest, was, again.inputs, line)
        ? null
        : "the line that makes it again is not that of its notebook and inputs");
  const also = [
    ...(is.on.engine === "none" && manifest.on.engine !== "none"
      ? ["the engine that it names, as none was needed here"]
      : []),
    ...(line === undefined ? ["the line that makes it again"] : []),
    ...(frozen.unchecked.length > 0
      ? [`why these stand still: ${printable(frozen.unchecked.join(", "), 200)}`]
      : []),
    ...(sameLibrary ? [] : ["the page and its scripts"]),
  ];
  return { fault, unchecked: [...uncheckable(said), ...also] };
}

const nameOf = ({ name, fingerprint }: Manifest["datasets"][number]): string => `${name} ${fingerprint}`;
const listed = (all: readonly unknown[]): string =>
  all.length === 0 ? "none" : printable(all.join(", "), 200);

/** What no run of its sources shows. */
function uncheckable({ manifest, recording: { streams, events } }: Said): string[] {
  const { git, unfollowed, command } = manifest, replays = Object.keys(streams).length > 0;
  return [
    "when it was made and how long it took",
    "the machine",
    ...(git === null ? [] : ["the commit"]),
    ...(events.some(({ t }) => t === "log") ? ["log lines"] : []),
    ...(replays ? ["when values came in replays, and numbers there that do not grow"] : []),
    ...(command.includes("--allow-read") ? ["the folders of --allow-read"] : []),
    ...(unfollowed === undefined ? [] : ["files that could not be followed"]),
  ];
}
