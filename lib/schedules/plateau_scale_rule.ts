/** What a plateau scale is, and what it remembers. Plain data. */
import type { JsonNumber } from "../criteria/json_number.ts";
import { type Duration, type Position, START } from "../durations.ts";

/** A factor on any schedule that a stalled metric cuts: rate = schedule(i) × scale. Made by `plateauScale`. */
export interface PlateauScale {
  readonly kind: "plateauScale";
  readonly metric: string;
  readonly mode: "min" | "max";
  readonly factor: number;
  readonly patience: Duration;
  readonly minDelta: number;
  readonly minDeltaKind: "absolute" | "relative";
  readonly cooldown?: Duration;
  readonly startAfter?: Duration;
  readonly minScale: number;
  readonly compat?: ScaleLibrary;
  readonly eps?: number;
  readonly relativeDelta?: number;
  readonly accumulate?: number;
}
export type ScaleLibrary = "keras" | "torch" | "optax";

/** JSON. */
export interface PlateauScaleState {
  readonly scale: number;
  /** null until a value was accepted */
  readonly best: JsonNumber | null;
  /** what has passed without gain at the last evaluation, in the unit of patience */
  readonly wait: number;
  /** what is left of the cooldown, in its unit */
  readonly cooldown: number;
  /** steps at which the scale was cut */
  readonly cuts: readonly number[];
  /** the scale has come to its floor: no cut follows. What a stopping rule may read */
  readonly atFloor: boolean;
  /** evaluations that measured the metric */
  readonly evaluations: number;
  /** where the wait began, in every unit: a resumed training may have another patience */
  readonly since: Position;
  /** whether `startAfter` has been reached */
  readonly started: boolean;
  /** the cut whose cooldown runs; null outside */
  readonly coolFrom: Position | null;
  /** optax: mean of the evaluations gathered so far */
  readonly mean: JsonNumber;
  /** optax: evaluations gathered for the next mean */
  readonly gathered: number;
}

/** State before the first evaluation: the schedule as it is. */
export const initialScale = (): PlateauScaleState => ({
  scale: 1,
  best: null,
  wait: 0,
  cooldown: 0,
  cuts: [],
  atFloor: false,
  evaluations: 0,
  since: START,
  started: false,
  coolFrom: null,
  mean: 0,
  gathered: 0,
});

/** What one evaluation changes. */
export type ScaleChange = Partial<PlateauScaleState>;

const FLOOR_TOLERANCE = 1e-9;

/** The cut itself, at `step`: never below the floor, and told once when it comes to it. */
export function cut(rule: PlateauScale, state: PlateauScaleState, step: number): ScaleChange {
  const next = state.scale * rule.factor;
  // 0.1 × 0.1 is a hair above 0.01, and a cut of that hair would be no cut
  const floored = rule.compat ? next <= rule.minScale : next <= rule.minScale * (1 + FLOOR_TOLERANCE);
  const scale = floored ? rule.minScale : next;
  return { scale, cuts: [...state.cuts, step], atFloor: scale <= rule.minScale };
}
