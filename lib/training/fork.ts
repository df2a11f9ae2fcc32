/** Goes another way from some step of a training that was recorded. */
import { countText, shown } from "../durations.ts";
import { selectionText } from "../criteria/select.ts";
import { forgetState, loadState } from "./checkpoints.ts";
import type { Forked, TrainingEvent } from "./event.ts";
import { firstDifference, prefixOf, secondsAt } from "./fork_prefix.ts";
import { type Trunk, trunkFrom } from "./fork_trunk.ts";
import { type Plan, planFor } from "./plan.ts";
import { fixedDifference } from "./resume_check.ts";
import { selectionOn } from "./resume.ts";
import { type FilledSpec, filledSpec, type Spec } from "./spec.ts";
import type { TrainState } from "./state.ts";
import { trainBeside, type Training } from "./train.ts";

/** What a fork does otherwise than its trunk; what is left out stays as it was. */
export type ForkChanges = Partial<
  Pick<
    Spec,
    | "schedule"
    | "scale"
    | "stop"
    | "select"
    | "evaluate"
    | "metrics"
    | "clip"
    | "average"
    | "nonFinite"
    | "checkpoint"
    | "name"
    | "onNoop"
    | "signal"
  >
>;

/** Updates between a state and the step of a fork, trained again, were not as they are recorded. */
export class ForkDiffers extends Error {
  override readonly name = "ForkDiffers";
  constructor(readonly step: number) {
    super(
      `cannot fork: trained again, step ${
        countText(step)
      } is not as it was recorded (another engine, or other settings before: fork where a state was saved)`,
    );
  }
}

/**
 * Trains on from some step of a training with a changed schedule, plateau rule, stop or selection, as if the change had
 * been told from the beginning and had shown from there on. What lies before is shared: it is in the trajectory as it
 * was recorded. Every event tells where the fork left (`forked`): what was trained is `at.step − forked.step +
 * forked.again`, what is judged `at.step`. Without a change it ends in the same bits as its trunk.
 *
 * Where no state was saved at `step`, the updates from the one before are trained again, and must come out as recorded;
 * so are those since the evaluation that a changed selection keeps. `checkpoint: { every, keep: { last } }` of the trunk
 * says where states are; a fork saves its own only when it is told to. A plateau rule that would have cut before `step` begins there.
 *
 * @param run the last event of a training of this process; or the spec of a run, with its `checkpoint.folder`
 * @param step updates that are shared, from 0 to the end of the recording
 * @param changes `maxSteps({ for })` counts from `step`
 * @throws RangeError `invalid step: 4,000 (the recording ends at step 3,000)`; `invalid seed: 4 (the trunk was trained
 *   with 3, which a fork shares)`, so for model, data, optimizer and batches. ForkDiffers in the middle
 *
 * @example
 * ```ts
 * import { fork, live, schedules, steps, type TrainingEvent } from "plateau";
 * // one trunk, and a cooldown of 400 updates from each of three steps
 * const cooldowns = (trunk: TrainingEvent) =>
 *   Promise.all([800, 1600, 2400].map((step) => {
 *     const horizon = steps(step + 400);
 *     const schedule = schedules.warmupStableDecay({ peak: 1e-3, decay: steps(400), tail: "1-sqrt", horizon });
 *     return live(fork(trunk, step, { schedule }));
 *   }));
 * ```
 */
export function fork(run: TrainingEvent | Spec, step: number, changes: ForkChanges = {}): Training {
  const trunk = trunkFrom(run), last = trunk.end.position.step;
  if (!Number.isSafeInteger(step) || step < 0) {
    throw new RangeError(`invalid step: ${shown(step)} (a whole number from 0)`);
  }
  if (step > last) {
    throw new RangeError(
      `invalid step: ${countText(step)} (the recording ends at step ${countText(last)})`,
    );
  }
  const control = new AbortController(), { signal } = control;
  const outer = changes.signal ?? null;
  const told = Object.entries(changes).filter(([, change]) => change !== undefined); // what is left out stays
  const spec: Spec = {
    ...trunk.spec,
    ...Object.fromEntries(told),
    signal: outer === null ? signal : AbortSignal.any([outer, signal]),
  };
  const filled = filledSpec(spec), shared = prefixOf(trunk.recording, step);
  refuse(filled, trunk);
  const near = nearest(filled, trunk, step);
  const state = near && sharedState(near, shared, step);
  const plan = planFor(filled, null, state);
  const forked: Forked = { step, again: step - (near?.position.step ?? 0) };
  const training = grown({ spec, filled, trunk, near, plan, forked });
  return Object.assign(training, { abort: () => control.abort() });
}

/** What a fork shares with its trunk and cannot change. */
function refuse(filled: FilledSpec, trunk: Trunk): void {
  if (filled.from !== null) {
    throw new RangeError(`invalid from: ${filled.from} (none: a fork goes on from its trunk)`);
  }
  const before = planFor(filledSpec(trunk.spec), null, null), now = planFor(filled, null, null);
  const fixed = fixedDifference(now, before);
  if (fixed !== null) {
    throw new RangeError(
      `invalid ${fixed.field}: ${fixed.now} (the trunk was trained with ${fixed.before}, which a fork shares)`,
    );
  }
  if (now.dataFingerprint !== before.dataFingerprint) {
    throw new RangeError(
      `invalid data: fingerprint ${now.dataFingerprint} (the trunk was trained with ${before.dataFingerprint}, which a fork shares)`,
    );
  }
}

/**
 * The state from which nothing is lost: the last one at or before the step, or, where a changed selection keeps an
 * evaluation whose weights that state does not hold, the last one before that evaluation. null for the beginning.
 */
function nearest({ select }: FilledSpec, trunk: Trunk, step: number): TrainState | null {
  if (step === 0) return null;
  const state = trunk.stateAt(step), { kept } = selectionOn(prefixOf(trunk.recording, step), select);
  if (state === null || kept === null || state.plan.select === selectionText(select)) return state;
  if (state.kept?.row.step === kept.step || state.position.step < kept.step) return state;
  return trunk.stateAt(kept.step - 1);
}

/** A state as it will be at the step of the fork, for all that a plan asks of it. */
const sharedState = (near: TrainState, shared: TrainState["trajectory"], step: number): TrainState =>
  near.position.step === step ? near : {
    ...near,
    trajectory: shared,
    position: { ...near.position, step, evaluations: shared.evaluations.step.length },
  };

/** A fork as it was told. */
interface Told {
  readonly spec: Spec;
  readonly filled: FilledSpec;
  readonly trunk: Trunk;
  readonly near: TrainState | null;
  readonly plan: Plan;
  readonly forked: Forked;
}

async function* grown(told: Told): AsyncGenerator<TrainingEvent, void, void> {
  const { spec, near, forked } = told;
  let state = near;
  if (forked.again > 0) {
    const caught = yield* caughtUp(told);
    if (caught === null) return;
    state = caught;
  }
  yield* trainBeside(spec, { state: state && asRecorded(told, state), forked });
}

/** The state at the fork's step, with what was recorded up to there. */
function asRecorded({ trunk, forked: { step } }: Told, state: TrainState): TrainState {
  const trajectory = prefixOf(trunk.recording, step);
  const seconds = Math.max(state.end === null ? state.position.seconds : 0, secondsAt(trajectory));
  return { ...state, trajectory, position: { ...state.position, seconds }, end: null };
}

/** Trains up to the step again, under what the trunk was trained under; null when it was ended on the way. */
async function* caughtUp(
  { spec, filled: { select }, trunk, near, plan, forked }: Told,
): AsyncGenerator<TrainingEvent, TrainState | null, void> {
  const { step } = forked, { recording } = trunk;
  const again = trainBeside(
    { ...trunk.spec, select, signal: spec.signal ?? null },
    { state: near && selecting(near, select), until: step, forked, within: true },
  );
  for await (const event of again) {
    const { outcome, at } = event, trajectory = prefixOf(recording, at.step);
    const differs = firstDifference(event.trajectory, recording);
    if (differs !== null) throw new ForkDiffers(differs);
    if (outcome === null) yield { ...event, type: "chunk", plan, trajectory };
    else if (at.step < step) yield { ...event, plan };
    else {
      const state = loadState(outcome.state);
      forgetState(outcome.state);
      return state;
    }
  }
  return null;
}

/** A state with what another selection would remember there, and what it would keep where that is at hand. */
function selecting(state: TrainState, select: FilledSpec["select"]): TrainState {
  if (state.plan.select === selectionText(select)) return state;
  const { selection, kept } = selectionOn(state.trajectory, select);
  return {
    ...state,
    plan: { ...state.plan, select: selectionText(select) },
    selection,
    kept: kept?.step === state.kept?.row.step ? state.kept : null,
  };
}
