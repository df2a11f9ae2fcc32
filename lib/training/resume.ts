/** Where a training begins: at nothing, or at a state that it goes on from. */
import type { Run } from "../checkpoints/run_folder.ts";
import type { CriterionState } from "../criteria/criterion.ts";
import { parseSelection } from "../criteria/parse_text.ts";
import { resolveFrom } from "../criteria/resolve_from.ts";
import { initial, observe, stops, textOf, verdict } from "../criteria/rules.ts";
import { initialSelection, observeSelection, readsAverage, selectionText } from "../criteria/select.ts";
import type { Selection, SelectionState } from "../criteria/selection.ts";
import { evaluationRow } from "../curves/best.ts";
import type { EvaluationRow, Trajectory } from "../curves/trajectory.ts";
import { countText } from "../durations.ts";
import type { Engine } from "../engine/engine.ts";
import { follow } from "../policies/follow.ts";
import { initialScale, observeScale } from "../schedules/plateau_scale.ts";
import type { PlateauScaleState } from "../schedules/schedule.ts";
import { type Plan, planFor, type PlanWarning } from "./plan.ts";
import { conditionsOf } from "./conditions.ts";
import type { FilledSpec } from "./spec.ts";
import type { Conditions, TrainState } from "./state.ts";
import type { Updates } from "./updates.ts";

export interface Beginning {
  /** with every rule resolved to absolute steps */
  readonly spec: FilledSpec;
  readonly plan: Plan;
  readonly state: TrainState | null;
  /** the folder's run had not ended: its state was saved on the way, or where it was stopped by hand or failed */
  readonly interrupted: boolean;
  /** and its rule is the one given: a stop at once is its end, which was still to come */
  readonly sameRun: boolean;
  /** step at which this run began: what `maxSteps({ for })` counts from */
  readonly began: number;
}

/** Nothing was left to do, and `onNoop` asked that this be an error. */
export class NothingToTrain extends Error {
  override readonly name = "NothingToTrain";
  constructor(readonly because: string) {
    super(`nothing to train: ${because} (raise the cap, change the rule, or begin anew)`);
  }
}

/**
 * Finds the state, resolves rules that count from here, and checks that the two fit.
 *
 * @param from the state that the spec names
 * @throws NothingToTrain when nothing is left to do and `onNoop` is `error`; RangeError when the folder holds a state of a run
 *   that did not begin at `from`
 */
export function beginning(
  spec: FilledSpec,
  from: TrainState | null,
  engine: Engine,
  updates: Pick<Updates, "mode" | "why">,
  folder: Run | null,
): Beginning {
  const found = folder?.latest() ?? null, given = found ?? from;
  if (found && from && found.began !== from.position.step) {
    throw new RangeError(
      `invalid from: the run's folder has a state of its own at step ${
        countText(found.position.step)
      } and began at ${countText(found.began)} (leave from out, or begin anew with fresh)`,
    );
  }
  // A run that was cut or stopped by hand goes on as the run it was; one that had ended, or another's state, begins here.
  const interrupted = found !== null && [undefined, "aborted", "failed"].includes(found.end?.reason);
  const began = interrupted ? found.began : given?.position.step ?? 0;
  const resolved = { ...spec, stop: resolveFrom(spec.stop, began) };
  const plan = planFor(resolved, { ...engine, mode: updates.mode }, given);
  const kept = given && keptOf(given, spec.select),
    state = given && { ...given, kept: kept === "anew" ? null : kept };
  const sameRun = interrupted && found.criterion.text === textOf(resolved.stop);
  const notices = [
    ...damages(folder),
    ...(updates.why === null ? [] : [{ lint: "not-compiled", message: updates.why }]),
    ...otherConditions(conditionsOf(engine, updates.mode), given),
    ...(kept === "anew" ? [KEPT_ANEW] : []),
    ...(sameRun ? [] : noop(resolved, given)),
  ];
  return {
    spec: resolved,
    plan: { ...plan, warnings: [...plan.warnings, ...notices] },
    state,
    began,
    interrupted,
    sameRun,
  };
}

const KEPT_ANEW: PlanWarning = {
  lint: "kept-anew",
  message:
    "of the running mean and the weights themselves, the state kept those that select does not read: what is kept begins anew",
};

/**
 * What of a state's kept weights another selection goes on from: none where it would have kept none so far, `anew` where it
 * keeps the running mean and the state kept the parameters, or the reverse.
 */
function keptOf({ plan, trajectory, kept }: TrainState, select: Selection): TrainState["kept"] | "anew" {
  if (kept === null || plan.select === selectionText(select)) return kept;
  if (selectionOn(trajectory, select).kept === null) return null;
  return readsAverage(parseSelection(plan.select)) === readsAverage(select) ? kept : "anew";
}

/** Newer checkpoints than the one that is gone on from: what lies between is trained again. */
const damages = (folder: Run | null): PlanWarning[] =>
  (folder?.damaged ?? []).map(({ file, reason }) => ({
    lint: "damaged-checkpoint",
    message: `damaged checkpoint: ${file} (${reason}): going on from step ${
      countText(folder!.latest()!.position.step)
    }`,
  }));

/** What bit-equality rests on and is not as it was. */
function otherConditions(conditions: Conditions, state: TrainState | null): PlanWarning[] {
  if (state === null) return [];
  const now = conditionsText(conditions), before = conditionsText(state.conditions);
  if (now === before) return [];
  const message = `trains on ${now}; the state was trained on ${before}: results agree, but not to the bit`;
  return [{ lint: "conditions-differ", message }];
}

/** `wasm 4.22.0 (CPU, SIMD; eager; 1 thread)`. */
const conditionsText = ({ engine, version, device, mode, threads }: Conditions): string =>
  `${engine} ${version} (${device}; ${mode}; ${
    threads === null ? "threads unknown" : `${threads} thread${threads === 1 ? "" : "s"}`
  })`;

function noop({ stop, onNoop }: FilledSpec, state: TrainState | null): PlanWarning[] {
  if (state === null || onNoop === "ok") return [];
  const remembered = criterionState(stop, state);
  if (!stops(stop, remembered, state.position)) return [];
  const { because } = verdict(stop, remembered, state.position);
  if (onNoop === "error") throw new NothingToTrain(because);
  return [{ lint: "nothing-to-train", message: `nothing to train: ${because}` }];
}

/**
 * What a rule remembers at a state. Settings come from code, progress from the state: another rule than the one that
 * the state was trained under counts on what was recorded.
 */
export function criterionState(stop: FilledSpec["stop"], state: TrainState | null): CriterionState {
  if (state?.criterion.text === textOf(stop)) return state.criterion.state;
  let remembered = initial(stop);
  if (state) follow(state.trajectory, { see: (seen) => remembered = observe(stop, remembered, seen) });
  return remembered;
}

/**
 * What a selection remembers at a state: another one than the state's counts on what was recorded. Of evaluations before
 * it only the weights of the kept one are still there: where it would keep another, it begins with that one.
 */
export function selectionState(select: Selection, state: TrainState | null): SelectionState {
  const first = initialSelection(select);
  if (state === null) return first;
  if (state.plan.select === selectionText(select)) return state.selection;
  const { selection, kept } = selectionOn(state.trajectory, select);
  if (kept?.step === state.kept?.row.step) return selection;
  return state.kept ? observeSelection(select, first, state.kept.row) : first;
}

/** What a selection remembers after a recording, and the evaluation that it keeps. */
export function selectionOn(
  { evaluations }: Trajectory,
  select: Selection,
): { readonly selection: SelectionState; readonly kept: EvaluationRow | null } {
  let selection = initialSelection(select), kept: EvaluationRow | null = null;
  for (let row = 0; row < evaluations.step.length; row++) {
    const measured = evaluationRow(evaluations, row);
    selection = observeSelection(select, selection, measured);
    if (selection.kept === selection.seen) kept = measured;
  }
  return { selection, kept };
}

/**
 * What scales the rate at a state. A rule where the state had none counts on what was recorded, and so goes on as if it
 * had been there from the beginning; where it would have cut before the state, the recording is not its own, and it
 * begins here.
 */
export function scaleState(rule: FilledSpec["scale"], state: TrainState | null): PlateauScaleState {
  if (state === null) return initialScale();
  // without a rule in the spec nothing scales, whatever the state was trained under
  if (rule === null) return { ...state.scale, scale: 1 };
  if (state.plan.scale !== null) return state.scale;
  let scale = initialScale();
  follow(state.trajectory, {
    see(seen) {
      if (seen.kind === "evaluation") {
        scale = observeScale(rule, scale, { ...seen.at, metrics: seen.metrics });
      }
    },
  });
  return scale.cuts.every((step) => step >= state.position.step) ? scale : initialScale();
}
