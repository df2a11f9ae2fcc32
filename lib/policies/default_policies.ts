/** The policies that are tried when none is named: what people use, from careless to patient. */
import { best } from "../criteria/best.ts";
import { keras } from "../criteria/compat/keras.ts";
import type { Criterion, Metric, Mode } from "../criteria/criterion.ts";
import { maxEpochs } from "../criteria/max_epochs.ts";
import { maxSteps } from "../criteria/max_steps.ts";
import { plateau } from "../criteria/plateau.ts";
import { precheltGL } from "../criteria/prechelt_gl.ts";
import { precheltPQ } from "../criteria/prechelt_pq.ts";
import { precheltUP } from "../criteria/prechelt_up.ts";
import { restoredBy } from "../criteria/restored_by.ts";
import { slope } from "../criteria/slope.ts";
import { median } from "../curves/median.ts";
import type { Trajectory } from "../curves/trajectory.ts";
import { evaluations } from "../durations.ts";
import type { Policy } from "./policy.ts";
import { knownUnits } from "./recorded_units.ts";

export interface DefaultsOptions {
  /** default `validation.loss` */
  readonly metric?: Metric;
  /** default `min` */
  readonly mode?: Mode;
  /** `epochs` where the steps of a log are epochs: then caps are in epochs. Default `updates` */
  readonly counts?: "updates" | "epochs" | "records";
}

const SHARES = [10, 25, 50, 75];
const PATIENCES = [1, 2, 3, 5, 8, 13, 20, 34, 55];
/** A gain below a thousandth of the best counts for nothing. */
const LEAST_SHARE = 0.001;

/**
 * A family of policies for recordings: shares of their length, patience with and without a smallest gain, slopes,
 * Prechelt's rules where less is better and values are above 0, and Keras' patience. Rules that need more evaluations
 * than most recordings have are left out. Each keeps its best evaluation.
 *
 * Sources: L. Prechelt, Early Stopping – But When?, 1998 (GL, PQ, UP); Keras' EarlyStopping.
 * @example
 * ```ts
 * import type { Trajectory } from "../curves/trajectory.ts";
 * const names = (seeds: Trajectory[]) => defaultPolicies(seeds).map(({ name }) => name);
 * ```
 */
export function defaultPolicies(
  trajectories: readonly Trajectory[],
  { metric = "validation.loss", mode = "min", counts = "updates" }: DefaultsOptions = {},
): Policy[] {
  const evaluated = trajectories.filter(({ evaluations }) => evaluations.step.length > 0);
  if (evaluated.length === 0) return [];
  const most = median(evaluated.map(({ evaluations }) => evaluations.step.length));
  const named = (name: string, stop: Criterion): Policy => ({ name, stop, select: best(metric, mode) });
  const waits = (name: string, minDelta: number) =>
    PATIENCES.filter((count) => count < most).map((count) =>
      named(
        `Patience ${count}${name}`,
        plateau({ metric, mode, patience: evaluations(count), minDelta, minDeltaKind: "relative" }),
      )
    );
  const slopes = [5, 10, 20].filter((window) => window < most).map((count) =>
    named(`No slope over ${count}`, slope({ metric, mode, window: evaluations(count) }))
  );
  const asKeras = [3, 10].filter((patience) => patience < most).map((patience): Policy => {
    const stop = keras({ metric, mode, patience });
    return { name: `Keras patience ${patience}`, stop, select: restoredBy(stop) };
  });
  return [
    ...shares(evaluated, counts).map(([name, cap]) => named(name, cap)),
    ...waits("", 0),
    ...waits(", gain 0.1%", LEAST_SHARE),
    ...slopes,
    ...(mode === "min" && isPositive(evaluated, metric) ? prechelt(evaluated, metric, most, named) : []),
    ...asKeras,
  ];
}

/** Caps at shares of the middle length, each at an evaluation of the recording that has it. */
function shares(trajectories: readonly Trajectory[], counts: string): [string, Criterion][] {
  const inEpochs = countsEpochs(trajectories, counts), axis = inEpochs ? "epoch" : "step";
  const length = ({ evaluations }: Trajectory) => evaluations[axis].at(-1)!;
  const sorted = trajectories.toSorted((a, b) => length(a) - length(b));
  const areAlike = length(sorted.at(-1)!) <= 1.01 * length(sorted[0]);
  const whole = areAlike ? "the length" : "the middle length";
  const places = sorted[(sorted.length - 1) >> 1].evaluations[axis];
  const caps = SHARES.map((share): [number, number] => {
    return [share, places.findIndex((at) => at >= places[places.length - 1] * share / 100)];
  });
  const distinct = caps.filter(([, row], i) => row !== caps[i + 1]?.[1]);
  return distinct.map(([share, row]) => [
    `${share}% of ${whole}`,
    (inEpochs ? maxEpochs : maxSteps)(places[row]),
  ]);
}

/** Whether lengths are told in epochs: where steps are none, and where they are worth more in one run than in another. */
function countsEpochs(trajectories: readonly Trajectory[], counts: string): boolean {
  if (!trajectories.every((each) => knownUnits(each).has("epochs"))) return false;
  const worth = trajectories.map(({ evaluations: { epoch, step } }) => epoch.at(-1)! / step.at(-1)!);
  return counts === "epochs" || Math.max(...worth) > 1.01 * Math.min(...worth);
}

const isPositive = (trajectories: readonly Trajectory[], metric: Metric): boolean =>
  trajectories.every(({ evaluations }) => evaluations.metrics[metric]?.every((value) => !(value <= 0)));

function prechelt(
  trajectories: readonly Trajectory[],
  metric: Metric,
  most: number,
  named: (name: string, stop: Criterion) => Policy,
): Policy[] {
  const trained = trajectories.every(({ updates }) => updates.loss.some(Number.isFinite)); // PQ reads the training loss
  const strip = evaluations(5);
  return [
    ...[1, 5].map((alpha) => named(`Prechelt GL ${alpha}%`, precheltGL({ metric, alpha }))),
    ...(most > 10 && trained ? [named("Prechelt PQ 1", precheltPQ({ metric, alpha: 1, strip }))] : []),
    ...[2, 4].filter((strips) => 5 * (strips + 1) < most).map((strips) =>
      named(`Prechelt UP ${strips}`, precheltUP({ metric, strips, strip }))
    ),
  ];
}
