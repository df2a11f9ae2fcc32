/** What files say, made into runs. */
import type { LoggedRun, LogWarning, ParsedLog, ResumeMode, Segment, Series } from "../logged.ts";
import { resolveResumes } from "../resolve_resumes.ts";

/**
 * The log of a run that is spread over files, in their order: times count from the first record of all.
 * @example
 * ```ts
 * import { joinedLogs } from "./logged_runs.ts";
 *
 * const zero = new Float64Array(1);
 * const log = (began: number) => ({
 *   name: null,
 *   segments: [{ from: null, series: { loss: { step: zero, value: zero, seconds: zero } } }],
 *   config: {},
 *   counting: { unit: "updates", fromZero: false } as const,
 *   batches: {},
 *   began,
 *   warnings: [],
 * });
 * const { segments: [, second] } = joinedLogs([log(100), log(160)]);
 * console.assert(second.series.loss.seconds?.[0] === 60);
 * ```
 */
export function joinedLogs(logs: readonly ParsedLog[]): ParsedLog {
  if (logs.length === 1) return logs[0];
  const told = logs.flatMap(({ began }) => began === null ? [] : [began]);
  const began = told.length > 0 ? Math.min(...told) : null;
  return {
    name: logs.find(({ name }) => name !== null)?.name ?? null,
    segments: logs.flatMap(({ segments, began: own }) =>
      own === null || own === began ? segments : segments.map((segment) => later(segment, own - began!))
    ),
    config: Object.assign({}, ...logs.map(({ config }) => config)),
    counting: {
      unit: logs[0].counting.unit,
      fromZero: logs.some(({ counting }) => counting.fromZero),
    },
    batches: Object.assign({}, ...logs.map(({ batches }) => batches)),
    began,
    warnings: [], // they stay with their files
  };
}

const later = ({ from, series }: Segment, seconds: number): Segment => ({
  from,
  series: Object.fromEntries(
    Object.entries(series).map(([tag, each]): [string, Series] => [
      tag,
      each.seconds ? { ...each, seconds: each.seconds.map((second) => second + seconds) } : each,
    ]),
  ),
});

/**
 * The run, or with `split` the runs, of one log.
 * @param name where the log gives none
 */
export function loggedRuns(
  log: ParsedLog,
  name: string,
  source: LoggedRun["source"],
  warnings: readonly LogWarning[],
  resume: ResumeMode,
): LoggedRun[] {
  const { stretches, warnings: resolved } = resolveResumes(log.segments, resume);
  const said = resolved.map((message): LogWarning => ({ file: source.path, offset: null, message }));
  return stretches.map((series, i) => ({
    name: stretches.length > 1 ? `${log.name ?? name} (${i + 1})` : log.name ?? name,
    source,
    series,
    config: log.config,
    counting: log.counting,
    batches: log.batches,
    warnings: [...warnings, ...said],
  }));
}

/**
 * Runs of one name are told apart by where they lie, and those of one file by a number. A run whose name is its own is
 * handed on as it is.
 * @param known runs as they were named before, so that what did not change stays the same object
 */
export function distinctNames(
  runs: readonly LoggedRun[],
  known: WeakMap<LoggedRun, LoggedRun> = new WeakMap(),
): LoggedRun[] {
  const counts = new Map<string, number>();
  for (const { name } of runs) counts.set(name, (counts.get(name) ?? 0) + 1);
  const taken = new Set([...counts].flatMap(([name, count]) => count === 1 ? [name] : []));
  return runs.map((run) => {
    if (counts.get(run.name) === 1) return run;
    const base = run.name.endsWith(run.source.path) ? run.name : `${run.name} (${run.source.path})`;
    let name = base;
    for (let i = 2; taken.has(name); i++) name = `${base} ${i}`;
    taken.add(name);
    const before = known.get(run);
    if (before?.name === name) return before;
    const named = { ...run, name };
    known.set(run, named);
    return named;
  });
}
