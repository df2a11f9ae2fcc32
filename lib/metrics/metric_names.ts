/** Which metrics there are, by name. */
import { UnknownMetric } from "../criteria/metric.ts";
import type { Loss } from "../models/model.ts";

/** Families that are told of each class against all others, and of all of them by a mean or by one count. */
const BY_CLASS = ["precision", "recall", "f1", "rocAuc", "prAuc"] as const;

/**
 * Every metric that a model can be measured by. Of two classes, `precision`, `recall`, `f1`, `rocAuc` and `prAuc` are
 * those of class 1; of more, they are `.macro`, and `.class.K` is that of one class, `.micro` that of all decisions
 * in one count, or in one order.
 * @param classes of the data; what is true of one logit is true of two classes, and values have none
 * @example
 * ```ts
 * metricNames("meanSquaredError", 0); // ["loss", "mse", "mae"]
 * ```
 */
export function metricNames(loss: Loss, classes: number): readonly string[] {
  if (loss === "meanSquaredError") return ["loss", "mse", "mae"];
  if (loss === "sigmoidCrossEntropy" || classes <= 2) return ["loss", "accuracy", ...BY_CLASS];
  const each = Array.from({ length: classes }, (_, k) => `class.${k}`);
  const named = (
    family: string,
  ) => [family, ...["macro", "micro", ...each].map((part) => `${family}.${part}`)];
  return ["loss", "accuracy", ...BY_CLASS.flatMap(named)];
}

/**
 * What is measured when nothing is asked for: loss and accuracy, or loss and mean absolute error.
 * @example
 * ```ts
 * defaultMetrics("softmaxCrossEntropy"); // ["loss", "accuracy"]
 * ```
 */
export const defaultMetrics = (loss: Loss): readonly string[] =>
  loss === "meanSquaredError" ? ["loss", "mae"] : ["loss", "accuracy"];

const MEANS = ["loss", "accuracy", "mse", "mae"];

/**
 * Whether a metric is a mean over examples, so that it has a standard error.
 * @example
 * ```ts
 * hasStandardError("f1"); // false
 * ```
 */
export const hasStandardError = (name: string): boolean => MEANS.includes(name);

/** The names with those of each class as `f1.class.0 to f1.class.9`. */
function inShort(names: readonly string[]): readonly string[] {
  const groups = Map.groupBy(names, (name) => name.replace(/(?<=\.class\.)\d+$/, ""));
  return [...groups.values()].map((group) =>
    group.length === 1 ? group[0] : `${group[0]} to ${group.at(-1)}`
  );
}

/**
 * Refuses what cannot be measured.
 * @throws UnknownMetric `unknown metric: f2 (has loss, accuracy, …)`
 */
export function checkMetrics(names: readonly string[], loss: Loss, classes: number): void {
  const known = metricNames(loss, classes);
  for (const name of names) if (!known.includes(name)) throw new UnknownMetric(name, inShort(known));
}
