/** The one way to make a report: record, gather, draw, lay out, seal. */
import { relative, resolve } from "node:path";
import type { Input } from "../../lib/notebook/inputs.ts";
import type { Manifest } from "../../lib/report/manifest.ts";
import type { ReadFiles } from "../../lib/report/read_files.ts";
import { type EngineName, engineNamed } from "../../lib/engine/engine_choice.ts";
import { saysTf32 } from "../../lib/engine/xla/gpu_options.ts";
import { fickleCalls } from "../../lib/report/fickle_calls.ts";
import { checkList, noteMade } from "../../lib/report/made_here.ts";
import { recordNotebook } from "../../lib/report/record.ts";
import { RecordFault, type RecordOptions, type RecordProgress } from "../../lib/report/record_options.ts";
import type { Recording } from "../../lib/report/recording.ts";
import { reportParts } from "../../lib/report/report_parts.ts";
import { sealOf } from "../../lib/report/seal.ts";
import { collectSources, type Sources } from "../../lib/report/sources.ts";
import { type AssetStore, createAssets } from "../assets.ts";
import { type DrawnReport, drawReport } from "./draw_report.ts";
import { failedCells } from "./failed_cells.ts";
import { minified } from "./minified.ts";
import { PrerenderFailed } from "./prerender.ts";
import { exportCommandLine } from "./export_command_line.ts";
import { reportName } from "./plateau_line.ts";

/** Where an export stands. */
export type ExportProgress =
  | { readonly stage: "record"; readonly record: RecordProgress }
  | { readonly stage: "pack" | "draw" };

export interface ExportOptions extends Omit<RecordOptions, "progress" | "reads" | "inputs" | "extra"> {
  /** style and script of reports; default: built, and kept in the project's `.plateau` */
  readonly assets?: AssetStore;
  /** makes the report again, as its reader is told; default: the line of `plateau export` for these options */
  readonly command?: string;
  /** name of the file that the report becomes; default the notebook's with .html */
  readonly name?: string;
  /** folder of the Plateau that makes it, in whose `.plateau` its seal is noted; default the project */
  readonly home?: string;
  readonly progress?: (progress: ExportProgress) => void;
}

export interface ExportedReport extends DrawnReport {
  readonly recording: Recording;
  readonly manifest: Manifest;
  /** cells that failed, one line each: `cell data at line 12: NotFound: …` */
  readonly failed: readonly string[];
  /** calls that give another value each time, one line each: what shows them differs when the report is checked */
  readonly fickle: readonly string[];
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
  const before = await collectSources({ file, project }), text = before.contents.texts[before.notebook];
  if (!/^\/\/ ?%%/m.test(text)) {
    throw new RecordFault(`not a notebook: ${before.notebook} (it has no cells; one begins with // %%)`);
  }
  checkList(options.home ?? project);
  let reads: ReadFiles | undefined, inputs: ReadonlyMap<string, Input> | undefined;
  const recorded = await recordNotebook({
    ...options,
    progress: (record) => progress({ stage: "record", record }),
    reads: (found) => reads = found,
    inputs: (found) => inputs = found,
  });
  signal?.throwIfAborted();

  progress({ stage: "pack" });
  const sources = await collectSources({ file, project, reads });
  checkSame(before, sources);
  const recording = { ...recorded, vendor: await minified(recorded.vendor) };
  const texts = await assets.report();
  const notebook = relative(resolve(project), resolve(file));
  const name = options.name === reportName(notebook) ? undefined : options.name;
  const command = options.command ??
    exportCommandLine({ ...options, ...enginePinned(recording), name }, notebook, inputs);
  const { manifest, elements } = await reportParts({
    recording,
    sources,
    client: texts.script,
    command,
    project,
    name,
  });
  signal?.throwIfAborted();

  progress({ stage: "draw" });
  const drawn = await drawReport({ recording, manifest, elements }, texts, signal);
  signal?.throwIfAborted();
  const failed = failedCells(recording, drawn.cells);
  if (options.strict && failed.length > 0) throw new PrerenderFailed(failed[0]);
  noteMade(options.home ?? project, sealOf(drawn.html)); // its own engine may run it again here
  return { ...drawn, recording, manifest, failed, fickle: fickleCalls(recording.notebook, text) };
}

/** The engine that the numbers depend on, none where none started, and how precise its products were. */
function enginePinned({ on }: Recording): { readonly engine?: EngineName; readonly tf32: boolean } {
  return { engine: engineNamed(on.engine) ?? undefined, tf32: saysTf32(on.version) };
}

/** Sources are read from the disk: they must be those that ran. */
function checkSame(before: Sources, after: Sources): void {
  const hashes = new Map(before.sources.map(({ path, sha256 }) => [path, sha256]));
  const changed = after.sources.find(({ path, sha256 }) => hashes.get(path) !== sha256);
  if (changed !== undefined) throw new ChangedMeanwhile(changed.path);
}
