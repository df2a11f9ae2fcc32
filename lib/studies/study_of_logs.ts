/** Logs of other tools as studies: which runs belong together, what was tried, and how long each was to be. */
import type { Metric, Mode } from "../criteria/criterion.ts";
import { diagnosis } from "../curves/diagnosis.ts";
import type { LoggedRun } from "../curves/logged.ts";
import { type Comparable, comparable, type ComparableOptions } from "../curves/readers/comparable.ts";
import { flatConfig } from "../store/flat_config.ts";
import { lengthInConfig } from "./length_in_config.ts";
import type { ParameterValue } from "./space.ts";
import { sameTrainings } from "./same_trainings.ts";
import type { StudyRecord, TrialRecord, TrialState } from "./study_record.ts";

export interface StudyOfLogsOptions
  extends Pick<ComparableOptions, "batch" | "trainingExamples" | "together"> {
  /** what trials are compared by, as a log or this tool names it; default the validation loss */
  readonly metric?: Metric;
  readonly mode?: Mode;
  /** of a study whose runs have no folder in common; default `logs` */
  readonly name?: string;
}
export interface StudyOfLogs {
  readonly record: StudyRecord;
  /** what a step counts: updates, unless the logs have only epochs or calls of their logger */
  readonly counts: "updates" | "epochs" | "records";
  /** where the length of the trials is from: their settings, or the longest of them */
  readonly lengthFrom: "settings" | "longest run";
}
export interface StudiesOfLogs {
  /** the largest first */
  readonly studies: readonly StudyOfLogs[];
  /** runs that are in none, and why */
  readonly skipped: readonly { readonly name: string; readonly because: string }[];
}

/** A run that came so near to the longest one has used all that it was given. */
const WHOLE = 0.9;
/** Settings that name a run or a place rather than say how it trains. */
const NAMES =
  /(^|[._])(.*name|.*id|.*dir|.*path|.*folder|.*file|output.*|log.*|host.*|.*time|date|.*stamp|.*url|port|.*rank|device|notes|tags|version|commit)$/i;
const SEED = /(^|[._])(random_?|rng_?)?seed$/i;

/**
 * Studies of logged runs. A training that was logged in several files counts once. Runs are one study whose metric is the
 * same and whose paths differ only in numbers. Parameters are the settings in which its runs differ; its length is what
 * the settings say (`max_steps`, `num_train_steps`, epochs times steps per epoch, …), else that of the longest run, in
 * which case a run that ended before nine tenths of it was stopped.
 * @throws RangeError for a test metric
 * @example
 * ```ts
 * import type { LoggedRun } from "../curves/logged.ts";
 * const records = (runs: LoggedRun[]) => studiesOfLogs(runs).studies.map(({ record }) => record);
 * ```
 */
export function studiesOfLogs(runs: readonly LoggedRun[], options: StudyOfLogsOptions = {}): StudiesOfLogs {
  const all = comparable(runs, { ...options, together: true });
  const once = sameTrainings(all.comparisons.flatMap(({ runs }) => runs));
  const kept = new Set(once.map(({ run }) => run.name));
  const grouped = comparable(runs.filter(({ name }) => kept.has(name)), options);
  const studies = grouped.comparisons.map(({ metric, mode, counts, runs: group }) => {
    const configs = new Map(runs.map((run) => [run.name, flatConfig(run.config)]));
    return studyOf(group, { metric, mode, counts, name: options.name ?? "logs" }, configs);
  });
  const skipped = all.skipped.filter(({ name }) => !kept.has(name));
  return { studies: studies.sort((a, b) => b.record.trials.length - a.record.trials.length), skipped };
}

type Config = Readonly<Record<string, ParameterValue | undefined>>;

function studyOf(
  group: readonly Comparable[],
  { metric, mode, counts, name }: { metric: Metric; mode: Mode; counts: StudyOfLogs["counts"]; name: string },
  configs: ReadonlyMap<string, Config>,
): StudyOfLogs {
  const lasts = group.map(({ trajectory: { updates, evaluations } }) =>
    Math.max(updates.step.at(-1) ?? 0, evaluations.step.at(-1) ?? 0)
  );
  const longest = Math.max(...lasts), own = group.map(({ run }) => configs.get(run.name) ?? {});
  const told = group.map(({ run }, i) => lengthInConfig(own[i], run.batches, counts));
  const differing = differingIn(own);
  const trials = group.map(({ run, trajectory }, i): TrialRecord => {
    const maxSteps = told[i] ?? longest, seed = Object.entries(own[i]).find(([key]) => SEED.test(key))?.[1];
    const state = stateOf(lasts[i], maxSteps, diagnosis(trajectory, metric, mode).kind === "diverged");
    return {
      number: i,
      name: run.name,
      parameters: Object.fromEntries(
        differing.flatMap((key) => own[i][key] === undefined ? [] : [[key, own[i][key]!]]),
      ),
      seed: Number.isSafeInteger(Number(seed ?? NaN)) ? Number(seed) : null,
      maxSteps,
      state,
      because: "",
      trajectory,
    };
  });
  const record: StudyRecord = {
    name: nameOf(group.map(({ run }) => run.source.path), name),
    metric,
    mode,
    space: null,
    trials,
  };
  return { record, counts, lengthFrom: told.every((length) => length !== null) ? "settings" : "longest run" };
}

function stateOf(last: number, maxSteps: number, diverged: boolean): TrialState {
  if (diverged) return "diverged";
  return last >= WHOLE * maxSteps ? "done" : "stopped";
}

/** Settings that are not the same in all runs, without seeds and names. */
function differingIn(configs: readonly Config[]): string[] {
  const keys = [...new Set(configs.flatMap((config) => Object.keys(config)))];
  return keys.filter((key) =>
    !NAMES.test(key) && !SEED.test(key) && new Set(configs.map((config) => config[key])).size > 1
  );
}

/** What the paths begin with, up to a whole word. */
function nameOf(paths: readonly string[], otherwise: string): string {
  const parts = paths.map((path) => path.split("/"));
  const common = parts[0].findIndex((part, i) => parts.some((other) => other[i] !== part));
  const shared = parts[0].slice(0, common < 0 ? undefined : common).join("/");
  return shared === "" ? otherwise : shared;
}
