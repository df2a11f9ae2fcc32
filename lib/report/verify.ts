/** Checks a report: it is what was written, and its sources still give what it says. */
import { realpath } from "node:fs/promises";
import type { Input } from "../notebook/inputs.ts";
import { type EngineChoice, type EngineName, engineNamed, isNative } from "../engine/engine_choice.ts";
import type { EngineSettings } from "../engine/start_named.ts";
import { type GpuSettings, saysTf32 } from "../engine/xla/gpu_options.ts";
import type { Tolerance } from "./compare.ts";
import { drawnReport, pageCounts } from "./drawn_report.ts";
import { printable } from "../printable.ts";
import { libraryHash } from "./library_hash.ts";
import { folderWatch } from "./folder_watch.ts";
import { placeSources } from "./place_sources.ts";
import { readReport, type Report } from "./read_report.ts";
import { recordNotebook } from "./record.ts";
import type { RecordOptions, RecordProgress } from "./record_options.ts";
import type { Recording } from "./recording.ts";
import { refusal } from "./refusal.ts";
import type { CommandLine } from "./said_command.ts";
import { differs, type Verdict, verdictOf } from "./verdict.ts";

export type { Verdict } from "./verdict.ts";

/** An engine that can start here. */
export interface FoundEngine {
  readonly name: EngineName;
  readonly why: string;
  /** the native engine's library */
  readonly library?: string;
  /** what else a process is told that runs it */
  readonly settings?: EngineSettings;
}

export interface VerifyOptions {
  /**
   * which engine runs it; default the report's, or wasm where that cannot start here. A native one, to whose code no
   * permission applies, is taken for a report that was made here, or when it is named
   */
  readonly engine?: EngineChoice;
  /** whether a report was made on this machine, by the SHA-256 of its manifest; default: none was */
  readonly madeHere?: (seal: string) => boolean;
  /** finds an engine; throws one line where it cannot start */
  readonly findEngine: (choice: EngineChoice, gpu?: GpuSettings) => Promise<FoundEngine>;
  /** folders in which data is looked for that the report does not carry, the first first; default none */
  readonly beside?: readonly string[];
  /** for numbers, on another engine or machine; default 1e-3 of the larger one, or 1e-6 */
  readonly tolerance?: Tolerance;
  /** the file that this machine would write with the report's recording and manifest; default: the page is not drawn */
  readonly draw?: (report: Report, signal?: AbortSignal) => Promise<string>;
  /** what the exporter makes of the module of the page's imports; default: that module is not compared */
  readonly shorten?: (module: string) => Promise<string>;
  /** the line by which this Plateau says how a report is made; default: the report's line is not compared */
  readonly commandLine?: CommandLine;
  /** seconds that running and drawing it may take; default ten times what it says that its run took, and 120 */
  readonly seconds?: number;
  /** bytes that its cells may write; default 1 GB */
  readonly room?: number;
  /** told, before anything runs, whose code runs and what it may do */
  readonly say?: (line: string) => void;
  /** what runs the notebook; default `recordNotebook` */
  readonly record?: (options: RecordOptions) => Promise<Recording>;
  readonly progress?: (progress: RecordProgress) => void;
  /** ends it: the promise rejects with the signal's reason */
  readonly signal?: AbortSignal;
}

/** Bytes that the cells of a report may write, and of one message beyond those that its recording has. */
const ROOM = 1e9, MESSAGE = 64e6, MOST_MESSAGE = 256e6;
/** Longer than a timer can wait, nobody waits. */
const LONGEST_SECONDS = 20 * 86_400;

/**
 * Checks the hashes of a report, runs its notebook again in a clean folder, in a kernel with the rights that kernels
 * have, and compares what it gives with what the report says, cell by cell. Whatever the file holds, it ends in a verdict.
 *
 * @param html text of the file
 * @throws NotAReport where it is none; MissingData where data is not here that the report does not carry; what
 * `findEngine` throws for an engine that was asked for
 * @example
 * ```ts ignore
 * const { line } = await verifyReport(await Deno.readTextFile("report.html"), { findEngine }); // "same bytes"
 * ```
 */
export async function verifyReport(html: string, options: VerifyOptions): Promise<Verdict> {
  const report = await readReport(html).catch((error) => refusal(error));
  if ("kind" in report) return report;
  const trusted = isNative(options.engine ?? "") || options.madeHere?.(report.manifest.sha256) === true;
  const engine = await engineFor(report, trusted, options);
  const own = trusted ? null : ownNative(report, options);
  options.say?.(whoseCode(report, engine, trusted, own));
  options.signal?.throwIfAborted();
  const { seconds = 120 + 10 * report.manifest.seconds } = options, stop = new AbortController();
  const end = (why: string) => stop.abort(new EndedRun(why));
  const timer = setTimeout(
    () => end(`not done after ${Math.round(seconds)} s (--timeout)`),
    1000 * Math.min(seconds, LONGEST_SECONDS),
  );
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal;
  const folder = await realpath(await Deno.makeTempDir({ prefix: "plateau-verify-" }));
  try {
    const verdict = await verdictFor(report, engine, folder, { ...options, signal }, end);
    const found = verdict.kind === "differs" ? verdict : await drawn(html, report, verdict, options, signal);
    signal.throwIfAborted();
    return found;
  } catch (error) {
    options.signal?.throwIfAborted(); // what was cut says nothing of the report
    const { reason } = stop.signal;
    return reason instanceof EndedRun ? differs(reason.message) : refusal(error, report.recording);
  } finally {
    clearTimeout(timer);
    await Deno.remove(folder, { recursive: true });
  }
}

/** It took too long, or wrote too much. */
class EndedRun extends Error {
  override readonly name = "EndedRun";
}

async function verdictFor(
  report: Report,
  { name, why, library, settings }: FoundEngine,
  folder: string,
  options: VerifyOptions,
  end: (why: string) => void,
): Promise<Verdict> {
  const { file, read } = await placeSources(folder, report, options);
  const { inputs, groups } = report.recording, { on, parts } = report.manifest;
  const { record = recordNotebook, room = ROOM, commandLine, progress, signal } = options;
  const placed = await sizeOf(folder);
  const unwatched = folderWatch(
    folder,
    { bytes: placed + room },
    () => end(`its cells wrote more than ${room / 1e6} MB`),
  );
  let found: ReadonlyMap<string, Input> | undefined;
  try {
    signal?.throwIfAborted(); // while its sources were placed
    const ran = await record({
      file,
      project: folder,
      engine: name,
      // sums of a native engine depend on how many threads share them
      settings: {
        ...{ why, library, ...settings },
        ...(name === on.engine && isNative(name) ? { threads: on.threads } : {}),
      },
      read,
      values: inputs,
      states: groups.map(({ inputs, states }) => ({ inputs, states: states.map(({ values }) => values) })),
      stranger: true,
      message: Math.min(MESSAGE + parts.recording.bytes, MOST_MESSAGE),
      inputs: (given) => found = given,
      progress,
      signal,
    });
    const vendor = await options.shorten?.(ran.vendor) ?? report.recording.vendor;
    const again = { recording: { ...ran, vendor }, library: await libraryHash(), inputs: found, commandLine };
    return verdictOf(report, again, options.tolerance);
  } finally {
    await unwatched();
  }
}

/** What was placed there, data that was found beside the report too. */
async function sizeOf(folder: string): Promise<number> {
  let size = 0;
  for await (const { name, isDirectory, isFile } of Deno.readDir(folder)) {
    const path = `${folder}/${name}`;
    size += isDirectory ? await sizeOf(path) : isFile ? (await Deno.stat(path)).size : 0;
  }
  return size;
}

/**
 * The one that is asked for must start; the report's own may be missing here. Nothing in a file that came from elsewhere
 * makes a native one run its code. Where none was needed none is looked for.
 */
async function engineFor(
  { manifest: { on } }: Report,
  trusted: boolean,
  { engine, findEngine }: VerifyOptions,
): Promise<FoundEngine> {
  if (engine !== undefined && engine !== "auto") {
    return await findEngine(engine, engine === on.engine ? ownGpu(on.version) : undefined);
  }
  if (engine === undefined && on.engine === "none") return { name: "wasm", why: "none was needed" };
  if (trusted) {
    const own = engine === undefined ? engineNamed(on.engine) : null;
    return await (own
      ? findEngine(own, ownGpu(on.version)).catch(() => findEngine("auto"))
      : findEngine("auto"));
  }
  const name = on.engine === "cpu" && engine === undefined ? "cpu" : "wasm";
  return await findEngine(name);
}

/** As its products were. */
const ownGpu = (version: string): GpuSettings => saysTf32(version) ? { tf32: true } : {};

/**
 * The report's own engine where it is native: whoever names it lets the code run there. That it starts here is not tried
 * for a stranger's report, nor is it offered to who has named another.
 */
function ownNative({ manifest: { on } }: Report, { engine = "auto" }: VerifyOptions): EngineName | null {
  const own = engineNamed(on.engine);
  return engine === "auto" && own !== null && isNative(own) ? own : null;
}

/** @param own what the report was made on, where the code might run there if it were named */
function whoseCode(
  { manifest: { notebook } }: Report,
  { name }: FoundEngine,
  trusted: boolean,
  own: EngineName | null,
): string {
  const whose = trusted ? "" : ", which was not made here,";
  const rights = isNative(name)
    ? `it can do whatever you can, as no permission holds ${name}`
    : "it may read its own folder and Plateau's library, write its run folder, and reach nothing else";
  const native = own === null
    ? ""
    : `; with --engine ${own}, on which it was made, it could do whatever you can`;
  return printable(`running the code of ${printable(notebook)}${whose} on ${name}: ${rights}${native}`, 500);
}

/** By the same library the whole file is what it draws. */
async function drawn(
  html: string,
  report: Report,
  verdict: Verdict,
  { draw }: VerifyOptions,
  signal: AbortSignal,
): Promise<Verdict> {
  if (draw === undefined || report.manifest.library !== await libraryHash()) return verdict;
  const again = await draw(report, signal).catch((error: unknown) =>
    error instanceof Error ? error : new Error(String(error))
  );
  if (again === html) return { ...verdict, page: pageCounts(drawnReport(html)) };
  signal.throwIfAborted();
  return { ...verdict, ...differsIn(drawnOtherwise(html, again)) };
}

const differsIn = (what: string): Pick<Verdict, "kind" | "line"> => {
  const { kind, line } = differs(what);
  return { kind, line };
};

function drawnOtherwise(html: string, again: string | Error): string {
  if (typeof again !== "string") return `its page cannot be drawn: ${printable(again.message, 300)}`;
  let at = 0;
  while (html[at] === again[at]) at++;
  return `the page is not what its recording draws, from its line ${html.slice(0, at).split("\n").length} on`;
}
