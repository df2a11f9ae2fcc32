/** What `plateau curves` does: prints the runs under a path, once or as they grow. */
import { z } from "zod";
import type { LogFormat, LoggedBatches, LoggedRun, ResumeMode } from "../logged.ts";
import { curvesJson } from "./curves_json.ts";
import { type CURVES_OPTIONS, WrongCurves } from "./curves_options.ts";
import { curvesText, runLine, warningText } from "./curves_text.ts";
import { followLogs } from "./follow_logs.ts";
import type { Mapping } from "./mapping.ts";
import { readLogs, type ReadOptions } from "./read_logs.ts";

export type CurvesValues = Readonly<
  {
    [option in keyof typeof CURVES_OPTIONS]?: (typeof CURVES_OPTIONS)[option]["type"] extends "boolean"
      ? boolean
      : string;
  }
>;

export interface CurvesCommand {
  /** a file or a folder */
  readonly path: string;
  readonly values: CurvesValues;
  /** takes what goes to standard output; default writes it there */
  readonly out?: (text: string) => Promise<void>;
  /** ends `--follow`; default Ctrl-C */
  readonly signal?: AbortSignal;
}

/**
 * Prints the runs under a path as text or, with `--json`, as one JSON object in pieces. Warnings that belong to no run
 * go to standard error then.
 *
 * @returns the exit code: 0 read, 1 when all that was found is damaged, 130 when `--follow` was ended by Ctrl-C
 * @throws WrongCurves for what cannot be done as it is told; NoLog and Error for what cannot be read
 *
 * @example
 * ```ts ignore
 * const code = await curvesCommand({ path: "lightning_logs", values: { json: true } });
 * ```
 */
export async function curvesCommand(
  { path, values, out = written, signal }: CurvesCommand,
): Promise<number> {
  const given: LoggedBatches = {
    ...count("batch", "batch", values.batch),
    ...count("examples", "trainingExamples", values.examples),
  };
  const options = {
    resume: values.resume as ResumeMode,
    format: values.format as LogFormat,
    columns: values.columns === undefined ? undefined : mapping(values.columns),
  };
  try {
    if (values.follow) {
      if (values.json) throw new RangeError("--follow prints lines, --json one object: choose one");
      return await follow(path, options, given, out, signal);
    }
    const { runs, warnings } = await readLogs(path, { ...options, signal });
    const all = runs.map((run) => withBatches(run, given));
    if (values.json || runs.length === 0) {
      for (const warning of warnings) console.error(warningText(warning));
    }
    if (values.json) await inPieces(curvesJson(all), out);
    else if (runs.length > 0) await out(`${curvesText(all, warnings)}\n`);
    return runs.length > 0 ? 0 : 1;
  } catch (error) {
    if (error instanceof Deno.errors.BrokenPipe) return 0; // who reads has seen enough
    if (error instanceof RangeError) throw new WrongCurves(error.message);
    throw error;
  }
}

function count(option: string, field: keyof LoggedBatches, text: string | undefined): LoggedBatches {
  if (text === undefined) return {};
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0 && /^\d+$/.test(text)) return { [field]: value };
  throw new WrongCurves(`invalid ${option}: ${text} (a whole number, at least 1)`);
}

/** What is left out of it is no column. */
const columns = z.strictObject({
  step: z.string().nullable().default(null),
  epoch: z.string().nullable().default(null),
  examples: z.string().nullable().default(null),
  seconds: z.string().nullable().default(null),
  run: z.array(z.string()).default([]),
  metrics: z.array(z.string()).min(1),
});

function mapping(text: string): Mapping {
  const read = columns.safeParse(jsonOf(text));
  if (read.success) return read.data;
  throw new WrongCurves(
    `invalid columns: ${text} (JSON of step, epoch, examples, seconds, run and metrics, as {"step":"it","metrics":["loss"]})`,
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** What the log itself says stays. */
const withBatches = (run: LoggedRun, given: LoggedBatches): LoggedRun => ({
  ...run,
  batches: { ...given, ...run.batches },
});

/** A line for each run at the beginning, then for each that has grown. */
async function follow(
  path: string,
  options: ReadOptions,
  given: LoggedBatches,
  out: (text: string) => Promise<void>,
  signal?: AbortSignal,
): Promise<number> {
  const ended = new AbortController(), interrupt = () => ended.abort();
  if (!signal) Deno.addSignalListener("SIGINT", interrupt);
  const seen = new Set<LoggedRun>();
  try {
    for await (const runs of followLogs(path, { ...options, signal: signal ?? ended.signal })) {
      const lines = runs.filter((run) => !seen.has(run)).map((run) =>
        `${runLine(withBatches(run, given))}\n`
      );
      seen.clear();
      for (const run of runs) seen.add(run);
      if (lines.length > 0) await out(lines.join(""));
    }
  } finally {
    if (!signal) Deno.removeSignalListener("SIGINT", interrupt);
  }
  return signal ? 0 : 130;
}

/** Characters that are written at once. */
const PIECE = 1 << 16;

async function inPieces(pieces: Iterable<string>, out: (text: string) => Promise<void>): Promise<void> {
  let text = "";
  for (const piece of pieces) {
    text += piece;
    if (text.length < PIECE) continue;
    await out(text);
    text = "";
  }
  await out(text);
}

const encoder = new TextEncoder();

async function written(text: string): Promise<void> {
  const bytes = encoder.encode(text);
  for (let at = 0; at < bytes.length;) at += await Deno.stdout.write(bytes.subarray(at));
}
