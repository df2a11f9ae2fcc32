/** Which recorded evaluation is taken as the result: independent of stopping, applied for every end reason. */
import type { Metric, Mode } from "./criterion.ts";

export interface Best {
  readonly kind: "best";
  readonly metric: Metric;
  readonly mode: Mode;
}
export interface Last {
  readonly kind: "last";
}
export type Selection = Best | Last;
