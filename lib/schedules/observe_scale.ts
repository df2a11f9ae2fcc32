/** What one more evaluation changes in a plateau scale. */
import { countIn, hasReached, type Position } from "../durations.ts";
import { observeKeras } from "./compat/keras_scale.ts";
import { observeOptax } from "./compat/optax_scale.ts";
import { observeTorch } from "./compat/torch_scale.ts";
import { cut, type PlateauScale, type PlateauScaleState, type ScaleChange } from "./plateau_scale_rule.ts";

/** What a scale looks at: one evaluation, and where it was made. */
export interface ScaleRow extends Omit<Position, "evaluations"> {
  readonly metrics: Readonly<Record<string, number>>;
}

const libraries = { keras: observeKeras, torch: observeTorch, optax: observeOptax };

/**
 * State after one more evaluation. One that did not measure the metric changes nothing.
 * @example
 * ```ts
 * import { initialScale, plateauScale } from "./plateau_scale.ts";
 * const rule = plateauScale({ metric: "validation.loss", mode: "min" });
 * const row = { step: 50, epoch: 1, examples: 1_600, seconds: 2, metrics: { "validation.loss": 0.7 } };
 * const state = observeScale(rule, initialScale(), row); // best 0.7, scale 1
 * ```
 */
export function observeScale(
  rule: PlateauScale,
  state: PlateauScaleState,
  row: ScaleRow,
): PlateauScaleState {
  const value = row.metrics[rule.metric];
  if (value === undefined) return state;
  const evaluations = state.evaluations + 1;
  const change = rule.compat
    ? libraries[rule.compat](rule, state, value, row.step)
    : observeOwn(rule, state, value, { ...row, evaluations });
  return { ...state, evaluations, ...change };
}

/** Plateau's own rule. Where the wait may not run, its beginning moves along. */
function observeOwn(
  rule: PlateauScale,
  state: PlateauScaleState,
  value: number,
  at: Position,
): ScaleChange {
  const { patience, cooldown: rest, startAfter } = rule;
  const reached = ({ unit }: { unit: typeof patience.unit }, count: number) =>
    hasReached(unit, countIn(at, unit), count);
  const gained = isGain(rule, value, state.best), now = countIn(at, patience.unit);
  const started = state.started || startAfter === undefined || reached(startAfter, startAfter.count);
  const waiting = !gained && state.coolUntil === null && (state.started || startAfter === undefined);
  const since = waiting ? state.since : now, wait = now - since;
  const coolUntil = state.coolUntil === null || reached(rest!, state.coolUntil) ? null : state.coolUntil;
  const cooldown = coolUntil === null ? 0 : coolUntil - countIn(at, rest!.unit);
  const seen = { best: gained ? value : state.best, since, wait, started, coolUntil, cooldown };

  if (!waiting || state.scale <= rule.minScale || !hasReached(patience.unit, wait, patience.count)) {
    return seen;
  }
  const until = rest === undefined ? null : countIn(at, rest.unit) + rest.count;
  return {
    ...seen,
    ...cut(rule, state, at.step),
    since: now,
    wait: 0,
    coolUntil: until,
    cooldown: rest?.count ?? 0,
  };
}

/** What is not finite is never the best. */
function isGain(
  { mode, minDelta, minDeltaKind }: PlateauScale,
  value: number,
  best: PlateauScaleState["best"],
): boolean {
  if (!Number.isFinite(value)) return false;
  if (best === null) return true;
  const sign = mode === "max" ? 1 : -1, from = Number(best);
  const least = minDeltaKind === "relative" ? minDelta * Math.abs(from) : minDelta;
  return sign * value - least > sign * from;
}
