/** Which metrics a rule may read. */
import { shown } from "../durations.ts";
import type { Metric } from "./criterion.ts";

/** A rule reads a metric that nothing measures. */
export class UnknownMetric extends Error {
  override readonly name = "UnknownMetric";
  constructor(readonly metric: Metric, readonly has: readonly Metric[]) {
    super(`unknown metric: ${metric} (has ${has.join(", ") || "none"})`);
  }
}

/**
 * A metric that a rule may obey. What a rule obeys is no longer an honest report, so test metrics are refused.
 * @throws RangeError `test.loss is reported, never obeyed: name a validation metric`
 */
export function obeyable(metric: unknown): Metric {
  if (typeof metric !== "string" || metric === "") {
    throw new TypeError(`invalid metric: ${shown(metric)} (a name, such as "validation.loss")`);
  }
  if (metric.startsWith("test.")) {
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
