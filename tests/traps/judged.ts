/** What rules do with given validation losses, one evaluation every 10 steps = 1 epoch = 100 examples = 1 second. */
import { best } from "../../lib/criteria/best.ts";
import type { Criterion } from "../../lib/criteria/criterion.ts";
import { plateau } from "../../lib/criteria/plateau.ts";
import type { Selection } from "../../lib/criteria/selection.ts";
import { evaluations } from "../../lib/durations.ts";
import { replay } from "../../lib/policies/replay.ts";
import { positionAt } from "../../lib/batch_plan.ts";
import { initialScale, observeScale } from "../../lib/schedules/plateau_scale.ts";
import type { PlateauScale, PlateauScaleState } from "../../lib/schedules/schedule.ts";
import { batches, recorded } from "../curves/recordings.ts";

export const LOSS = { metric: "validation.loss", mode: "min" } as const;

/** No gain is ever large enough after the first, so patience runs out at a known place: evaluation 1 + p. */
export const hopeless = (count: number) => plateau({ ...LOSS, patience: evaluations(count), minDelta: 9 });

/**
 * Evaluations (from 1) at which the rule stops and which is kept, with its path; nulls where it goes on past the
 * last value.
 */
export function judged(
  losses: readonly number[],
  stop: Criterion,
  select: Selection = best("validation.loss", "min"),
): { stopped: number | null; kept: number | null; path: string } {
  const [{ at, kept, path }] = replay(recorded({ losses }), [{ name: "rule", stop, select }]);
  return { stopped: at && at.step / 10, kept: kept && kept.step / 10, path };
}

/** States of a plateau scale after each of these losses, one an update. */
export function scaledBy(rule: PlateauScale, losses: readonly number[]): PlateauScaleState[] {
  let state = initialScale();
  return losses.map((loss, i) => {
    const at = positionAt(batches, i + 1, i + 1, i + 1);
    return state = observeScale(rule, state, { ...at, metrics: { "validation.loss": loss } });
  });
}
