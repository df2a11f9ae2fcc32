/** A run in MLflow's file store: a folder with meta.yaml, and a file for each metric, setting and tag. */
import type { LogWarning, ParsedLog } from "../logged.ts";
import type { FolderFile } from "./folder_file.ts";
import { loggedNumber } from "./logged_number.ts";
import { mlflowLog, type MlflowRecord } from "./mlflow_log.ts";
import { ReaderWarnings } from "./reader_warnings.ts";

export interface MlflowFiles {
  readonly log: ParsedLog;
  /** with paths within the run's folder */
  readonly warnings: readonly LogWarning[];
}

/**
 * The folder of the run that a file belongs to: the outermost that holds meta.yaml and metrics; null for other files.
 *
 * @param paths of all files, with slashes
 * @returns of a path, the folder, which is "" where all is one run
 *
 * @example
 * ```ts
 * import { mlflowFolders } from "./mlflow_files.ts";
 *
 * const folderOf = mlflowFolders(["0/meta.yaml", "0/a1/meta.yaml", "0/a1/metrics/loss"]);
 * console.assert(folderOf("0/a1/metrics/loss") === "0/a1" && folderOf("0/meta.yaml") === null);
 * ```
 */
export function mlflowFolders(paths: readonly string[]): (path: string) => string | null {
  const described = new Set(paths.filter((path) => /(^|\/)meta\.yaml$/.test(path)).map(folderOf));
  const measured = paths.flatMap((path) => {
    const at = /(?:^|\/)metrics\//.exec(path)?.index;
    return at === undefined ? [] : [path.slice(0, at)];
  });
  const runs = new Set(measured.filter((folder) => described.has(folder)));
  return (path) => {
    if (runs.has("")) return "";
    for (let at = path.indexOf("/"); at >= 0; at = path.indexOf("/", at + 1)) {
      if (runs.has(path.slice(0, at))) return path.slice(0, at);
    }
    return null;
  };
}

const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf("/")));

/**
 * Reads a run. A line of a metric is `timestamp value step`; old ones have no step.
 *
 * @param files those of the run's folder; what is neither meta.yaml nor a metric, setting or tag is passed over
 *
 * @example
 * ```ts
 * import { mlflowFiles } from "./mlflow_files.ts";
 *
 * const file = (path: string, text: string) => ({ path, bytes: new TextEncoder().encode(text) });
 * const { log } = mlflowFiles([file("meta.yaml", "run_name: 'a: b'\n"), file("metrics/val/loss", "1000 nan 5\n")]);
 * console.assert(log.name === "a: b" && Number.isNaN(log.segments[0].series["val/loss"].value[0]));
 * ```
 */
export function mlflowFiles(files: readonly FolderFile[]): MlflowFiles {
  const warnings: LogWarning[] = [];
  const records = under(files, "metrics/").flatMap(([key, bytes]) => {
    const damage = new ReaderWarnings(), read = metric(key, bytes, damage);
    warnings.push(...damage.list().map((each) => ({ file: `metrics/${key}`, ...each })));
    return read;
  });
  const text = (folder: string) =>
    Object.fromEntries(under(files, folder).map(([key, bytes]) => [key, decoder.decode(bytes)]));
  const meta = decoder.decode(files.find(({ path }) => path === "meta.yaml")?.bytes);
  const name = scalar(meta, "run_name") || text("tags/")["mlflow.runName"] ||
    scalar(meta, "run_id") || scalar(meta, "run_uuid");
  const log = mlflowLog(name || null, text("params/"), records, []);
  if (scalar(meta, "lifecycle_stage") !== "deleted") return { log, warnings };
  const message = "passed over, because the run is marked as deleted";
  return { log: { ...log, segments: [] }, warnings: [{ file: "meta.yaml", offset: null, message }] };
}

const decoder = new TextDecoder();

const under = (files: readonly FolderFile[], folder: string): [string, Uint8Array][] =>
  files.flatMap(({ path, bytes }) => path.startsWith(folder) ? [[path.slice(folder.length), bytes]] : []);

/** A value of the first level of a YAML file, without its quotes; null where there is none. */
function scalar(yaml: string, key: string): string | null {
  const value = new RegExp(`^${key}:(.*)$`, "m").exec(yaml)?.[1].trim();
  if (value === undefined || value === "null") return null;
  if (/^'.*'$/.test(value)) return value.slice(1, -1).replaceAll("''", "'");
  if (!/^".*"$/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value.slice(1, -1);
  }
}

function metric(key: string, bytes: Uint8Array, damage: ReaderWarnings): MlflowRecord[] {
  const records: MlflowRecord[] = [];
  for (let at = 0; at < bytes.length;) {
    const newline = bytes.indexOf(10, at), end = newline < 0 ? bytes.length : newline;
    const line = decoder.decode(bytes.subarray(at, end)).trim(), cells = line.split(/\s+/);
    const [timestamp, value, step] = [Number(cells[0]), loggedNumber(cells[1] ?? ""), Number(cells[2] ?? 0)];
    const whole = newline >= 0 && (cells.length === 2 || cells.length === 3) && value !== null &&
      Number.isFinite(timestamp) && Number.isFinite(step);
    if (whole) records.push({ key, value, timestamp, step });
    else if (newline < 0) {
      damage.add("ends inside a record", "ends inside a record: skipped until the rest is there", at);
    } else if (line !== "") {
      damage.add("damaged line skipped", "damaged line skipped: it is not `timestamp value step`", at);
    }
    at = end + 1;
  }
  return records;
}
