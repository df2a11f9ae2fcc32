/** Checks a report: it is what was written, and its sources still give what it says. */
import { realpath } from "node:fs/promises";
import { DecodeError } from "../notebook/codec.ts";
import { InvalidInput } from "../notebook/inputs.ts";
import { TailGap } from "../notebook/tails.ts";
import { type EngineChoice, type EngineName, engineNames } from "../engine/engine_choice.ts";
import type { Tolerance } from "./compare.ts";
import { printable } from "./leaf_text.ts";
import { libraryHash } from "./library_hash.ts";
import { MissingData, placeSources } from "./place_sources.ts";
import { readReport, type Report } from "./read_report.ts";
import { recordNotebook } from "./record.ts";
import { RecordFault, type RecordOptions, type RecordProgress } from "./record_options.ts";
import type { Recording } from "./recording.ts";
import { DamagedReport } from "./sections.ts";
import { differs, type Verdict, verdictOf } from "./verdict.ts";

export type { Verdict } from "./verdict.ts";

/** An engine that can start here. */
export interface FoundEngine {
  readonly name: EngineName;
  readonly why: string;
  /** the native engine's library */
  readonly library?: string;
}

export interface VerifyOptions {
  /** which engine runs it; default the report's, or the fastest where that cannot start here */
  readonly engine?: EngineChoice;
  /** finds an engine; throws one line where it cannot start */
  readonly findEngine: (choice: EngineChoice) => Promise<FoundEngine>;
  /** folders in which data is looked for that the report does not carry, the first first; default none */
  readonly beside?: readonly string[];
  /** for numbers, on another engine or machine; default 1e-3 of the larger one, or 1e-6 */
  readonly tolerance?: Tolerance;
  /** the file that this machine would write with the report's recording and manifest; default: the page is not drawn */
  readonly draw?: (report: Report, signal?: AbortSignal) => Promise<string>;
  /** what the exporter makes of the module of the page's imports; default: that module is not compared */
  readonly shorten?: (module: string) => Promise<string>;
  /** what runs the notebook; default `recordNotebook` */
  readonly record?: (options: RecordOptions) => Promise<Recording>;
  readonly progress?: (progress: RecordProgress) => void;
  /** ends it: the promise rejects with the signal's reason */
  readonly signal?: AbortSignal;
}

/**
 * Checks the hashes of a report, runs its notebook again in a clean folder, in a kernel with the rights that kernels
 * have, and compares what it gives with what the report says, cell by cell.
 *
 * @param html text of the file
 * @throws NotAReport where it is none; MissingData where data is not here that the report does not carry
 * @example
 * ```ts ignore
 * const { line } = await verifyReport(await Deno.readTextFile("report.html"), { findEngine }); // "same bytes"
 * ```
 */
export async function verifyReport(html: string, options: VerifyOptions): Promise<Verdict> {
  try {
    const report = await readReport(html);
    const verdict = await verdictFor(report, options).catch((error) => refused(report, error));
    const found = verdict.kind === "differs" ? verdict : await drawn(html, report, verdict, options);
    options.signal?.throwIfAborted();
    return found;
  } catch (error) {
    options.signal?.throwIfAborted(); // what was cut says nothing of the report
    if (error instanceof DamagedReport) return differs(error.message);
    // made by hand: no recorder gives such values
    if (error instanceof DecodeError || error instanceof TailGap) {
      return differs(`damaged report: recording: ${error.message}`);
    }
    if (error instanceof MissingData && error.found !== null) return differs(error.message);
    if (error instanceof RecordFault) return differs(`it does not run: ${printable(error.message, 300)}`);
    throw error;
  }
}

async function verdictFor(report: Report, options: VerifyOptions): Promise<Verdict> {
  const folder = await realpath(await Deno.makeTempDir({ prefix: "plateau-verify-" }));
  try {
    const { file, read } = await placeSources(folder, report, options);
    const { inputs, groups } = report.recording;
    const { name, why, library } = await engineFor(report, options);
    const { on } = report.manifest;
    const { record = recordNotebook, progress, signal } = options;
    const ran = await record({
      file,
      project: folder,
      engine: name,
      // the native engine's sums depend on how many threads share them
      settings: {
        why,
        library,
        ...(name === on.engine && name === "tensorflow" ? { threads: on.threads } : {}),
      },
      read,
      values: inputs,
      states: groups.map(({ inputs, states }) => ({ inputs, states: states.map(({ values }) => values) })),
      progress,
      signal,
    });
    const vendor = await options.shorten?.(ran.vendor) ?? report.recording.vendor;
    const recording = { ...ran, vendor };
    return verdictOf(report, { recording, library: await libraryHash() }, options.tolerance);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** A value that the report says an input has, and that its sources do not let it have. */
function refused({ recording }: Report, error: unknown): Verdict {
  if (!(error instanceof InvalidInput)) throw error;
  const cell = recording.notebook.cells.find(({ defines }) => defines.includes(error.input))?.name ?? "";
  const where = `${cell === "" ? "" : `cell ${printable(cell)} `}at ${printable(error.input)}`;
  return differs(`${where}: ${printable(error.message, 300)}`);
}

/** The one that is asked for must start; the report's own may be missing here. Where none was needed none is looked for. */
async function engineFor({ manifest }: Report, { engine, findEngine }: VerifyOptions): Promise<FoundEngine> {
  if (engine !== undefined) return await findEngine(engine);
  if (manifest.on.engine === "none") return { name: "wasm", why: "none was needed" };
  const name = engineNames.find((each) => each === manifest.on.engine);
  return await (name ? findEngine(name).catch(() => findEngine("auto")) : findEngine("auto"));
}

/** By the same library the whole file is what it draws. */
async function drawn(
  html: string,
  report: Report,
  verdict: Verdict,
  { draw, signal }: VerifyOptions,
): Promise<Verdict> {
  if (draw === undefined || report.manifest.library !== await libraryHash()) return verdict;
  const again = await draw(report, signal).catch((error: Error) => error);
  if (again === html) return verdict;
  const { because, comparison, on } = verdict;
  return { ...differs(drawnOtherwise(html, again)), because, comparison, on };
}

function drawnOtherwise(html: string, again: string | Error): string {
  if (typeof again !== "string") return `its page cannot be drawn again: ${printable(again.message, 300)}`;
  let at = 0;
  while (html[at] === again[at]) at++;
  return `the page is not what its recording draws, from its line ${html.slice(0, at).split("\n").length} on`;
}
