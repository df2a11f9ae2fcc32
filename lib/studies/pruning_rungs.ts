/** Successive halving, alone or in Hyperband's brackets: at a rung one in eta goes on. */
import { countedText, countText } from "../durations.ts";
import type { Behind } from "./behind.ts";
import { bracketOf } from "./bracket_of.ts";
import type { Pruner } from "./pruner.ts";
import { costAt, costText, lastStep, rowAt, rowFrom, stepsIn } from "./recorded_cost.ts";
import type { StudyRecord, TrialRecord } from "./study_record.ts";

type RungPruner = Extract<Pruner, { kind: "halving" | "hyperband" }>;

/** Only the rungs that this evaluation is the first at or past of are judged: who was let through stays so. */
export function behindAtRungs(
  pruner: RungPruner,
  record: StudyRecord,
  trial: TrialRecord,
  at: number,
): Behind {
  const row = rowAt(trial, at), rungs = rungsOf(pruner, trial), reached = reachedAt(rungs, trial, row);
  const where = rungs.name === "" ? "" : ` of ${rungs.name}`;
  if (reached.length === 0) {
    return { behind: false, why: `step ${countText(at)} is the first past no rung${where}` };
  }
  const own = costAt(trial, record, row), rivals = rivalsOf(pruner, record, trial, rungs.name);
  let why = "";
  for (const rung of reached) {
    const costs = rivals.flatMap((rival) => costAtRung(rival, record, rung));
    const there = costs.length + 1, through = Math.max(1, Math.floor(there / pruner.eta));
    const better = costs.filter((cost) => cost < own).length;
    const behind = own === Infinity || better >= through;
    why = `${costText(own, record)} at the rung of step ${countText(rungs.steps[rung])}${where} has ${
      countText(better)
    } better of ${countedText(there, "trial")} there, ${countText(through)} of which ${
      through === 1 ? "goes" : "go"
    } on (${record.metric})`;
    if (behind) return { behind, why };
  }
  return { behind: false, why };
}

/** Whether an evaluation is the first at or past a rung: at all others nobody has to be looked at. */
export const isAtRung = (pruner: RungPruner, trial: TrialRecord, at: number): boolean =>
  reachedAt(rungsOf(pruner, trial), trial, rowAt(trial, at)).length > 0;

const reachedAt = ({ steps }: Rungs, trial: TrialRecord, row: number): readonly number[] =>
  steps.flatMap((step, rung) => rowFrom(trial, step) === row ? [rung] : []);

/** What has nothing recorded may not yet say how its updates are cut, and has come to no rung unless it diverged. */
const hasBegun = ({ state, trajectory }: TrialRecord): boolean =>
  trajectory.evaluations.step.length > 0 || state === "diverged" && trajectory.batches !== null;

interface Rungs {
  /** steps at which trials are compared, ascending; the end of what a trial is given is none: nothing is left to save */
  readonly steps: readonly number[];
  /** of the bracket; empty where there is one alone */
  readonly name: string;
}

/** The others that a trial meets at its rungs: in brackets those of its own. */
const rivalsOf = (pruner: RungPruner, record: StudyRecord, trial: TrialRecord, name: string) =>
  record.trials.filter((rival) => rival.number !== trial.number && hasBegun(rival))
    .map((rival) => ({ rival, rungs: rungsOf(pruner, rival) }))
    .filter(({ rungs }) => rungs.name === name);

function rungsOf(pruner: RungPruner, trial: TrialRecord): Rungs {
  const { eta } = pruner,
    first = stepsIn(pruner.first, trial, "first"),
    end = trial.maxSteps ?? lastStep(trial) + 1;
  if (pruner.kind === "halving") {
    const steps = [];
    for (let step = first; step < end; step *= eta) steps.push(step);
    return { steps, name: "" };
  }
  if (trial.maxSteps === null) {
    throw new RangeError(`invalid pruner: hyperband (nothing says how many steps ${trial.name} is given)`);
  }
  const { s } = bracketOf(Math.max(1, Math.floor(end / first + 1e-9)), eta, trial.number);
  const steps = Array.from({ length: s }, (_, rung) => Math.ceil(end / eta ** (s - rung) - 1e-9));
  return { steps, name: `bracket ${s}` };
}

/** The cost with which a rival came to a rung; the worst if it diverged on the way there, nothing if it has not come. */
function costAtRung(
  { rival, rungs: { steps } }: { readonly rival: TrialRecord; readonly rungs: Rungs },
  record: StudyRecord,
  rung: number,
): readonly number[] {
  if (rung >= steps.length) return [];
  const row = rowFrom(rival, steps[rung]);
  if (row >= 0) return [costAt(rival, record, row)];
  const isOnTheWay = rung === 0 || lastStep(rival) >= steps[rung - 1];
  return rival.state === "diverged" && isOnTheWay ? [Infinity] : [];
}
