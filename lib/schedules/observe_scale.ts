/** What one more evaluation changes in a plateau scale. */
import { type Duration, elapsed, hasReached, type Position, START } from "../durations.ts";
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
  const evaluations = state.evaluations + 1, { step, epoch, examples, seconds } = row;
  const change = rule.compat
    ? libraries[rule.compat](rule, state, value, step)
    : observeOwn(rule, state, value, { step, epoch, examples, evaluations, seconds });
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
  const gained = isGain(rule, value, state.best);
  const started = state.started || startAfter === undefined || isOver(startAfter, START, at);
  const cooling = rest !== undefined && state.coolFrom !== null;
  const coolFrom = cooling && !isOver(rest, state.coolFrom!, at) ? state.coolFrom : null;
  const waiting = !gained && !cooling && (state.started || startAfter === undefined);
  const since = waiting ? state.since : at;
  const seen = {
    best: gained ? value : state.best,
    started,
    since,
    wait: elapsed(since, at, patience.unit),
    coolFrom,
    cooldown: coolFrom === null ? 0 : rest!.count - elapsed(coolFrom, at, rest!.unit),
  };
  if (!waiting || state.scale <= rule.minScale || !isOver(patience, since, at)) return seen;
  const resting = rest === undefined ? {} : { coolFrom: at, cooldown: rest.count };
  return { ...seen, ...cut(rule, state, at.step), since: at, wait: 0, ...resting };
}

const isOver = ({ unit, count }: Duration, from: Position, at: Position): boolean =>
  hasReached(unit, elapsed(from, at, unit), count);

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
