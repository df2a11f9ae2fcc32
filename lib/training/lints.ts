/** What is doubtful about a training that can be done as it is told. */
import type { Criterion, Plateau } from "../criteria/criterion.ts";
import { leavesIn } from "../criteria/leaves_in.ts";
import { earliestOf, textOf } from "../criteria/rules.ts";
import { selectionText } from "../criteria/select.ts";
import { toSteps } from "../batch_plan.ts";
import { dueUpTo, isDue, lastDueAt } from "../due.ts";
import { isStreamed } from "../data/dataset.ts";
import { countText, durationText } from "../durations.ts";
import { shareBelowPeak } from "../schedules/share_below_peak.ts";
import type { ResolvedSchedule } from "../schedules/schedule.ts";
import type { PlanWarning } from "./plan.ts";
import type { FilledSpec } from "./spec.ts";

/** @param lastStep the last update that can happen; null when no rule must end */
export function lints(spec: FilledSpec, schedule: ResolvedSchedule, lastStep: number | null): PlanWarning[] {
  return [
    ...endLints(spec, lastStep),
    ...scheduleLints(spec, schedule, lastStep),
    ...gridLints(spec, lastStep),
    ...batchLints(spec),
    ...modeLints(spec),
    ...streamLints(spec, lastStep),
    ...checkpointLints(spec, lastStep),
    ...plateausOf(spec.stop).flatMap((rule) => patienceLints(rule, spec)),
    ...neverLints(spec, lastStep),
    ...scaleLints(spec, lastStep),
  ];
}

const when = (holds: boolean, lint: string, message: () => string): PlanWarning[] =>
  holds ? [{ lint, message: message() }] : [];

const endLints = ({ stop }: FilledSpec, lastStep: number | null): PlanWarning[] =>
  when(
    lastStep === null,
    "no-certain-end",
    () => `no rule must end: ${textOf(stop)} may go on for ever; add maxSteps or maxEpochs`,
  );

/** A cosine to 0 spends a fifth of its updates below a tenth of its peak: more than that is worth a word. */
const MOST_AT_TINY_RATES = 0.25;

function scheduleLints(
  { stop, schedule, batches }: FilledSpec,
  { horizon, warmup, rate }: ResolvedSchedule,
  lastStep: number | null,
): PlanWarning[] {
  const cap = lastStep ?? Infinity, end = horizon ?? Infinity, fails = end < cap && isError(rate, end);
  const tiny = lastStep === null || lastStep === 0 || fails ? 0 : shareBelowPeak(schedule, batches, cap);
  return [
    ...when(
      fails,
      "schedule-runs-out",
      () =>
        `the schedule is an error past its end at update ${
          countText(end)
        }: a training that comes there fails`,
    ),
    ...when(
      lastStep !== null && end < cap && !fails,
      "horizon-differs-from-cap",
      () => `the schedule ends at update ${countText(end)}, the training may go on to ${countText(cap)}`,
    ),
    ...when(
      horizon !== null && end > cap,
      "horizon-differs-from-cap",
      () => `the training ends at update ${countText(cap)}, inside the schedule's ${countText(end)}`,
    ),
    ...when(
      tiny > MOST_AT_TINY_RATES,
      "tiny-rates",
      () => `${Math.round(100 * tiny)}% of ${countText(cap)} updates have less than 10% of the peak rate`,
    ),
    ...when(
      warmup >= end,
      "warmup-fills-horizon",
      () => `warm-up of ${countText(warmup)} updates fills the schedule's horizon of ${countText(end)}`,
    ),
    ...when(
      warmup > 0 && warmup >= cap && warmup < end,
      "warmup-never-ends",
      () => `warm-up of ${countText(warmup)} updates, training of ${countText(cap)}`,
    ),
    ...when(
      horizon !== null && plateausOf(stop).length > 0,
      "plateau-inside-decay",
      () =>
        `${textOf(plateausOf(stop)[0])} may stop before the schedule's end at update ${
          countText(end)
        }, with the rate still high`,
    ),
  ];
}

const batchLints = ({ batches: { batch, trainingExamples } }: FilledSpec): PlanWarning[] =>
  when(
    batch > trainingExamples,
    "batch-above-examples",
    () => `a batch of ${countText(batch)}, but ${countText(trainingExamples)} training examples`,
  );

/** Which way is better for the metrics that are known; a rule is never told by this, only its author. */
const BETTER: Readonly<Record<string, "min" | "max">> = {
  loss: "min",
  mse: "min",
  mae: "min",
  accuracy: "max",
  precision: "max",
  recall: "max",
  f1: "max",
  rocAuc: "max",
  prAuc: "max",
};

function modeLints({ stop, select, scale }: FilledSpec): PlanWarning[] {
  const ruled = [...leavesIn(stop), select, ...(scale ? [scale] : [])];
  return ruled.flatMap((rule) => {
    if (!("mode" in rule) || typeof rule.metric !== "string") return [];
    const family = /(?:validation|training)\.(\w+)/.exec(rule.metric)?.[1] ?? "";
    return when(
      family in BETTER && BETTER[family] !== rule.mode && rule.kind !== "diverged",
      "mode-against-metric",
      () => `${rule.kind} takes ${rule.mode === "max" ? "higher" : "lower"} ${rule.metric} for better`,
    );
  });
}

/** A stream that is over before the end. */
function streamLints({ data: { training }, batches }: FilledSpec, lastStep: number | null): PlanWarning[] {
  if (!isStreamed(training) || training.passes === Infinity) return [];
  const end = toSteps({ unit: "epochs", count: training.passes }, batches);
  return when(
    lastStep === null || lastStep > end,
    "stream-ends",
    () =>
      `the stream is over after ${countText(training.passes)} passes, at update ${
        countText(end)
      } at the latest`,
  );
}

/** Whether a schedule has no rate for an update. */
function isError(rate: ResolvedSchedule["rate"], update: number): boolean {
  try {
    rate(update);
    return false;
  } catch {
    return true;
  }
}

function gridLints({ batches, evaluate }: FilledSpec, lastStep: number | null): PlanWarning[] {
  if (lastStep === null) return [];
  const every = durationText(evaluate.every), cap = countText(lastStep);
  if (lastDueAt(batches, evaluate.every, lastStep) === 0) {
    return when(
      true,
      "never-evaluated",
      () => `evaluating every ${every}, but at most ${cap} updates: no evaluation on the grid`,
    );
  }
  return when(
    !isDue(batches, evaluate.every, lastStep),
    "cap-off-grid",
    () =>
      `the cap at step ${cap} is off the evaluation grid (every ${every}): the last evaluation that rules and selection see is that at step ${
        countText(lastDueAt(batches, evaluate.every, lastStep))
      }`,
  );
}

/** Steps looked at for a checkpoint that falls between evaluations: what is off once is off soon. */
const LOOKED_AT = 10_000;

function checkpointLints(
  { batches, evaluate, checkpoint }: FilledSpec,
  lastStep: number | null,
): PlanWarning[] {
  const { every } = checkpoint;
  if (every === null) return [];
  const last = Math.min(lastStep ?? LOOKED_AT, LOOKED_AT);
  for (let step = 1; step <= last; step++) {
    if (!isDue(batches, every, step) || isDue(batches, evaluate.every, step)) continue;
    return when(
      true,
      "save-off-grid",
      () =>
        `saving every ${durationText(every)}, evaluating every ${
          durationText(evaluate.every)
        }: the checkpoint at step ${countText(step)} has no evaluation of its own`,
    );
  }
  return [];
}

function patienceLints({ patience }: Plateau, { batches, evaluate }: FilledSpec): PlanWarning[] {
  const updates = toSteps(patience, batches), interval = toSteps(evaluate.every, batches);
  return when(
    updates !== null && updates < interval,
    "patience-below-interval",
    () =>
      `patience of ${durationText(patience)} is shorter than one evaluation interval (${
        durationText(evaluate.every)
      })`,
  );
}

/** Rules, and a selection, that nothing can come of before the end. */
function neverLints({ stop, select, batches, evaluate }: FilledSpec, lastStep: number | null): PlanWarning[] {
  const grid = { plan: batches, every: evaluate.every }, last = lastStep ?? Infinity;
  if (last === 0) {
    return when(
      true,
      "nothing-trained",
      () => `${textOf(stop)} is true before the first update: nothing trains`,
    );
  }
  if (lastStep !== null && lastDueAt(batches, evaluate.every, lastStep) === 0) return []; // said already
  const rules = alternatives(stop).flatMap((rule) => {
    const earliest = earliestOf(rule, grid);
    return when(
      earliest > last || earliest === Infinity,
      "never-fires",
      () => neverText(rule, earliest, last),
    );
  });
  const evaluations = lastStep === null ? Infinity : dueUpTo(batches, evaluate.every, lastStep);
  const needed = select.kind === "windowMean" ? select.window.count : 1;
  return [
    ...rules,
    ...when(
      needed > evaluations,
      "nothing-kept",
      () => `${selectionText(select)} keeps nothing: ${countText(evaluations)} evaluations at most`,
    ),
  ];
}

function neverText(rule: Criterion, earliest: number, last: number): string {
  if (rule.kind === "nonFinite" && earliest === Infinity) {
    return `${
      textOf(rule)
    } never decides: at a training loss that is no number a training ends as diverged anyhow, or skips the update (nonFinite of the spec)`;
  }
  if (earliest === Infinity) return `${textOf(rule)} can never stop a training that evaluates so`;
  return `${textOf(rule)} can stop at update ${countText(earliest)} at the earliest, the training ends at ${
    countText(last)
  }`;
}

/** Rules each of which can end a training alone, but for caps: which of those comes first the plan says anyhow. */
const alternatives = (criterion: Criterion): readonly Criterion[] =>
  criterion.kind === "any"
    ? criterion.criteria.flatMap(alternatives)
    : criterion.kind.startsWith("max")
    ? []
    : [criterion];

function scaleLints({ scale, batches, evaluate }: FilledSpec, lastStep: number | null): PlanWarning[] {
  if (!scale || lastStep === null) return [];
  const { patience, startAfter, compat } = scale;
  const gate = startAfter ? toSteps(startAfter, batches) : null;
  const closed = when(
    gate !== null && gate >= lastStep,
    "rate-never-cut",
    () =>
      `plateauScale starts after ${durationText(startAfter!)}, but ${countText(lastStep)} updates at most`,
  );
  // torch cuts at one evaluation more than its patience
  const needed = { ...patience, count: patience.count + (compat === "torch" ? 1 : 0) };
  const evaluations = dueUpTo(batches, evaluate.every, lastStep);
  const most = needed.unit === "evaluations" ? evaluations : needed.unit === "seconds" ? Infinity : lastStep;
  const wait = needed.unit === "evaluations" ? needed.count : toSteps(needed, batches) ?? 0;
  return [
    ...closed,
    ...when(
      wait >= most,
      "rate-never-cut",
      () =>
        `plateauScale has a patience of ${durationText(patience)}, but ${
          needed.unit === "evaluations"
            ? `${countText(evaluations)} evaluations`
            : `${countText(lastStep)} updates`
        } at most`,
    ),
  ];
}

const plateausOf = (criterion: Criterion): readonly Plateau[] =>
  leavesIn(criterion).filter((rule) => rule.kind === "plateau");
