/** What each training is doing: one row a run. */
import type { Metric, Mode } from "../criteria/criterion.ts";
import { bestEvaluation } from "../curves/best.ts";
import { kindOf } from "../policies/kind.ts";
import type { Judgement, Policy } from "../policies/policy.ts";
import { replay } from "../policies/replay.ts";
import type { TrainingEvent } from "../training/event.ts";
import type { Table, TableCell } from "./chart.ts";
import { clock, decimals, MISSING, onAxis, thousands } from "./format.ts";
import { patienceState } from "./patience_state.ts";
import { type SharedScales, sharedScales } from "./shared_scales.ts";

export interface TrainingTableOptions {
  /** the last event of each training */
  readonly runs: readonly TrainingEvent[];
  /** a rule to watch while they train: how long it has waited, or where it would have stopped */
  readonly policy?: Policy;
  /** default `validation.loss` */
  readonly metric?: Metric;
  /** default `max` for an accuracy, otherwise `min` */
  readonly mode?: Mode;
}
/** More pips than this cannot be counted at a glance: words alone say it. */
const PIPS = 24;

/**
 * One row a training: how far it is, its best so far, what a policy says of it, its curve in small, and the time
 * it took or has left.
 *
 * @example
 * ```ts
 * import { trainingTable } from "./training_table.ts";
 * trainingTable({ runs: [] }).empty; // "No training yet."
 * ```
 */
export function trainingTable(
  { runs, policy, metric = "validation.loss", mode = metric.endsWith("accuracy") ? "max" : "min" }:
    TrainingTableOptions,
): Table {
  const caps = new Set(runs.map(({ plan }) => plan.lastStep));
  const cap = caps.size === 1 ? [...caps][0] : null;
  const word = metric.split(".").at(-1);
  const shared = sharedScales(
    runs.map(({ trajectory, plan, at, outcome }) => ({
      trajectory,
      last: Math.max(plan.lastStep ?? 0, at.step),
      isSound: outcome?.reason !== "diverged",
    })),
    metric,
    mode,
  );
  const names = runNames(runs);
  return {
    type: "table",
    columns: [
      { label: "run" },
      { label: cap === null ? "step" : `step of ${thousands(cap)}`, align: "right" },
      { label: `best ${word}`, align: "right" },
      { label: "at step", align: "right", optional: true },
      ...(policy === undefined ? [] : [{ label: policy.name.toLowerCase(), optional: true }]),
      { label: metric.replaceAll(".", " ") },
      { label: "time", align: "right", clock: true },
    ],
    rows: runs.map((run, index) => {
      const best = bestEvaluation(run.trajectory, metric, mode);
      const judged = policy === undefined ? null : replay(run.trajectory, [policy], { metric, mode })[0];
      return [
        { text: names[index], mono: true },
        stepCell(run),
        { text: decimals(best?.metrics[metric] ?? null), value: best?.metrics[metric] ?? null },
        { text: thousands(best?.step ?? null), value: best?.step ?? null },
        ...(policy === undefined || judged === null ? [] : [policyCell(run, policy, judged)]),
        sparkCell(run, metric, shared, judged, policy),
        timeCell(run),
      ];
    }),
    empty: "No training yet.",
  };
}

/** The plan's name, and where several runs share one, what differs between them. */
function runNames(runs: readonly TrainingEvent[]): string[] {
  const differ = (of: (run: TrainingEvent) => unknown) => new Set(runs.map(of)).size > 1;
  const rates = differ(({ plan }) => plan.schedule);
  const scales = differ(({ plan }) => plan.scale);
  return runs.map(({ plan }) => {
    const namesakes = runs.filter((run) => run.plan.name === plan.name);
    if (namesakes.length === 1) return plan.name;
    const seed = new Set(namesakes.map((run) => run.plan.seed)).size > 1 ? [`seed ${plan.seed}`] : [];
    const rate = rates ? [plan.schedule] : [];
    return [plan.name, ...seed, ...rate, ...(scales && plan.scale !== null ? ["rate reduced"] : [])].join(
      ", ",
    );
  });
}

function stepCell({ at, plan }: TrainingEvent): TableCell {
  if (at.step === 0) return { text: MISSING, value: 0 };
  const share = plan.lastStep === null ? null : at.step / plan.lastStep;
  return { text: thousands(at.step), value: at.step, ...(share === null ? {} : { meter: { share } }) };
}

/** `would stop at 6,000`, or the pips of a wait: `3 of 8 without gain`. */
function policyCell({ trajectory, outcome }: TrainingEvent, { stop }: Policy, judged: Judgement): TableCell {
  if (trajectory.evaluations.step.length === 0) return { text: "" };
  if (judged.at !== null) {
    // An end that no rule brought about is said in the last column.
    return { text: judged.end === "stopped" ? `would stop at ${thousands(judged.at.step)}` : "" };
  }
  const wait = patienceState(stop, trajectory);
  if (wait === null) return { text: outcome === null ? "goes on" : "goes on past the end" };
  const { waited, patience, unit } = wait;
  if (unit !== "evaluations") {
    return { text: `${thousands(waited)} of ${thousands(patience)} ${unit} without gain` };
  }
  const text = `${waited} of ${patience} without gain`;
  return patience <= PIPS ? { text, pips: { done: waited, of: patience } } : { text };
}

function sparkCell(
  { trajectory: { evaluations }, at }: TrainingEvent,
  metric: Metric,
  shared: SharedScales,
  judged: Judgement | null,
  policy: Policy | undefined,
): TableCell {
  if (evaluations.step.length === 0) return { text: "" };
  const stop = judged?.at ?? null;
  return {
    text: "",
    spark: {
      x: evaluations.step,
      y: evaluations.metrics[metric],
      ...shared,
      stop: stop === null ? at.step : stop.step,
      ...(stop === null || policy === undefined ? {} : { policy: kindOf(policy) }),
    },
  };
}

/** The state word replaces the number that it prevents. */
function timeCell({ type, outcome, at, plan, pace }: TrainingEvent): TableCell {
  if (outcome === null) {
    // a fork that waits has the steps of its trunk already
    if (at.step === 0 || type === "planned") return { text: "queued", state: "queued" };
    const left = plan.lastStep !== null && pace > 0 ? (plan.lastStep - at.step) / pace : null;
    return { text: left === null ? "running" : `${clock(Math.ceil(left))} left`, state: "running" };
  }
  const { reason } = outcome;
  if (reason === "diverged" || reason === "failed") return { text: reason, state: "error" };
  const took = { text: onAxis(outcome.at.seconds, "seconds"), value: outcome.at.seconds };
  return reason === "aborted" ? { ...took, text: `stopped at ${took.text}` } : took;
}
