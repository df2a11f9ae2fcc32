/** Plateau rules of other libraries, said with ours. */
import assert from "node:assert/strict";
import { evaluations } from "../../lib/durations.ts";
import { initialScale, observeScale, plateauScale } from "../../lib/schedules/plateau_scale.ts";
import type { PlateauScale } from "../../lib/schedules/schedule.ts";
import { assertClose, type Check, type GoldenCase, type GoldenFile, metricOf } from "./vectors.ts";

export const scalesCheck: Check = (file, golden) =>
  file.name === "plateau-keras" ? () => checkScale(file, golden) : null;

function checkScale(file: GoldenFile, golden: GoldenCase): void {
  const rule = saidScale(golden), base = golden.all.base_lr as number;
  const rates = golden.all.lr as number[], trace = golden.all.trace_wait_cooldown_best as unknown[][];
  let state = initialScale();
  metricOf(golden).forEach((value, i) => {
    state = observeScale(rule, state, { step: i + 1, metrics: value === null ? {} : { value } });
    assertClose(file, base * state.scale, rates[i], `${golden.id} at ${i}`);
    const best = state.best === null ? null : Number(state.best);
    assert.deepEqual([state.wait, state.cooldown, best], trace[i], `${golden.id} at ${i}`);
  });
}

/** Keras' plateau rule as a scale on its base rate. Patience 0 is 1 there. */
function saidScale({ params, all }: GoldenCase): PlateauScale {
  const { mode, factor, patience, min_delta, cooldown, min_lr } = params as Record<string, number> & {
    mode: "min" | "max";
  };
  return plateauScale({
    metric: "value",
    mode,
    factor,
    patience: evaluations(Math.max(1, patience)),
    minDelta: Math.abs(min_delta),
    cooldown,
    minScale: min_lr / (all.base_lr as number),
    compat: "keras",
  });
}
