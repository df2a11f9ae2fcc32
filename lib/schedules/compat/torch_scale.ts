/** The counting of torch's ReduceLROnPlateau. */
import { jsonNumber } from "../../criteria/json_number.ts";
import { cut, type PlateauScale, type PlateauScaleState, type ScaleChange } from "../plateau_scale_rule.ts";

/**
 * What torch does with one more value: patience p cuts at value p + 1 without gain, a cut of `eps` or less is not made
 * though its cooldown begins, and a relative threshold is a factor on the best, which loosens it below 0.
 */
export function observeTorch(
  rule: PlateauScale,
  state: PlateauScaleState,
  value: number,
  step: number,
): ScaleChange {
  const gained = isBetter(rule, value, state.best);
  const best = gained ? jsonNumber(value) : state.best;
  const cooling = state.cooldown > 0, cooldown = cooling ? state.cooldown - 1 : 0;
  const wait = gained || cooling ? 0 : state.wait + 1;
  if (wait <= rule.patience.count) return { best, wait, cooldown };
  const change = cut(rule, state, step), begun = { best, wait: 0, cooldown: rule.cooldown?.count ?? 0 };
  return state.scale - change.scale! > rule.eps! ? { ...change, ...begun } : begun;
}

function isBetter(
  { mode, minDelta, minDeltaKind }: PlateauScale,
  value: number,
  best: PlateauScaleState["best"],
): boolean {
  const sign = mode === "max" ? 1 : -1, from = best === null ? -sign * Infinity : Number(best);
  const bar = minDeltaKind === "relative" ? from * (1 + sign * minDelta) : from + sign * minDelta;
  return mode === "max" ? value > bar : value < bar;
}
