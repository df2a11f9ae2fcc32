/** Metrics of a model's outputs, equal to scikit-learn's. */
export { measure } from "./measure.ts";
export { checkMetrics, defaultMetrics, metricNames } from "./metric_names.ts";
export type { Measured, Scored } from "./scored.ts";
