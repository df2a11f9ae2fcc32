/** The typed end of a training: why it ended, where, what was kept, and the state to go on from. */
import type { AfterState } from "../criteria/after.ts";
import type { CompositeState } from "../criteria/composite.ts";
import type { Criterion, CriterionState, Verdict } from "../criteria/criterion.ts";
import { type MaxSecondsState, secondsSpent } from "../criteria/max_seconds.ts";
import { verdict } from "../criteria/rules.ts";
import type { EndReason } from "../curves/trajectory.ts";
import { countText, type Position } from "../durations.ts";
import { saveCheckpoint, saveState } from "./checkpoints.ts";
import type { Outcome } from "./event.ts";
import { GivenUp } from "./given_up.ts";
import type { TrainState } from "./state.ts";
import { weightsOf } from "./tensors.ts";
import type { UnderWay } from "./under_way.ts";

/** An outcome, with the state that it names. */
export interface Ended {
  readonly outcome: Outcome;
  readonly saved: TrainState;
}

/** Warnings of a plan that tell what differs from the state that it goes on from. */
const CHANGES = ["differs-from-state", "conditions-differ", "kept-anew"];

/**
 * @param failure what was thrown, when the reason is `failed`; the reason of the signal, when it is `aborted`
 * @param stateAt makes the state to go on from
 */
export function outcomeOf(
  { spec, plan, live, layout, progress, record }: UnderWay,
  reason: EndReason,
  failure: unknown,
  stateAt: (end: TrainState["end"]) => TrainState,
): Ended {
  const { at } = progress, told = verdict(spec.stop, progress.criterion, at);
  const decided = reason === "stopped" || reason === "alreadyComplete";
  const lastLoss = record.trajectory().updates.loss.at(-1), step = countText(at.step);
  const because = {
    stopped: told.because || "every policy on it has ended",
    alreadyComplete: told.because,
    diverged: Number.isFinite(lastLoss)
      ? `gradients or weights are no numbers at step ${step}`
      : `training loss is ${lastLoss} at step ${step}`,
    aborted: failure instanceof GivenUp ? failure.because : `stopped by hand at step ${step}`,
    exhausted: `the data ended at step ${step}`,
    failed: String((failure as Error)?.message ?? failure),
  }[reason];
  const path = decided ? told.path : "";
  const saved = stateAt({ reason, path, because });
  const weights = live.kept ? weightsOf(live.kept.network) : weightsOf(live);
  const outcome: Outcome = {
    reason,
    path,
    because,
    at,
    rules: told.leaves,
    alsoTrue: told.alsoTrue,
    wouldHaveStopped: told.wouldHaveStopped,
    kept: live.kept?.row ?? null,
    changed: plan.warnings.filter(({ lint }) => CHANGES.includes(lint)).map(({ message }) => message),
    skipped: progress.tries - at.step,
    checkpoint: saveCheckpoint({ model: spec.model, layout, ...weights }),
    state: saveState(saved),
    ...(reason === "alreadyComplete"
      ? { alreadyComplete: complete(spec.stop, progress.criterion, told, at) }
      : {}),
  };
  return { outcome, saved };
}

/** Nothing was left to do: by a cap that the counters had reached, or by a rule that had already said stop. */
function complete(
  stop: Criterion,
  remembered: CriterionState,
  { path }: Verdict,
  at: Position,
): Outcome["alreadyComplete"] {
  const [rule, state] = ruleAt(stop, remembered, path), by = "cap";
  switch (rule.kind) {
    case "maxSteps":
      return { by, have: at.step, cap: rule.steps, unit: "steps" };
    case "maxEpochs":
      return { by, have: at.epoch, cap: rule.epochs, unit: "epochs" };
    case "maxExamples":
      return { by, have: at.examples, cap: rule.examples, unit: "examples" };
    case "maxSeconds":
      return { by, have: secondsSpent(state as MaxSecondsState, at), cap: rule.seconds, unit: "seconds" };
    default:
      return { by: "verdict", have: at.step, cap: at.step, unit: "steps" };
  }
}

/**
 * The rule that decides, at a path such as `any.1.plateau`, and what it remembers; one that needs several others to be
 * true decides itself.
 */
function ruleAt(criterion: Criterion, state: CriterionState, path: string): [Criterion, CriterionState] {
  const [, place, ...rest] = path.split(".");
  if (place === undefined || !("criteria" in criterion)) return [criterion, state];
  if (criterion.kind === "all" || criterion.kind === "atLeast") return [criterion, state];
  const index = Number(place);
  const below = Array.isArray(state)
    ? (state as CompositeState)[index]
    : (state as unknown as AfterState).child;
  return ruleAt(criterion.criteria[index], below, rest.join("."));
}
