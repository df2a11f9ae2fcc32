/** Trainings that were logged more than once, as in event files and in a table beside them. */
import type { Comparable } from "../curves/readers/comparable.ts";

/** Values differ by so much, as a share, where one log keeps half the digits of another. */
const DIGITS = 1e-5;

/**
 * Each training once: of logs of several kinds in one folder whose evaluations are the same, the one that has updates, whose kind of file
 * is the most frequent, and that holds most.
 * @example
 * ```ts
 * import type { Comparable } from "../curves/readers/comparable.ts";
 * const once = (runs: Comparable[]) => sameTrainings(runs).length;
 * ```
 */
export function sameTrainings(runs: readonly Comparable[]): Comparable[] {
  const kinds = Map.groupBy(runs, kindOf);
  const weight = (each: Comparable): readonly number[] => [
    Math.min(1, each.trajectory.updates.step.length),
    kinds.get(kindOf(each))!.length,
    Object.keys(each.metrics).length,
    each.trajectory.updates.step.length,
  ];
  const kept: Comparable[] = [];
  for (const run of runs) {
    const same = kept.findIndex((other) => isSame(run, other));
    if (same < 0) kept.push(run);
    else if (isMore(weight(run), weight(kept[same]))) kept[same] = run;
  }
  return kept;
}

/** Files of one name but for its numbers are of one kind: `1.csv` and `2.csv` are two trainings, whatever they hold. */
const kindOf = ({ run: { source: { format, path } } }: Comparable): string =>
  format === "tensorboard" ? format : `${format} ${path.split("/").at(-1)!.replaceAll(/\d/g, "")}`;

function isMore(a: readonly number[], b: readonly number[]): boolean {
  const at = a.findIndex((value, i) => value !== b[i]);
  return at >= 0 && a[at] > b[at];
}

function isSame(a: Comparable, b: Comparable): boolean {
  if (a.metric !== b.metric || kindOf(a) === kindOf(b) || !isBeside(a.run.source.path, b.run.source.path)) {
    return false;
  }
  const [one, other] = [a, b].map(({ trajectory: { evaluations }, metric }) => ({
    step: evaluations.step,
    value: evaluations.metrics[metric],
  }));
  const late = one.step[0] - other.step[0]; // one may count from 0, the other from 1
  return one.step.length === other.step.length && Math.abs(late) <= 1 &&
    one.step.every((step, i) => step - other.step[i] === late) &&
    one.value.every((value, i) => isNear(value, other.value[i]));
}

const isNear = (a: number, b: number): boolean => Object.is(a, b) || Math.abs(a - b) <= DIGITS * Math.abs(a);

/** In one folder, or one in the folder that the other is. */
function isBeside(a: string, b: string): boolean {
  const [inner, other] = [a, b].map((path) => path.split("/").slice(0, -1).join("/"));
  return a !== b && (inner === other || inner === b || other === a);
}
