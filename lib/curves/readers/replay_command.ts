/** What `plateau replay` does: judges policies on the runs under a path, and advises. */
import { best } from "../../criteria/best.ts";
import type { Metric, Mode } from "../../criteria/criterion.ts";
import { parseCriterion } from "../../criteria/parse_text.ts";
import { textOf } from "../../criteria/rules.ts";
import { selectionText } from "../../criteria/select.ts";
import { ruleText } from "../../policies/kind.ts";
import type { Policy } from "../../policies/policy.ts";
import { parsePolicy } from "../../policies/policy_text.ts";
import { unitsOf } from "../../policies/recorded_units.ts";
import { type Report, reportOn } from "../../policies/report.ts";
import type { LogFormat, LoggedRun, LogWarning, ResumeMode } from "../logged.ts";
import type { Trajectory } from "../trajectory.ts";
import {
  comparable,
  type ComparableOptions,
  comparableTrainings,
  type Comparison,
  type Comparisons,
} from "./comparable.ts";
import { readLogs } from "./read_logs.ts";
import { NothingToReplay, type REPLAY_OPTIONS, WrongReplay } from "./replay_options.ts";
import { replayText } from "./replay_text.ts";

type Value<Option> = Option extends { multiple: true } ? readonly string[]
  : Option extends { type: "boolean" } ? boolean
  : string;
export type ReplayValues = {
  readonly [Name in keyof typeof REPLAY_OPTIONS]?: Value<(typeof REPLAY_OPTIONS)[Name]>;
};

export interface ReplayCommand {
  /** a file or a folder; with `runs` only their name */
  readonly path: string;
  readonly values: ReplayValues;
  /** logged runs that are known already; default those under the path */
  readonly runs?: readonly LoggedRun[];
  /** trainings that were recorded here, as those of the store, instead */
  readonly trajectories?: readonly Trajectory[];
  /** takes what goes to standard output; default prints it */
  readonly out?: (text: string) => void;
}
/** One group of runs and what is said of it. */
export interface Judged {
  readonly comparison: Comparison;
  readonly report: Report;
}

/**
 * Judges policies on the runs under a path, and prints a table and a sentence of advice for each group of runs that are
 * compared, or with `--json` all of it as one object.
 * @returns the exit code: 0 judged
 * @throws WrongReplay for what cannot be done as it is told; NothingToReplay where no run holds the metric; NoLog and
 * Error for what cannot be read
 * @example
 * ```ts ignore
 * const code = await replayCommand({ path: "lightning_logs", values: { json: true } });
 * ```
 */
export async function replayCommand(
  { path, values, runs, trajectories, out = console.log }: ReplayCommand,
): Promise<number> {
  const logs = runs || trajectories
    ? { runs: runs ?? [], warnings: [] }
    : await readLogs(path, { resume: values.resume as ResumeMode, format: values.format as LogFormat })
      .catch(wrongly);
  const options: ComparableOptions = {
    batch: count("batch", values.batch),
    trainingExamples: count("examples", values.examples),
    metric: values.metric,
    mode: modeOf(values.mode),
    together: values.together,
  };
  const trained = trajectories !== undefined;
  const found = orWrong(() =>
    trajectories ? comparableTrainings(trajectories, options) : comparable(logs.runs, options)
  );
  if (found.comparisons.length === 0) throw new NothingToReplay(nothing(path, found, logs.warnings));
  const seed = Number(values.seed ?? 0);
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new WrongReplay(`invalid seed: ${values.seed} (a whole number from 0)`);
  }
  const judged = found.comparisons.map((comparison): Judged => {
    const { metric, mode, counts, runs } = comparison;
    const policies = values.policy &&
      orWrong(() => toldApart(values.policy!.map((text) => policyOf(text, metric, mode))));
    if (counts === "epochs") policies?.forEach(refuseSteps);
    const trajectories = runs.map(({ trajectory }) => trajectory);
    const files = trained ? undefined : new Set(runs.map(({ run }) => run.source.path)).size;
    const report = orWrong(() => reportOn(trajectories, { metric, mode, counts, policies, seed, files }));
    return { comparison, report };
  });
  out(
    values.json
      ? JSON.stringify(asJson(judged, found, logs.warnings))
      : replayText(judged, found, logs.warnings),
  );
  return 0;
}

/** A policy as it is written, or a rule alone, which is its own name. What names no selection keeps the best. */
function policyOf(text: string, metric: Metric, mode: Mode): Policy {
  const select = best(metric, mode), isRule = /^\s*[A-Za-z]\w*\s*\(/.test(text);
  if (isRule && !text.includes(";")) {
    const stop = parseCriterion(text);
    return { name: ruleText({ stop }), stop, select };
  }
  const policy = parsePolicy(isRule ? `rule: ${text}` : text);
  const named = isRule ? { ...policy, name: ruleText(policy) } : policy;
  return /;\s*(best|last|windowMean|restoredBy)\s*\(/.test(text) ? named : { ...named, select };
}

/** Policies of one name cannot be told apart in a table: each is called by its rule then. */
function toldApart(policies: readonly Policy[]): Policy[] {
  const named = Map.groupBy(policies, ({ name }) => name);
  return policies.map((policy) =>
    named.get(policy.name)!.length > 1
      ? { ...policy, name: `${textOf(policy.stop)}; ${selectionText(policy.select)}` }
      : policy
  );
}

/** Epochs stand for steps where a log counts nothing else: a rule in steps would be taken for one in epochs. */
function refuseSteps({ name, stop }: Policy): void {
  if (!unitsOf(stop).has("steps")) return;
  throw new WrongReplay(
    `unknown steps: the log counts epochs, and ${name} counts steps (tell --batch and --examples)`,
  );
}

function count(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0 && /^\d+$/.test(text)) return value;
  throw new WrongReplay(`invalid ${option}: ${text} (a whole number, at least 1)`);
}

function modeOf(text: string | undefined): Mode | undefined {
  if (text === undefined || text === "min" || text === "max") return text;
  throw new WrongReplay(`invalid mode: ${text} (min or max)`);
}

/** What a rule or an option says wrong is said by what reads it. */
function orWrong<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    return wrongly(error);
  }
}

const wrong: ReadonlySet<string> = new Set([
  "RangeError",
  "TypeError",
  "TextError",
  "UnknownMetric",
  "UnknownUnit",
  "MissingStandardError",
]);

function wrongly(error: unknown): never {
  if (error instanceof Error && wrong.has(error.name)) throw new WrongReplay(error.message);
  throw error;
}

function nothing(path: string, { skipped }: Comparisons, warnings: readonly LogWarning[]): string {
  const [first, ...more] = skipped;
  if (first === undefined) {
    const why = warnings.length > 0 ? ` (${warnings[0].file}: ${warnings[0].message})` : "";
    return `nothing to replay: no run in ${path}${why}`;
  }
  return `${first.because}${more.length > 0 ? `; and ${more.length} more runs in ${path}` : ""}`;
}

/** Numbers that are none are null. */
const asJson = (judged: readonly Judged[], { skipped }: Comparisons, warnings: readonly LogWarning[]) => ({
  groups: judged.map(({ comparison: { metric, mode, counts, runs }, report }) => ({
    metric,
    mode,
    counts,
    runs: runs.map(({ run, trajectory, metrics, warnings }, i) => ({
      ...report.runs[i],
      source: run.source,
      metrics,
      batches: trajectory.batches ?? run.batches,
      notes: warnings,
      warnings: run.warnings,
    })),
    spacing: report.spacing,
    policies: report.policies,
    alike: report.alike,
    chosen: report.chosen,
    held: report.held,
    judgements: report.judgements,
    versus: report.versus,
    advice: report.advice,
  })),
  skipped,
  warnings,
});
