/** Reads the files of one source, and makes runs of them. */
import type { LogFormat, LoggedRun, LogWarning, ParsedLog, ResumeMode } from "../logged.ts";
import { batchesFromConfig } from "./batches_from_config.ts";
import { databaseBytes } from "./database_bytes.ts";
import { databaseLogs } from "./database_reader.ts";
import type { FileLog } from "./file_log.ts";
import { DATABASES } from "./formats.ts";
import type { FolderFile } from "./folder_file.ts";
import { hparamsYaml } from "./hparams_yaml.ts";
import { joinedLogs, loggedRuns } from "./logged_runs.ts";
import { mlflowFiles } from "./mlflow_files.ts";
import { PLATEAU_FILES, plateauFiles } from "./plateau_files.ts";
import type { KnownFile, RunSource } from "./run_sources.ts";
import { reason } from "./walk.ts";

export interface Logs {
  readonly runs: readonly LoggedRun[];
  /** those that belong to no run */
  readonly warnings: readonly LogWarning[];
}

/** A file of which is known how it is read. */
export interface OpenedFile extends KnownFile {
  /** where it is opened */
  readonly full: string;
  /** what parses it; null for a part of a folder or database that is read at once */
  readonly log: FileLog | null;
}

export interface SourceOptions {
  readonly resume?: ResumeMode;
  readonly format?: LogFormat;
  readonly signal?: AbortSignal;
}

/** A log and what was wrong with its files. */
interface Told {
  readonly log: ParsedLog;
  readonly format: LogFormat;
  /** the file or folder of the run */
  readonly path: string;
  readonly warnings: readonly LogWarning[];
}

/**
 * Reads a source. What cannot be read is a warning, unless it was named itself.
 *
 * @param files all files by their path
 * @param single whether the source is all that was opened
 * @throws what opening the file throws, when it was named itself; what the signal aborts with
 */
export async function readSource(
  source: RunSource,
  files: ReadonlyMap<string, OpenedFile>,
  single: boolean,
  { resume = "last", format: only, signal }: SourceOptions,
): Promise<Logs> {
  const warnings: LogWarning[] = [], runs: LoggedRun[] = [];
  try {
    for (const { log, format, path, warnings: own } of await toldBy(source, files, warnings, signal)) {
      if (only !== undefined && format !== only) continue;
      const made = loggedRuns(log, source.name, { format, path }, own, resume);
      const withValues = made.filter(({ series }) => Object.keys(series).length > 0);
      runs.push(...withValues);
      if (withValues.length > 0) continue;
      warnings.push(...(own.length > 0 ? own : [{ file: path, offset: null, message: "no values in it" }]));
    }
  } catch (error) {
    signal?.throwIfAborted();
    if (single) throw error;
    warnings.push({ file: source.path, offset: null, message: `passed over: ${reason(error)}` });
  }
  return { runs, warnings };
}

function toldBy(
  source: RunSource,
  files: ReadonlyMap<string, OpenedFile>,
  warnings: LogWarning[],
  signal?: AbortSignal,
): Promise<Told[]> {
  if (source.format === "mlflow" || source.format === "plateau") {
    return folderTold(source, source.format, files, signal);
  }
  if (source.format === "sqlite") return databaseTold(source, files, warnings, signal);
  return filesTold(source, source.format, files, signal);
}

/** Files of a run's folder that are read, by their path in it. */
const isPart = {
  mlflow: (path: string) => /^(meta\.yaml$|metrics\/|params\/|tags\/)/.test(path),
  plateau: (path: string) => PLATEAU_FILES.includes(path),
};

async function folderTold(
  { path, logs }: RunSource,
  format: "mlflow" | "plateau",
  files: ReadonlyMap<string, OpenedFile>,
  signal?: AbortSignal,
): Promise<Told[]> {
  const prefix = path === "." ? "" : `${path}/`, parts: FolderFile[] = [];
  for (const file of logs) {
    signal?.throwIfAborted();
    const within = file.slice(prefix.length);
    if (!isPart[format](within)) continue;
    parts.push({ path: within, bytes: await Deno.readFile(files.get(file)!.full) });
  }
  const { log, warnings } = format === "mlflow" ? mlflowFiles(parts) : plateauFiles(parts);
  const damaged = warnings.map((warning) => ({ ...warning, file: prefix + warning.file }));
  return [{ log, format, path, warnings: [...warningsOf(path, log), ...damaged] }];
}

async function databaseTold(
  { path }: RunSource,
  files: ReadonlyMap<string, OpenedFile>,
  warnings: LogWarning[],
  signal?: AbortSignal,
): Promise<Told[]> {
  const { database, wal, steady } = await databaseBytes(files.get(path)!.full, signal);
  const read = databaseLogs(database, wal, DATABASES);
  const changing = "it was being written while it was read: open it again for what was written last";
  const messages = [...read.warnings, ...(steady ? [] : [{ offset: null, message: changing }])];
  warnings.push(...messages.map((warning) => ({ file: path, ...warning })));
  const { format } = read;
  return format === null
    ? []
    : read.logs.map((log) => ({ log, format, path, warnings: warningsOf(path, log) }));
}

async function filesTold(
  { path, logs, beside }: RunSource,
  format: LogFormat,
  files: ReadonlyMap<string, OpenedFile>,
  signal?: AbortSignal,
): Promise<Told[]> {
  const read: { file: string; log: ParsedLog }[] = [];
  for (const file of logs) {
    read.push(...(await files.get(file)!.log!.read(signal)).map((log) => ({ file, log })));
  }
  if (read.length === 0) return [];
  const told = format === "tensorboard"
    ? [{
      log: joinedLogs(read.map(({ log }) => log)),
      path,
      warnings: read.flatMap(({ file, log }) => warningsOf(file, log)),
    }]
    : read.map(({ file, log }) => ({ log, path: file, warnings: warningsOf(file, log) }));
  const whole = format === "transformers"
    ? [told.reduce((a, b) => lastStep(b.log) > lastStep(a.log) ? b : a)]
    : told;
  return await Promise.all(whole.map((each) => withSettings({ ...each, format }, files, beside)));
}

const warningsOf = (file: string, { warnings }: ParsedLog): LogWarning[] =>
  warnings.map((warning) => ({ file, ...warning }));

/** Of checkpoints each has the history up to itself: the last one has all of it. */
function lastStep({ segments }: ParsedLog): number {
  let last = -Infinity;
  for (const { series } of segments) {
    for (const { step } of Object.values(series)) last = Math.max(last, step.at(-1) ?? -Infinity);
  }
  return last;
}

/** The settings in a file beside a log; those that the log has itself stay as they are. */
async function withSettings(
  told: Told,
  files: ReadonlyMap<string, OpenedFile>,
  beside: readonly string[],
): Promise<Told> {
  const [file] = beside;
  if (file === undefined) return told;
  const { log, warnings } = told;
  try {
    const { config: settings, warnings: damaged } = hparamsYaml(await Deno.readFile(files.get(file)!.full));
    const config = { ...settings, ...log.config };
    return {
      ...told,
      log: { ...log, config, batches: { ...batchesFromConfig(config), ...log.batches } },
      warnings: [...warnings, ...damaged.map((warning) => ({ file, ...warning }))],
    };
  } catch (error) {
    const message = `settings passed over: ${reason(error)}`;
    return { ...told, warnings: [...warnings, { file, offset: null, message }] };
  }
}
