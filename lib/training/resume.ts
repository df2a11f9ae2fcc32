/** Where a training begins: at nothing, or at a state that it goes on from. */
import type { Run } from "../checkpoints/run_folder.ts";
import type { CriterionState } from "../criteria/criterion.ts";
import { parseSelection } from "../criteria/parse_text.ts";
import { resolveFrom } from "../criteria/resolve_from.ts";
import { initial, observe, stops, textOf, verdict } from "../criteria/rules.ts";
import { initialSelection, observeSelection, readsAverage, selectionText } from "../criteria/select.ts";
import type { Selection, SelectionState } from "../criteria/selection.ts";
import { countText } from "../durations.ts";
import type { Engine } from "../engine/engine.ts";
import { follow } from "../policies/follow.ts";
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
  const state = given && withKeptOf(given, spec.select);
  const sameRun = interrupted && found.criterion.text === textOf(resolved.stop);
  const notices = [
    ...damages(folder),
    ...(updates.why === null ? [] : [{ lint: "not-compiled", message: updates.why }]),
    ...otherConditions(conditionsOf(engine, updates.mode), given),
    ...(given?.kept && !state?.kept ? [KEPT_ANEW] : []),
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

/** Without its kept weights, where a selection keeps the running mean and the state's kept the parameters, or the reverse. */
function withKeptOf(state: TrainState, select: Selection): TrainState {
  const before = parseSelection(state.plan.select);
  return readsAverage(before) === readsAverage(select) ? state : { ...state, kept: null };
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
 * What a selection remembers at a state. Of evaluations before it only the weights of the kept one are still there: a
 * selection that differs from the state's begins with that one.
 */
export function selectionState(select: Selection, state: TrainState | null): SelectionState {
  if (state !== null && state.plan.select === selectionText(select)) return state.selection;
  const first = initialSelection(select);
  return state?.kept ? observeSelection(select, first, state.kept.row) : first;
}
