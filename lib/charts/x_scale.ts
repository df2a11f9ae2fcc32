/** The x axis that learning curves and the strips under them share. */
import type { Axis, Trajectory } from "../curves/trajectory.ts";
import { epochAt, examplesAt, updatesPerEpoch } from "../batch_plan.ts";
import type { XScale } from "./frame.ts";
import { roundUp } from "./ticks.ts";

/** As much of a training's event as tells how far it can go. */
export interface Progress {
  readonly plan: { readonly lastStep: number | null };
}
export interface XScaleOptions {
  readonly trajectories: readonly Trajectory[];
  readonly axis: Axis;
  /** the events of the trainings that still run: their caps end the axis until they end */
  readonly progress?: Progress | readonly Progress[];
}

/**
 * The x axis from 0 to the last position recorded. While a training runs it ends at the cap, when there is
 * one, and otherwise at a round number that grows in steps, so that a live picture holds still.
 *
 * @example
 * ```ts
 * import { xScale } from "./x_scale.ts";
 * xScale({ trajectories: [], axis: "step", progress: { plan: { lastStep: 3000 } } }).max; // 3000
 * ```
 */
export function xScale({ trajectories, axis, progress }: XScaleOptions): XScale {
  const recorded = trajectories.map((trajectory) => lastOf(trajectory, axis));
  const last = Math.max(0, ...recorded);
  const cap = lastStepOf(progress);
  const live = trajectories.length === 0 || trajectories.some((trajectory) => trajectory.end === null);
  const max = !live
    ? last
    : cap === null
    ? roundUp(last)
    : Math.max(last, capOn(axis, cap, trajectories, last));
  return {
    axis,
    max: max > 0 ? max : 1,
    updatesPerEpoch: axis === "step" ? commonUpdates(trajectories) : null,
  };
}

/** The largest cap among the trainings; null when none has one. */
function lastStepOf(progress: XScaleOptions["progress"]): number | null {
  const all = progress === undefined ? [] : "plan" in progress ? [progress] : progress;
  const caps = all.flatMap(({ plan }) => plan.lastStep === null ? [] : [plan.lastStep]);
  return caps.length > 0 ? Math.max(...caps) : null;
}

function capOn(axis: Axis, cap: number, trajectories: readonly Trajectory[], last: number): number {
  if (axis === "step") return cap;
  if (axis === "seconds") {
    const steps = Math.max(0, ...trajectories.map((trajectory) => lastOf(trajectory, "step")));
    return roundUp(steps > 0 ? last * cap / steps : 0);
  }
  const at = axis === "epoch" ? epochAt : examplesAt;
  const plan = trajectories.length > 0 ? trajectories[0].batches : null;
  return plan ? at(plan, cap) : 1;
}

function lastOf(trajectory: Trajectory, axis: Axis): number {
  return Math.max(trajectory.updates[axis].at(-1) ?? 0, trajectory.evaluations[axis].at(-1) ?? 0);
}

/** Updates in an epoch when all trajectories agree, so that one axis can carry both. */
function commonUpdates(trajectories: readonly Trajectory[]): number | null {
  const counts = new Set(trajectories.map(({ batches }) => batches && updatesPerEpoch(batches)));
  return counts.size === 1 ? [...counts][0] : null;
}
