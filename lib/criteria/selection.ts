/** Which recorded evaluation is taken as the result: independent of stopping, applied for every end reason. */
import type { Duration } from "../durations.ts";
import type { Keras } from "./compat/keras.ts";
import type { Lightgbm } from "./compat/lightgbm.ts";
import type { Transformers } from "./compat/transformers.ts";
import type { CriterionState, Metric, Mode } from "./criterion.ts";

export interface Best {
  readonly kind: "best";
  readonly metric: Metric;
  readonly mode: Mode;
}
export interface Last {
  readonly kind: "last";
}
export interface WindowMean {
  readonly kind: "windowMean";
  readonly metric: Metric;
  readonly mode: Mode;
  readonly window: Duration<"evaluations">;
}
/** Rules of other libraries that also say what is restored. */
export type Restoring = Keras | Transformers | Lightgbm;
export interface RestoredBy {
  readonly kind: "restoredBy";
  readonly rule: Restoring;
}
export type Selection = Best | Last | WindowMean | RestoredBy;

/** What a selection remembers. JSON. */
export interface SelectionState {
  /** evaluations seen */
  readonly seen: number;
  /** the one that is kept, counted from 1; null while there is none */
  readonly kept: number | null;
  /** what the kept one is kept for: its value, or its window's mean; null for `last` and `restoredBy` */
  readonly best: number | null;
  /** last finite values, for `windowMean` */
  readonly window: readonly number[];
  /** state of the rule of `restoredBy` */
  readonly rule: CriterionState;
}
