/** The counting of Keras' ReduceLROnPlateau. */
import { jsonNumber } from "../../criteria/json_number.ts";
import { cut, type PlateauScale, type PlateauScaleState, type ScaleChange } from "../plateau_scale_rule.ts";

/**
 * What Keras 3 does with one more value: a cooldown counts the evaluation after the cut, so that 1 equals none; a
 * patience of 0 is 1; a first value that is not a number becomes the best, which nothing beats.
 */
export function observeKeras(
  rule: PlateauScale,
  state: PlateauScaleState,
  value: number,
  step: number,
): ScaleChange {
  const cooldown = Math.max(0, state.cooldown - 1), waited = state.cooldown > 0 ? 0 : state.wait;
  const sign = rule.mode === "max" ? 1 : -1;
  if (state.best === null || sign * value - rule.minDelta > sign * Number(state.best)) {
    return { best: jsonNumber(value), wait: 0, cooldown };
  }
  if (cooldown > 0) return { wait: waited, cooldown };
  const wait = waited + 1;
  if (wait < rule.patience.count || state.scale <= rule.minScale) return { wait, cooldown };
  return { ...cut(rule, state, step), wait: 0, cooldown: rule.cooldown?.count ?? 0 };
}
