/** The one way to make a report: record, gather, draw, lay out, seal. */
import { relative, resolve } from "node:path";
import type { Manifest } from "../../lib/report/manifest.ts";
import type { ReadFiles } from "../../lib/report/read_files.ts";
import { recordNotebook } from "../../lib/report/record.ts";
import type { RecordOptions, RecordProgress } from "../../lib/report/record_options.ts";
import type { Recording } from "../../lib/report/recording.ts";
import { reportParts } from "../../lib/report/report_parts.ts";
import { collectSources, type Sources } from "../../lib/report/sources.ts";
import { type AssetStore, createAssets } from "../assets.ts";
import { type DrawnReport, drawReport } from "./draw_report.ts";
import { minified } from "./minified.ts";
import { PrerenderFailed } from "./prerender.ts";
import { exportCommandLine } from "./export_command_line.ts";

/** Where an export stands. */
export type ExportProgress =
  | { readonly stage: "record"; readonly record: RecordProgress }
  | { readonly stage: "pack" | "draw" };

export interface ExportOptions extends Omit<RecordOptions, "progress" | "reads" | "extra"> {
  /** style and script of reports; default: built, and kept in the project's `.plateau` */
  readonly assets?: AssetStore;
  /** makes the report again, as its reader is told; default: the line of `plateau export` for these options */
  readonly command?: string;
  readonly progress?: (progress: ExportProgress) => void;
}

export interface ExportedReport extends DrawnReport {
  readonly recording: Recording;
  readonly manifest: Manifest;
  /** cells of the page that failed when they were drawn, one line each: `policies: TypeError …` */
  readonly undrawn: readonly string[];
}

/** The notebook is not any more what was recorded. */
export class ChangedMeanwhile extends Error {
  override readonly name = "ChangedMeanwhile";
  constructor(readonly path: string) {
    super(`changed while it was recorded: ${path}; export it again`);
  }
}

/**
 * Runs a notebook and makes the report of it: one file that needs no other.
 *
 * @throws {RecordFault} where it cannot be recorded; ChangedMeanwhile; PrerenderFailed where its cells cannot be drawn, or
 * with `strict` one of them fails;
 * the reason of `signal` where that ended it
 * @example
 * ```ts ignore
 * const { html } = await exportReport({ file: "notebooks/a.ts", project: Deno.cwd(), engine: "wasm" });
 * ```
 */
export async function exportReport(options: ExportOptions): Promise<ExportedReport> {
  const { file, project, progress = () => {}, signal } = options;
  const assets = options.assets ?? createAssets(`${project}/.plateau/assets.json`);
  const before = await collectSources({ file, project });
  let reads: ReadFiles | undefined;
  const recorded = await recordNotebook({
    ...options,
    progress: (record) => progress({ stage: "record", record }),
    reads: (found) => reads = found,
  });
  signal?.throwIfAborted();

  progress({ stage: "pack" });
  const sources = await collectSources({ file, project, reads });
  checkSame(before, sources);
  const recording = { ...recorded, vendor: await minified(recorded.vendor) };
  const texts = await assets.report();
  const command = options.command ?? exportCommandLine(options, relative(resolve(project), resolve(file)));
  const { manifest, elements } = await reportParts({
    recording,
    sources,
    client: texts.script,
    command,
    project,
  });
  signal?.throwIfAborted();

  progress({ stage: "draw" });
  const drawn = await drawReport({ recording, manifest, elements }, texts);
  signal?.throwIfAborted();
  const undrawn = undrawnOf(recording, drawn.cells);
  if (options.strict && undrawn.length > 0) throw new PrerenderFailed(undrawn[0]);
  return { ...drawn, recording, manifest, undrawn };
}

/** Sources are read from the disk: they must be those that ran. */
function checkSame(before: Sources, after: Sources): void {
  const hashes = new Map(before.sources.map(({ path, sha256 }) => [path, sha256]));
  const changed = after.sources.find(({ path, sha256 }) => hashes.get(path) !== sha256);
  if (changed !== undefined) throw new ChangedMeanwhile(changed.path);
}

const undrawnOf = ({ notebook }: Recording, cells: DrawnReport["cells"]): string[] =>
  notebook.cells.flatMap(({ key, name }) => {
    const fault = cells[key]?.error;
    return fault === undefined ? [] : [`${name}: ${fault}`];
  });
