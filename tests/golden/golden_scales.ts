/** Plateau rules of other libraries, said with ours. */
import assert from "node:assert/strict";
import type { Duration } from "../../lib/durations.ts";
import { initialScale, observeScale, plateauScale } from "../../lib/schedules/plateau_scale.ts";
import type { PlateauScale } from "../../lib/schedules/schedule.ts";
import { assertClose, type Check, type GoldenCase, type GoldenFile, metricOf } from "./vectors.ts";

type Params = Readonly<Record<string, number>> & { readonly mode: "min" | "max" };

const counted = (count: number): Duration<"evaluations"> => ({ unit: "evaluations", count });
const cooling = (count = 0) => count > 0 ? { cooldown: counted(count) } : {};

const sayings: Readonly<Record<string, (params: Params, base: number) => PlateauScale>> = {
  keras: ({ mode, factor, patience, min_delta, cooldown, min_lr }, base) =>
    plateauScale({
      metric: "value",
      mode,
      factor,
      patience: counted(patience),
      minDelta: Math.abs(min_delta),
      ...cooling(cooldown),
      minScale: min_lr / base,
      compat: "keras",
    }),
  torch: ({ mode, factor, patience, threshold, threshold_mode, cooldown, min_lr = 0, eps = 1e-8 }, base) =>
    plateauScale({
      metric: "value",
      mode,
      factor,
      patience: counted(patience),
      minDelta: threshold,
      minDeltaKind: String(threshold_mode) === "abs" ? "absolute" : "relative",
      ...cooling(cooldown),
      minScale: min_lr / base,
      eps: eps / base,
      compat: "torch",
    }),
  optax: ({ factor, patience, rtol, atol = 0, cooldown, accumulation_size = 1, min_scale = 0 }) =>
    plateauScale({
      metric: "value",
      mode: "min",
      factor,
      patience: counted(patience),
      minDelta: atol,
      relativeDelta: rtol,
      ...cooling(cooldown),
      accumulate: accumulation_size,
      minScale: min_scale,
      compat: "optax",
    }),
};
const traces = ["trace_wait_cooldown_best", "trace_bad_cooldown_best", "trace_count_cooldown_best"];

export const scalesCheck: Check = (file, golden) => {
  const [what, library] = file.name.split("-");
  const say = what === "plateau" ? sayings[library] : undefined;
  if (!say) return null;
  return () => checkScale(file, golden, say(golden.params as Params, golden.all.base_lr as number));
};

/** The rate, and the whole trace, after every evaluation. */
function checkScale(file: GoldenFile, golden: GoldenCase, rule: PlateauScale): void {
  const base = (golden.all.base_lr ?? 1) as number, rates = (golden.all.lr ?? golden.all.scale) as number[];
  const trace = golden.all[traces.find((name) => name in golden.all)!] as unknown[][];
  // Before a first gain Keras has no best, the others have the worst value there is.
  const none = rule.compat === "keras" ? null : rule.mode === "max" ? -Infinity : Infinity;
  let state = initialScale();
  metricOf(golden).forEach((value, i) => {
    const at = { step: i + 1, epoch: i + 1, examples: i + 1, seconds: i + 1 }, where = `${golden.id} at ${i}`;
    state = observeScale(rule, JSON.parse(JSON.stringify(state)), {
      ...at,
      metrics: value === null ? {} : { value },
    });
    assertClose(file, base * state.scale, rates[i], where);
    const [wait, cooldown, best] = trace[i];
    assert.deepEqual([state.wait, state.cooldown], [wait, cooldown], where);
    const ours = state.best === null ? none : Number(state.best);
    if (typeof best === "number" && Number.isFinite(best)) assertClose(file, ours!, best, `${where}: best`);
    else assert.deepEqual(ours, best, `${where}: best`);
  });
}
