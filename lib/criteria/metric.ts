/** Which metrics a rule may read. */
import { shown } from "../durations.ts";
import type { Metric } from "./criterion.ts";

/** The loss of each update, as it is trained: seen at updates, not at evaluations. */
export const TRAINING_LOSS: Metric = "training.loss";

/** Names that other tools give to the metrics of the validation set. */
const aliases: ReadonlyMap<string, Metric> = new Map<string, Metric>(
  ["loss", "accuracy"].flatMap((name) => {
    const short = name === "accuracy" ? ["accuracy", "acc"] : [name];
    return short.flatMap((each) =>
      [`val_${each}`, `eval_${each}`, `validation_${each}`, `valid_${each}`, `val.${each}`, `eval.${each}`]
        .concat([`val/${each}`, `eval/${each}`, `validation/${each}`, `${each}/val`, `${each}/validation`])
        .concat([
          `valid/${each}`,
          `valid.${each}`,
          `dev_${each}`,
          `dev/${each}`,
          `${each}/valid`,
          `${each}/eval`,
          `val ${each}`,
          `validation ${each}`,
        ])
        .map((alias): [string, Metric] => [alias, `validation.${name}`])
    );
  }),
).set("tel", "validation.loss"); // llm.c's word for it

/**
 * A metric by the name that it has here, for text and JSON of other tools: `val_loss`, `eval_loss` and `loss/val` are
 * `validation.loss`, and the same of accuracy. Other names stay as they are.
 * @example
 * ```ts
 * const metric = metricNamed("val_loss"); // "validation.loss"
 * ```
 */
export const metricNamed = (name: string): Metric => aliases.get(name) ?? name;

/** A rule reads a metric that nothing measures. */
export class UnknownMetric extends Error {
  override readonly name = "UnknownMetric";
  constructor(readonly metric: Metric, readonly has: readonly Metric[]) {
    super(`unknown metric: ${metric} (has ${has.join(", ") || "none"})`);
  }
}

/** As tools write it: `test_loss`, `loss/test`, `eval/test_acc`, `Test Loss`, `testAccuracy`; not `latest_loss`. */
const ofTest = /(?:^|[^A-Za-z])(?:test(?:ing)?(?![a-z])|TEST(?:ING)?(?![A-Za-z]))|Test(?:ing)?(?![a-z])/;

/** Whether a metric is of the test set, by its name. */
export const isOfTest = (metric: Metric): boolean => ofTest.test(metric);

/**
 * A metric that a rule may obey. What a rule obeys is no longer an honest report, so test metrics are refused.
 * @throws RangeError `test.loss is reported, never obeyed: name a validation metric`
 */
export function obeyable(metric: unknown): Metric {
  if (typeof metric !== "string" || metric === "") {
    throw new TypeError(`invalid metric: ${shown(metric)} (a name, such as "validation.loss")`);
  }
  if (isOfTest(metric)) {
    throw new RangeError(`${metric} is reported, never obeyed: name a validation metric`);
  }
  return metric;
}

/**
 * Refuses a metric that is not among those measured.
 * @throws UnknownMetric `unknown metric: val_los (has validation.loss, validation.accuracy)`
 */
export function requireMetrics(metrics: Iterable<Metric>, has: readonly Metric[]): void {
  for (const metric of metrics) if (!has.includes(metric)) throw new UnknownMetric(metric, has);
}
