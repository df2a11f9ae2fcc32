/** The trajectory of a run in its folder: rows of bytes for updates, a line of JSON for each evaluation. */
import { join } from "node:path";
import type { Trajectory } from "../curves/trajectory.ts";
import { appendFile, type Prefix, readPrefix } from "./append_file.ts";
import { exactJson, parseExactJson } from "./exact_json.ts";
import { bytesOf } from "./safetensors.ts";
import { ROW_FILES, type RowFile } from "./row_files.ts";
import type { Covers, StateHead } from "./state_schema.ts";

/** A row of `updates.f64`; its seconds lie in the clock's file. */
const COLUMNS = ["step", "epoch", "examples", "rate", "loss"] as const;

type Numbers = Readonly<Record<string, number>>;
/** A line of `evaluations.jsonl`. Standard errors that are not known are left out. */
interface Line {
  readonly step: number;
  readonly epoch: number;
  readonly examples: number;
  readonly metrics: Numbers;
  readonly standardErrors: Numbers;
}

export interface RunRows {
  /**
   * Writes the rows that are new; those past what the run went on from are cut off first.
   * @returns what is on the disk from here on
   * @throws StorageFault
   */
  append(trajectory: Trajectory): Covers;
}

/** @param from what the state covers that the run goes on from; null at its beginning */
export function runRows(folder: string, from: Covers | null): RunRows {
  const files = ROW_FILES.map((name) =>
    [name, appendFile(join(folder, name), from?.files[name] ?? null)] as const
  );
  let updates = from?.updates ?? 0, evaluations = from?.evaluations ?? 0;
  return {
    append(trajectory) {
      const more = rowBytes(trajectory, updates, evaluations);
      const prefixes = files.map(([name, file]) => [name, file.append(more[name])] as const);
      updates = trajectory.updates.step.length;
      evaluations = trajectory.evaluations.step.length;
      return { updates, evaluations, files: Object.fromEntries(prefixes) as Record<RowFile, Prefix> };
    },
  };
}

/** What the files gain by the rows from these on. */
function rowBytes({ updates, evaluations }: Trajectory, from: number, fromEvaluation: number) {
  const rows = new Float64Array((updates.step.length - from) * COLUMNS.length);
  COLUMNS.forEach((column, c) => {
    for (let i = from; i < updates.step.length; i++) {
      rows[(i - from) * COLUMNS.length + c] = updates[column][i];
    }
  });
  const known = (
    columns: Readonly<Record<string, Float64Array>>,
    row: number,
    isKnown: (value: number) => boolean,
  ) =>
    Object.fromEntries(
      Object.entries(columns).flatMap(([name, { [row]: value }]) => isKnown(value) ? [[name, value]] : []),
    );
  const { step, epoch, examples, metrics, standardErrors } = evaluations;
  let lines = "";
  for (let i = fromEvaluation; i < step.length; i++) {
    const line: Line = {
      step: step[i],
      epoch: epoch[i],
      examples: examples[i],
      metrics: known(metrics, i, () => true),
      standardErrors: known(standardErrors, i, (value) => !Number.isNaN(value)),
    };
    lines += exactJson(line) + "\n";
  }
  return {
    "updates.f64": bytesOf(rows),
    "updates.clock.f64": bytesOf(updates.seconds.slice(from)),
    "evaluations.jsonl": new TextEncoder().encode(lines),
    "evaluations.clock.f64": bytesOf(evaluations.seconds.slice(fromEvaluation)),
  };
}

/**
 * The trajectory that a checkpoint covers.
 * @throws BadPrefix when the files hold less, or something else; StorageFault
 */
export function readRows(
  folder: string,
  covers: Covers,
  { metrics, standardErrors, ...frame }: StateHead["trajectory"],
): Trajectory {
  const bytes = (name: RowFile) => readPrefix(join(folder, name), name, covers.files[name]);
  const numbers = (name: RowFile) => new Float64Array(bytes(name).buffer);
  const rows = numbers("updates.f64");
  const lines = new TextDecoder().decode(bytes("evaluations.jsonl")).split("\n").slice(0, -1)
    .map((line) => parseExactJson(line) as Line);
  const column = (c: number) =>
    Float64Array.from({ length: covers.updates }, (_, i) => rows[i * COLUMNS.length + c]);
  const perLine = (value: (line: Line) => number) => Float64Array.from(lines, value);
  const byName = (names: readonly string[], kind: "metrics" | "standardErrors") =>
    Object.fromEntries(names.map((name) => [name, perLine((line) => line[kind][name] ?? NaN)]));
  const [step, epoch, examples, rate, loss] = COLUMNS.map((_, c) => column(c));
  return {
    ...frame,
    updates: { step, epoch, examples, seconds: numbers("updates.clock.f64"), rate, loss },
    evaluations: {
      step: perLine((line) => line.step),
      epoch: perLine((line) => line.epoch),
      examples: perLine((line) => line.examples),
      seconds: numbers("evaluations.clock.f64"),
      metrics: byName(metrics, "metrics"),
      standardErrors: byName(standardErrors, "standardErrors"),
    },
  };
}
