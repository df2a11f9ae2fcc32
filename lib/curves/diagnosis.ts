/** What a recorded curve says of its own length. */
import type { Metric, Mode } from "../criteria/criterion.ts";
import { requireMetrics } from "../criteria/metric.ts";
import { bestRow } from "./best.ts";
import { median } from "./median.ts";
import type { Trajectory, Updates } from "./trajectory.ts";

/** Plain data. */
export interface Diagnosis {
  /**
   * `tooShort`: the best came in the last tenth; `overfits`: it grew worse after its best, by more than its noise;
   * `flat`: it did not, and did not grow better either; `diverged`: it ended in no number, or worse than it began and its
   * training loss did not fall meanwhile; `unknown`: fewer than four evaluations
   */
  readonly kind: "tooShort" | "overfits" | "flat" | "diverged" | "unknown";
  /** of the best evaluation; null when there is none */
  readonly bestStep: number | null;
  readonly best: number | null;
  /** share of the training that came after the best, 0 to 1; null when there is none */
  readonly after: number | null;
  /** how much worse its last tenth is than its best, in the metric's unit, at least 0; null when there is none */
  readonly lost: number | null;
  /** one evaluation differs from the next by about so much without meaning anything; null when there are too few */
  readonly noise: number | null;
}

/** Fewer evaluations than these tell no course. */
export const FEWEST = 4;
/** Share of a training that counts as its end. */
const END = 0.1;
/** A loss of so many times the noise is one. */
const CLEAR = 3;

/**
 * Whether a training was long enough, by where its best evaluation lies: a best in the last tenth says that more
 * updates would have gained (Godbole, Dahl, Gilmer, Shallue and Nado, Deep Learning Tuning Playbook, 2023). Noise is the
 * median distance of neighbours after the best, divided by √2 · 0.6745, which makes it the standard deviation of
 * normal noise (Rousseeuw and Croux 1993 on the median deviation).
 * @param metric default `validation.loss`
 * @param mode default `min`
 * @throws UnknownMetric `unknown metric: val_los (has validation.loss, …)`
 * @example
 * ```ts
 * import type { Trajectory, Updates } from "./trajectory.ts";
 * const isTooShort = (trajectory: Trajectory) => diagnosis(trajectory).kind === "tooShort";
 * ```
 */
export function diagnosis(
  { evaluations, updates }: Trajectory,
  metric: Metric = "validation.loss",
  mode: Mode = "min",
): Diagnosis {
  requireMetrics([metric], Object.keys(evaluations.metrics));
  const { step } = evaluations, values = evaluations.metrics[metric], row = bestRow(values, mode);
  const nothing = { bestStep: null, best: null, after: null, lost: null, noise: null };
  if (row < 0) return { kind: values.length === 0 ? "unknown" : "diverged", ...nothing };
  const last = step[step.length - 1], best = values[row];
  const worse = (value: number) => mode === "min" ? value - best : best - value;
  const end = values.subarray(Math.min(step.findIndex((each) => each > last * (1 - END)), step.length - 1));
  const lost = Math.max(0, worse(median([...end].filter(Number.isFinite))));
  const noise = noiseOf(values.subarray(row));
  const found = { bestStep: step[row], best, after: 1 - step[row] / last, lost, noise };
  const first = values.find(Number.isFinite)!;
  if (!Number.isFinite(values[values.length - 1]) || row > 0 && lost > worse(first) && !isFitted(updates)) {
    return { kind: "diverged", ...found };
  }
  if (values.length < FEWEST) return { kind: "unknown", ...found };
  if (found.after < END) return { kind: "tooShort", ...found };
  return { kind: noise !== null && lost > CLEAR * noise ? "overfits" : "flat", ...found };
}

/** Whether the training loss fell: what grew worse beside it was fitted too closely, and did not diverge. */
function isFitted({ loss }: Updates): boolean {
  const losses = loss.filter(Number.isFinite), part = Math.max(1, Math.floor(losses.length * END));
  if (losses.length < 2 || !Number.isFinite(loss[loss.length - 1])) return false;
  return median([...losses.subarray(-part)]) < median([...losses.subarray(0, part)]);
}

/** Standard deviation of one evaluation's noise, by the distances of neighbours; null for fewer than three of them. */
function noiseOf(values: Float64Array): number | null {
  const distances: number[] = [];
  for (let i = 1; i < values.length; i++) {
    const distance = Math.abs(values[i] - values[i - 1]);
    if (Number.isFinite(distance)) distances.push(distance);
  }
  return distances.length < 3 ? null : median(distances) / (Math.SQRT2 * 0.6745);
}
