/** The counting of optax' reduce_on_plateau. */
import { jsonNumber } from "../../criteria/json_number.ts";
import { cut, type PlateauScale, type PlateauScaleState, type ScaleChange } from "../plateau_scale_rule.ts";

/**
 * What optax does with one more value: `accumulate` of them make one observation, their mean; the count must equal
 * patience, so that a patience of 0 cuts when the metric gains; the floor holds at every observation.
 */
export function observeOptax(
  rule: PlateauScale,
  state: PlateauScaleState,
  value: number,
  step: number,
): ScaleChange {
  const gathered = state.gathered + 1;
  const mean = (state.gathered * Number(state.mean) + value) / gathered;
  if (gathered < rule.accumulate!) return { gathered, mean: jsonNumber(mean) };

  const best = state.best === null ? Infinity : Number(state.best);
  const gained = mean < (1 - rule.relativeDelta!) * best - rule.minDelta;
  const seen = { gathered: 0, mean: 0, best: gained ? jsonNumber(mean) : state.best };
  if (state.cooldown > 0) return { ...seen, wait: 0, cooldown: state.cooldown - 1 };
  const wait = gained ? 0 : state.wait + 1;
  if (wait !== rule.patience.count) return { ...seen, wait };
  return { ...seen, ...cut(rule, state, step), wait: 0, cooldown: rule.cooldown?.count ?? 0 };
}
