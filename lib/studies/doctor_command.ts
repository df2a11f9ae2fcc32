/** What `plateau doctor` does: examines a study, or logs as studies. */
import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { basename, dirname } from "node:path";
import type { Metric, Mode } from "../criteria/criterion.ts";
import { countText } from "../durations.ts";
import { metricNamed, obeyable } from "../criteria/metric.ts";
import { modeOf } from "../curves/logged_metrics.ts";
import type { LogWarning } from "../curves/logged.ts";
import { readLogs } from "../curves/readers/read_logs.ts";
import { type DoctorValues, NothingToExamine, WrongDoctor } from "./doctor_options.ts";
import { doctorText, type Examined } from "./doctor_text.ts";
import { extrapolateFor } from "./extrapolate_for.ts";
import { doctor } from "./procedures/doctor.ts";
import { settingsBeside } from "./settings_beside.ts";
import { studiesOfLogs, type StudyOfLogs } from "./study_of_logs.ts";
import type { StudyRecord } from "./study_record.ts";

export interface DoctorCommand {
  /** name of a study, or a file or folder of logs */
  readonly target: string;
  readonly values: DoctorValues;
  /** a study of one's own by its name; null where there is none. Default there are none */
  readonly study?: (name: string) => Promise<StudyRecord | null>;
  /** takes what goes to standard output; default prints it */
  readonly out?: (text: string) => void;
  /** messages; default standard error */
  readonly err?: (line: string) => void;
}

/** A study by another metric than its own, where one is named. */
const judgedBy = (study: StudyRecord, metric: Metric | undefined, mode: Mode | undefined): StudyRecord => ({
  ...study,
  metric: metric ?? study.metric,
  mode: mode ?? (metric === undefined ? study.mode : modeOf(metric)),
});

/** Lines of one kind beyond these are counted. */
const MOST_LINES = 8;

/**
 * Examines a study by its name, or the logs under a path, and prints at most five findings for each study.
 * @returns the exit code: 0 examined
 * @throws WrongDoctor for what cannot be done as it is told; NothingToExamine where nothing has the name, or no run holds the metric;
 * UnreportedMetric; NoLog and Error for what cannot be read
 * @example
 * ```ts ignore
 * const code = await doctorCommand({ target: "logs", values: { json: true } });
 * ```
 */
export async function doctorCommand(
  { target, values, study = () => Promise.resolve(null), out = console.log, err = console.error }:
    DoctorCommand,
): Promise<number> {
  const mode = modeGiven(values.mode), metric = metricGiven(values.metric), named = await study(target);
  if (named === null && !existsSync(target)) {
    throw new NothingToExamine(
      `nothing to examine: ${target} (neither a study, which plateau study lists, nor logs)`,
    );
  }
  const examined = named === null
    ? await ofLogs(target, values, mode, err)
    : [examine(judgedBy(named, metric, mode), [])];
  out(
    values.json ? JSON.stringify({ studies: examined.map(asJson) }) : examined.map(doctorText).join("\n\n"),
  );
  return 0;
}

const examine = (record: StudyRecord, notes: readonly string[]): Examined => ({
  record,
  notes,
  findings: doctor(record, { extrapolate: extrapolateFor(record.metric, record.mode) }),
});

async function ofLogs(
  path: string,
  values: DoctorValues,
  mode: Mode | undefined,
  err: (line: string) => void,
): Promise<Examined[]> {
  const logs = await readLogs(path), folder = (await stat(path)).isFile() ? dirname(path) : path;
  const { runs, warnings } = await settingsBeside(folder, logs.runs);
  for (const line of bounded([...logs.warnings, ...warnings].map(warningText))) err(line);
  const { studies, skipped } = orWrong(() =>
    studiesOfLogs(runs, {
      metric: values.metric,
      mode,
      batch: count("batch", values.batch),
      trainingExamples: count("examples", values.examples),
      together: values.together,
      name: basename(path),
    })
  );
  const left = bounded(skipped.map(({ name, because }) => `left out: ${name}: ${because}`));
  if (studies.length === 0) {
    throw new NothingToExamine(`nothing to examine: ${path} (${left[0] ?? "no run"})`);
  }
  for (const line of left) err(line);
  return studies.map((study) => examine(study.record, [notesOf(study)]));
}

/** Where the numbers of steps are from. */
function notesOf({ counts, lengthFrom, record }: StudyOfLogs): string {
  const longest = record.trials.reduce((most, { maxSteps }) => Math.max(most, maxSteps ?? 0), 0);
  const unit = counts === "updates" ? "steps" : counts === "epochs" ? "epochs" : "records of the logger";
  return lengthFrom === "settings"
    ? `length by the settings: up to ${countText(longest)} ${unit}`
    : `length by the longest run, as not all settings name one: ${countText(longest)} ${unit}`;
}

const warningText = ({ file, message }: LogWarning): string => `${file}: ${message}`;

const bounded = (lines: readonly string[]): string[] =>
  lines.length <= MOST_LINES
    ? [...lines]
    : [...lines.slice(0, MOST_LINES), `and ${countText(lines.length - MOST_LINES)} more`];

function modeGiven(mode: string | undefined): Mode | undefined {
  if (mode === undefined || mode === "min" || mode === "max") return mode;
  throw new WrongDoctor(`invalid mode: ${mode} (min or max)`);
}

const metricGiven = (metric: string | undefined): Metric | undefined =>
  metric === undefined ? undefined : orWrong(() => obeyable(metricNamed(metric)));

function count(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0 && /^\d+$/.test(text)) return value;
  throw new WrongDoctor(`invalid ${option}: ${text} (a whole number, at least 1)`);
}

/** A test metric is refused. */
function orWrong<T>(made: () => T): T {
  try {
    return made();
  } catch (error) {
    if (error instanceof RangeError) throw new WrongDoctor(error.message);
    throw error;
  }
}

/** Figures are drawn from data at a size: of them only what they say goes into JSON. */
const asJson = ({ record: { name, metric, mode, trials }, notes, findings }: Examined) => ({
  name,
  metric,
  mode,
  trials: trials.map(({ trajectory: _trajectory, ...trial }) => trial),
  notes,
  findings: findings.map(({ figure: { title, meta, alt }, draws: _draws, ...finding }) => ({
    ...finding,
    figure: { title, meta, alt },
  })),
});
