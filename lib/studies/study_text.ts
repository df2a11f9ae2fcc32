/** Studies as lines for a terminal. */
import { countedText, countText } from "../durations.ts";
import { aligned, inLine, numberText } from "../store/runs_text.ts";
import type { StudyRow, TrialRow } from "../store/study_store.ts";
import { timeText } from "../training/train_text.ts";
import type { TrialState } from "./study_record.ts";

const STATES: readonly TrialState[] = [
  "done",
  "stopped",
  "pruned",
  "diverged",
  "failed",
  "running",
  "waiting",
];
/** Characters of a bar, and how each state is drawn in it. */
const BAR = 40;
const DRAWN = { ended: "█", lost: "×", running: "▒", waiting: "░" } as const;

/** Best first, those without a value last; in their order where they are alike. */
export function bestFirst(trials: readonly TrialRow[], mode: StudyRow["mode"]): TrialRow[] {
  const cost = ({ best }: TrialRow) => best === null ? Infinity : mode === "min" ? best.value : -best.value;
  return trials.toSorted((a, b) => cost(a) < cost(b) ? -1 : cost(a) > cost(b) ? 1 : a.number - b.number);
}

/** `12 done, 2 running, 50 waiting`. */
export const countsText = ({ counts }: StudyRow): string =>
  STATES.filter((state) => counts[state] > 0).map((state) => `${countText(counts[state])} ${state}`).join(
    ", ",
  );

/** `schedule.rate 0.0031, batch 32`. */
export const parametersText = ({ parameters }: TrialRow): string =>
  Object.entries(parameters).map(([path, value]) => `${path} ${valueText(value)}`).join(", ");

const valueText = (value: TrialRow["parameters"][string]): string =>
  typeof value === "number" ? numberText(Number(value.toPrecision(4))) : String(value);

/** One line a study, newest first. */
export function studiesText(rows: readonly StudyRow[]): string {
  if (rows.length === 0) return "no studies";
  return aligned(
    ["study", "trials", "state", "updates", "of", "metric"],
    rows.map((row) => [
      row.name,
      countText(STATES.reduce((sum, state) => sum + row.counts[state], 0)),
      row.paused ? `paused: ${countsText(row)}` : countsText(row),
      countText(row.steps),
      countText(row.maxSteps),
      row.metric,
    ]),
  );
}

/** A study with its trials as a table, best first. */
export function studyText(row: StudyRow, trials: readonly TrialRow[]): string {
  const paths = [...new Set(trials.flatMap(({ parameters }) => Object.keys(parameters)))];
  const seeds = new Set(trials.map(({ seed }) => seed)).size > 1;
  const way = row.mode === "min" ? "less is better" : "more is better";
  const head = `${row.name}: ${countedText(trials.length, "trial")} by ${row.metric}, ${way} (${
    countsText(row)
  })${row.paused ? ", paused" : ""}`;
  return [
    inLine(head),
    "",
    aligned(
      ["trial", ...paths, ...(seeds ? ["seed"] : []), "state", "step", row.metric, "at", "why"],
      bestFirst(trials, row.mode).map((trial) => [
        String(trial.number),
        ...paths.map((path) => path in trial.parameters ? valueText(trial.parameters[path]) : ""),
        ...(seeds ? [String(trial.seed)] : []),
        trial.state,
        countText(trial.step),
        trial.best === null ? "" : numberText(trial.best.value),
        trial.best === null ? "" : countText(trial.best.step),
        trial.because,
      ]),
    ),
  ].join("\n");
}

/** How a study stands while it is trained. */
export interface Standing {
  readonly row: StudyRow;
  /** null before the first value */
  readonly best: TrialRow | null;
  readonly workers: number;
  /** updates per second of all workers over the last seconds; 0 while it is not known */
  readonly pace: number;
  /** updates that are left at most: of trials that have not ended */
  readonly left: number;
}

/** `best validation.loss 0.1234 at step 400 of trial 3 (schedule.rate 0.0031)`. */
export function bestText({ metric }: StudyRow, trial: TrialRow | null): string {
  if (trial?.best == null) return `best ${metric} not measured yet`;
  const { value, step } = trial.best;
  return `best ${metric} ${numberText(value)} at step ${countText(step)} of ${trial.name} (${
    parametersText(trial)
  })`;
}

/** Without workers here others may train it. */
function paceText({ workers, pace, left }: Standing): string {
  if (workers === 0 && pace === 0) return left === 0 ? "nothing is left to train" : "no update seen yet";
  return [
    ...(workers > 0 ? [countedText(workers, "worker")] : []),
    ...(pace > 0
      ? [`${countText(Math.round(pace))} updates/s`, `${timeText(left / pace)} left at most`]
      : []),
  ].join(", ");
}

/** One line, for what is no terminal. */
export const standingText = (standing: Standing): string => {
  const { row, best } = standing;
  return inLine(`${row.name}: ${countsText(row)}; ${bestText(row, best)}; ${paceText(standing)}`);
};

/** Lines that take each other's place on a terminal; none is wider than it. */
export function standingLines(standing: Standing, columns: number): string[] {
  const { row, best } = standing;
  return [`${barText(row)}  ${countsText(row)}`, bestText(row, best), `${row.name}: ${paceText(standing)}`]
    .map((line) => inLine(line).slice(0, Math.max(1, columns - 1)));
}

/** A bar of the trials by how they stand; each kind that there is has a character at least. */
export function barText({ counts }: StudyRow): string {
  const kinds = [
    [DRAWN.ended, counts.done + counts.stopped + counts.pruned],
    [DRAWN.lost, counts.diverged + counts.failed],
    [DRAWN.running, counts.running],
    [DRAWN.waiting, counts.waiting],
  ] as const;
  const all = kinds.reduce((sum, [, count]) => sum + count, 0);
  const widths = kinds.map(([, count]) => count === 0 ? 0 : Math.max(1, Math.round(BAR * count / all)));
  widths[widths.indexOf(Math.max(...widths))] += BAR - widths.reduce((sum, width) => sum + width, 0);
  return kinds.map(([drawn], i) => drawn.repeat(widths[i])).join("");
}
