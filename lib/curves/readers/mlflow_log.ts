/** One run of MLflow as its records come, in whichever store they lie. */
import type { ParsedLog } from "../logged.ts";
import { batchesFromConfig } from "./batches_from_config.ts";
import { LoggedRows } from "./logged_rows.ts";

/** One value of a metric. */
export interface MlflowRecord {
  readonly key: string;
  readonly value: number;
  /** milliseconds since 1970 */
  readonly timestamp: number;
  /** 0 where none was written */
  readonly step: number;
}

/**
 * A run of MLflow. Its records are put in the order of their time, in which a resumed run logged its steps again.
 * Metrics that were logged without a step stand all at 0 there: they are counted.
 *
 * @param name null where the store gives none
 * @param params as text, as MLflow keeps them
 * @param records in the order of the store
 * @param warnings of the store, which the log carries on
 *
 * @example
 * ```ts
 * import { mlflowLog } from "./mlflow_log.ts";
 *
 * const records = [1, 2].map((step) => ({ key: "loss", value: 1 / step, timestamp: 1000 * step, step }));
 * const { segments: [{ series }] } = mlflowLog("a", { batch_size: "32" }, records, []);
 * console.assert(String(series.loss.value) === "1,0.5" && String(series.loss.seconds) === "0,1");
 * ```
 */
export function mlflowLog(
  name: string | null,
  params: Readonly<Record<string, string>>,
  records: readonly MlflowRecord[],
  warnings: ParsedLog["warnings"],
): ParsedLog {
  const unstepped = withoutSteps(records), counted = new Map<string, number>();
  const ordered = inTime(records), began = ordered[0]?.timestamp ?? NaN;
  const rows = new LoggedRows(["seconds"]);
  for (const { key, value, timestamp, step } of ordered) {
    const count = counted.get(key) ?? 0;
    counted.set(key, count + 1);
    rows.row(unstepped.has(key) ? count : step, [(timestamp - began) / 1000]);
    rows.value(rows.tag(key), value);
  }
  const keys = [...unstepped].sort(), all = counted.size > 0 && keys.length === counted.size;
  const lacks = `logged without steps, so records are counted: ${some(keys)}`;
  return {
    name,
    segments: [{ from: null, series: rows.series() }],
    config: params,
    counting: { unit: all ? "records" : "updates", fromZero: all || firstStep(records, counted) === 0 },
    batches: batchesFromConfig(params),
    began: Number.isFinite(began) ? began / 1000 : null,
    warnings: keys.length === 0 ? warnings : [...warnings, { offset: null, message: lacks }],
  };
}

/** Of the metric with the most records: a validation begins later, and a setting that is logged as a metric at 0. */
function firstStep(
  records: readonly MlflowRecord[],
  counts: ReadonlyMap<string, number>,
): number | undefined {
  const most = Math.max(...counts.values());
  return records.find(({ key }) => counts.get(key) === most)?.step;
}

/** Metrics of several records that all stand at step 0. */
function withoutSteps(records: readonly MlflowRecord[]): Set<string> {
  const counts = new Map<string, number>();
  for (const { key, step } of records) {
    counts.set(key, (counts.get(key) ?? 0) + (step === 0 ? 1 : -Infinity));
  }
  return new Set([...counts].flatMap(([key, count]) => count > 1 ? [key] : []));
}

/** By time; of one time in the order of the store. */
function inTime(records: readonly MlflowRecord[]): readonly MlflowRecord[] {
  const ordered = records.every(({ timestamp }, i) => i === 0 || !(timestamp < records[i - 1].timestamp));
  return ordered ? records : records.toSorted((a, b) => a.timestamp - b.timestamp || 0);
}

const some = (keys: readonly string[]): string =>
  keys.length <= 3 ? keys.join(", ") : `${keys.slice(0, 3).join(", ")} and ${keys.length - 3} more`;
