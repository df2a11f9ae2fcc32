/** A comparison as a table of markdown: systems down, workloads across. */
import type { Failure, Row } from "./compare.ts";
import { type SystemName, systemNames } from "./systems.ts";
import { allWorkloadNames, type WorkloadName } from "./workload.ts";

const unit: SystemName = "plateau tensorflow";

/**
 * Each cell is milliseconds an update and, in brackets, how many times those of `plateau tensorflow`; `fails`, or a dash
 * for what was not measured. Rows and columns without a measurement are left out.
 */
export function table(rows: readonly Row[], failures: readonly Failure[]): string {
  const of = <T extends Row | Failure>(list: readonly T[], workload: WorkloadName, system: SystemName) =>
    list.find((one) => one.workload === workload && one.system === system);
  const cell = (system: SystemName, workload: WorkloadName): string => {
    const ms = of(rows, workload, system)?.msPerUpdate;
    if (ms === undefined) return of(failures, workload, system) ? "fails" : "–";
    const ours = of(rows, workload, unit)?.msPerUpdate;
    const ratio = ours === undefined || system === unit ? "" : ` (${digits(ms / ours)}×)`;
    return `${digits(ms)}${ratio}`;
  };
  return grid("ms an update", rows, cell);
}

/** Systems down, workloads across, of those that were measured. */
export function grid(
  heading: string,
  rows: readonly Row[],
  cell: (system: SystemName, workload: WorkloadName) => string,
): string {
  const columns = allWorkloadNames.filter((name) => rows.some(({ workload }) => workload === name));
  const systems = systemNames.filter((name) => rows.some(({ system }) => system === name));
  return [
    `| ${heading} | ${columns.join(" | ")} |`,
    `|---|${"---|".repeat(columns.length)}`,
    ...systems.map((name) => `| ${name} | ${columns.map((workload) => cell(name, workload)).join(" | ")} |`),
  ].join("\n");
}

/** Three digits, without an exponent: 0.00146, 6.2, 105, 1230. */
export function digits(value: number): string {
  const decimals = Math.max(0, 2 - Math.floor(Math.log10(value)));
  return value.toFixed(decimals);
}
