/** Why inputs of a report stand still: whether a run of its sources says the same. */
import { printable } from "../printable.ts";
import { leafText } from "./leaf_text.ts";
import type { Recording } from "./recording.ts";
import { isShared, isTimed } from "./states.ts";
import { NOT_COMPUTED } from "./states_again.ts";

type Frozen = Pick<Recording, "frozen">;

export interface FrozenComparison {
  /** `at factor: its reason is "…", was "…"`; null where there is none */
  readonly fault: string | null;
  /** inputs whose reasons hang on how fast a machine is */
  readonly unchecked: readonly string[];
}

/**
 * Compares the reasons. One that is told in seconds, or by which other inputs are left, need not be that of this machine.
 * @example
 * ```ts
 * import { compareFrozen } from "./compare_frozen.ts";
 * compareFrozen({ frozen: { n: "proven" } }, { frozen: { n: "it has 900 states" } }).fault;
 * // 'at n: it stands still as "it has 900 states", was "proven"'
 * ```
 */
export function compareFrozen({ frozen: was }: Frozen, { frozen: is }: Frozen): FrozenComparison {
  const timed = Object.values({ ...is, ...was }).some(isTimed), unchecked: string[] = [];
  for (const name of new Set([...Object.keys(was), ...Object.keys(is)])) {
    const [before, after] = [was, is].map((each) => Object.hasOwn(each, name) ? each[name] : undefined);
    if (before === after) continue;
    const ofMachine = (reason: string | undefined) =>
      reason !== undefined && (isTimed(reason) || timed && (isShared(reason) || reason === NOT_COMPUTED));
    if (before !== NOT_COMPUTED && ofMachine(before) && ofMachine(after)) {
      unchecked.push(name);
      continue;
    }
    const told = (reason: string | undefined) => reason === undefined ? "missing" : leafText(reason);
    return {
      fault: `at ${printable(name)}: it stands still as ${told(after)}, was ${told(before)}`,
      unchecked,
    };
  }
  return { fault: null, unchecked };
}
