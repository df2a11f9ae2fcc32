/** `deno task bench engine`: training here and elsewhere, all systems on all workloads in one run. */
import { isInstalled, peers, peersFolder, pythonIn, readRecord } from "../peers/environment.ts";
import { compare, type Comparison } from "./compare.ts";
import { goals, goalText } from "./goals.ts";
import { strangers } from "./same_work.ts";
import { type SystemName, systemNames, systems } from "./systems.ts";
import { table } from "./table.ts";
import { type WorkloadName, workloadNames } from "./workload.ts";

export interface EngineOptions {
  /** default all four */
  readonly workloads?: readonly WorkloadName[];
  /** default all that are installed */
  readonly systems?: readonly SystemName[];
  /** turns of each system; default 5 */
  readonly rounds?: number;
}

export interface EngineComparison extends Pick<Comparison, "rows" | "failures"> {
  /** peers that are not installed */
  readonly missing: readonly string[];
  /** systems that seem to do other work than the others, one line each */
  readonly doubts: readonly string[];
}

export async function compareEngines(options: EngineOptions = {}): Promise<EngineComparison> {
  const { workloads = workloadNames, systems: asked = systemNames, rounds = 5 } = options;
  const environment = peersFolder(), record = await readRecord(environment);
  const missing = peers.filter((peer) => !isInstalled(record, peer)).map(({ name }) => name);
  const present = systems.filter(({ system, peer }) =>
    asked.includes(system) && (peer === null || !missing.includes(peer))
  );
  const comparisons: Comparison[] = [], doubts: string[] = [];
  for (const workload of workloads) {
    const comparison = await compare(workload, present, rounds, pythonIn(environment ?? ""));
    comparisons.push(comparison);
    doubts.push(...strangers(workload, comparison.losses));
  }
  return {
    rows: comparisons.flatMap(({ rows }) => rows),
    failures: comparisons.flatMap(({ failures }) => failures),
    missing,
    doubts,
  };
}

/** The comparison as people read it. */
export function comparisonText({ rows, failures, missing, doubts }: EngineComparison): string {
  return [
    table(rows, failures),
    "",
    ...goals.map((goal) => goalText(goal, rows)),
    ...failures.map(({ workload, system, fails }) => `${workload}: ${system} fails: ${fails}`),
    ...doubts,
    ...(missing.length > 0 ? [`not installed: ${missing.join(", ")} (deno task bench peers)`] : []),
  ].join("\n");
}
