/** Stopping and plateau rules of other libraries, said with ours. */
import type { Plateau } from "../../lib/criteria/criterion.ts";
import { plateau } from "../../lib/criteria/plateau.ts";
import { evaluations } from "../../lib/durations.ts";
import { reduceOnPlateau } from "../../lib/schedules/reduce_on_plateau.ts";
import type { ReduceOnPlateau } from "../../lib/schedules/schedule.ts";
import type { GoldenCase } from "./vectors.ts";

type Mode = "min" | "max";
interface Params {
  readonly mode: Mode;
  readonly [name: string]: unknown;
}

/** One value per epoch or evaluation; null: not reported. */
export const metricOf = ({ all }: GoldenCase): readonly (number | null)[] => all.metric as (number | null)[];

/**
 * Values on which the libraries and we agree. They take a first value that is not finite, or an infinite one in the
 * better direction, for the best; we never do.
 */
function isJudgedAlike(values: readonly (number | null)[], mode: Mode): boolean {
  const reported = values.filter((value) => value !== null);
  const better = mode === "min" ? -Infinity : Infinity;
  return (reported.length === 0 || Number.isFinite(reported[0])) && !reported.includes(better);
}

const rule = (
  mode: Mode,
  patience: number,
  minDelta: number,
  reference: "accepted" | "running",
): Plateau | null =>
  patience >= 1
    ? plateau({ metric: "value", mode, patience: evaluations(patience), minDelta, reference })
    : null;

const rules: Readonly<Record<string, (params: Params) => Plateau | null>> = {
  keras: ({ mode, patience, min_delta, baseline, start_from_epoch }) =>
    baseline === null && start_from_epoch === 0
      ? rule(mode, patience as number, Math.abs(min_delta as number), "accepted")
      : null,
  lightning: ({ mode, patience, min_delta, stopping_threshold, divergence_threshold }) =>
    stopping_threshold === null && divergence_threshold === null
      ? rule(mode, patience as number, Math.abs(min_delta as number), "accepted")
      : null,
  transformers: ({ mode, early_stopping_patience, early_stopping_threshold }) =>
    rule(mode, early_stopping_patience as number, early_stopping_threshold as number, "running"),
  ignite: ({ mode, patience, threshold, threshold_mode, cumulative }) =>
    threshold_mode === "abs"
      ? rule(mode, patience as number, threshold as number, cumulative ? "accepted" : "running")
      : null,
};

/** The early stopping of a case in our words; null when it is not built. */
export function saidStop(library: string, golden: GoldenCase): Plateau | null {
  const params = golden.params as Params, values = metricOf(golden);
  if (!rules[library] || !isJudgedAlike(values, params.mode)) return null;
  // Lightning ends a training at a metric that is not finite, and Ignite counts one as a gain: another rule.
  const strict = library === "lightning" ? params.check_finite === true : library === "ignite";
  if (strict && values.some((value) => !Number.isFinite(value))) return null;
  return rules[library](params);
}

/** Keras' plateau rule as a scale on its base rate. Patience 0 is 1 there. */
export function saidScale({ params, all }: GoldenCase): ReduceOnPlateau {
  const { mode, factor, patience, min_delta, cooldown, min_lr } = params as Record<string, number> & {
    mode: Mode;
  };
  return reduceOnPlateau({
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
