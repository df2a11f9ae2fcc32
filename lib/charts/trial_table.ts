/** What each trial of a study has come to: one row a trial, the best first. */
import { bestRow } from "../curves/best.ts";
import type { Trajectory } from "../curves/trajectory.ts";
import type { ParameterValue } from "../studies/space.ts";
import type { StudyRecord, TrialRecord } from "../studies/study_record.ts";
import type { Table, TableCell } from "./chart.ts";
import { decimals, MISSING, rateText, thousands } from "./format.ts";
import { type SharedScales, sharedScales } from "./shared_scales.ts";

/**
 * One row a trial: its parameters, how far it came, its best value of the study's metric and where, and its curve in small
 * with a dot at the best. Trials that wait come last.
 * @example
 * ```ts
 * const table = trialTable({ name: "rates", metric: "validation.loss", mode: "min", space: null, trials: [] });
 * table.empty; // "No trial yet."
 * ```
 */
export function trialTable({ metric, mode, trials }: StudyRecord): Table {
  const parameters = [...new Set(trials.flatMap((trial) => Object.keys(trial.parameters)))];
  const scales = sharedScales(
    trials.map(({ trajectory, maxSteps, state }) => ({
      trajectory,
      last: Math.max(maxSteps ?? 0, trajectory.updates.step.at(-1) ?? 0),
      isSound: state !== "diverged",
    })),
    metric,
    mode,
  );
  const rows = trials.map((trial) => {
    const { evaluations } = trial.trajectory, values = evaluations.metrics[metric] ?? [];
    return { trial, row: bestRow(values, mode), values };
  });
  const rank = ({ row, values }: typeof rows[number]) =>
    row < 0 ? Infinity : mode === "min" ? values[row] : -values[row];
  rows.sort((a, b) => rank(a) - rank(b) || a.trial.number - b.trial.number);
  return {
    type: "table",
    columns: [
      { label: "trial" },
      ...parameters.map((path) => ({ label: shortName(path), align: "right" }) as const),
      { label: "step", align: "right", optional: true },
      { label: `best ${metric.split(".").at(-1)}`, align: "right" },
      { label: "at step", align: "right" },
      { label: metric.replaceAll(".", " ") },
    ],
    rows: rows.map(({ trial, row, values }) => [
      { text: trial.name, mono: true },
      ...parameters.map((name) => settingCell(trial.parameters[name])),
      stepCell(trial),
      { text: decimals(values[row] ?? null), value: values[row] ?? null },
      placeCell(trial, row),
      sparkCell(trial.trajectory, metric, row, scales),
    ]),
    empty: "No trial yet.",
  };
}

/** `rate` of schedule.rate, `layers.1` of model.layers.1. */
const shortName = (path: string): string => path.replace(/^[^.]+\./, "");

function settingCell(value: ParameterValue | undefined): TableCell {
  if (value === undefined) return { text: MISSING, value: null };
  return typeof value === "number"
    ? { text: Number.isInteger(value) ? String(value) : rateText(value), value }
    : { text: String(value) };
}

function stepCell({ trajectory: { updates }, maxSteps }: TrialRecord): TableCell {
  const step = updates.step.at(-1) ?? 0;
  const share = maxSteps === null ? {} : { meter: { share: Math.min(1, step / maxSteps) } };
  return step === 0 ? { text: MISSING, value: 0 } : { text: thousands(step), value: step, ...share };
}

/** The state word replaces the number that it prevents. */
function placeCell({ state, trajectory }: TrialRecord, row: number): TableCell {
  if (state === "waiting") return { text: "queued", state: "queued" };
  if (state === "running") return { text: "running", state: "running" };
  if (state === "diverged" || state === "failed") return { text: state, state: "error" };
  const step = trajectory.evaluations.step[row] ?? null;
  return { text: thousands(step), value: step, ...(state === "done" ? {} : { sub: state }) };
}

function sparkCell(
  { evaluations }: Trajectory,
  metric: string,
  row: number,
  scales: SharedScales,
): TableCell {
  if (row < 0) return { text: "" };
  return {
    text: "",
    spark: { x: evaluations.step, y: evaluations.metrics[metric], ...scales, stop: evaluations.step[row] },
  };
}
