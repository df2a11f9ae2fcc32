/** `plateau export`: a notebook as one file that opens anywhere. */
import { basename, dirname, extname, relative } from "node:path";
import { atomicWrite } from "../../lib/checkpoints/atomic_write.ts";
import { Misuse } from "../../lib/command_line.ts";
import { ProgressWriter } from "../../lib/notebook/run_progress.ts";
import { terminalColumns } from "../../lib/notebook/terminal_columns.ts";
import { Interrupted, onSigint } from "../../lib/on_sigint.ts";
import { ipynb } from "../../lib/report/ipynb.ts";
import { lightTokens } from "../../lib/report/light_colors.ts";
import { markdownOut } from "../../lib/report/markdown_out.ts";
import { sizeText } from "../pages/size_text.ts";
import { EXPORT_KINDS, type ExportKind } from "./export_options.ts";
import { exportProgressText } from "./export_progress.ts";
import { type ExportedReport, type ExportOptions, exportReport } from "./export_report.ts";
import { checkOutputs } from "./output_files.ts";
import { verifyLine } from "./plateau_line.ts";
import { printPdf } from "./print_pdf.ts";
import { installedChromium } from "./run_chromium.ts";
import { goalText, SIZE_GOAL } from "./size_goal.ts";

export interface ExportCommand extends
  Pick<
    ExportOptions,
    "file" | "project" | "home" | "assets" | "engine" | "settings" | "read" | "set" | "strict"
  > {
  /** the file to write; default: the notebook's name, here */
  readonly output?: string;
  /** `html`, `md` or `ipynb`, as it was typed; default by the name of the file */
  readonly to?: string;
  /** file to print into; default: it is not printed */
  readonly pdf?: string;
  /** one JSON object instead of text; default false */
  readonly json?: boolean;
  /** what was written; default standard output */
  readonly out?: (line: string) => void;
  /** progress and messages; default standard error */
  readonly err?: (text: string) => void;
  /** whether `err` can rewrite its line; default: whether standard error is a terminal */
  readonly terminal?: boolean;
  /** hears of interrupts until the function it gives is called; default: Ctrl-C */
  readonly onInterrupt?: (listener: () => void) => () => void;
}

const [DONE, FAILED, INTERRUPTED] = [0, 1, 130];

/**
 * Exports a notebook: records it, and writes the file when it is whole.
 *
 * @returns the exit code: 0 written, 1 written and a cell failed, 130 interrupted
 * @throws Misuse for a kind of file that there is not, and for a file that cannot be written; Error in one line for what cannot be recorded, drawn or written
 * @example
 * ```ts ignore
 * import { exportCommand } from "./export_command.ts";
 * await exportCommand({ file: "notebooks/a.ts", project: Deno.cwd(), engine: "wasm", output: "a.html" });
 * ```
 */
export async function exportCommand(options: ExportCommand): Promise<number> {
  const { pdf, onInterrupt = onSigint } = options;
  const { file, project, home, assets, engine, settings, read, set, strict } = options;
  const kind = kindOf(options), output = options.output ?? `${basename(file, ".ts")}.${kind}`;
  checkOutputs({ "-o": output, "--pdf": pdf }, [file]);
  if (pdf !== undefined) installedChromium(); // before the notebook runs, which may take long
  const stop = new AbortController(), deaf = onInterrupt(() => stop.abort(new Interrupted()));
  const { say, end } = progressSaid(options);
  try {
    const report = await exportReport({
      ...{ file, project, home, assets, engine, settings, read, set, strict, signal: stop.signal },
      ...(kind === "html" ? { name: basename(output) } : {}),
      progress: (progress) => say(exportProgressText(progress)),
    });
    const files = filesOf(report, kind, output);
    if (pdf !== undefined) {
      say("printing");
      files.set(pdf, await printPdf(report.html, { signal: stop.signal }));
    }
    stop.signal.throwIfAborted();
    end();
    write(files);
    told(options, report, files);
    return report.failed.length > 0 ? FAILED : DONE;
  } catch (error) {
    if (error instanceof Interrupted) return INTERRUPTED;
    throw error;
  } finally {
    end();
    deaf();
  }
}

function kindOf({ to, output }: ExportCommand): ExportKind {
  const known = (word: string) => EXPORT_KINDS.find((kind) => kind === word);
  const ending = extname(output ?? "").slice(1).toLowerCase(),
    named = known(ending === "htm" ? "html" : ending);
  if (to !== undefined) {
    const kind = known(to);
    if (kind === undefined) throw new Misuse(`invalid --to: ${to} (${EXPORT_KINDS.join(", ")})`);
    if (named !== undefined && named !== kind) {
      throw new Misuse(`invalid --to: ${to} (-o says ${named}: ${here(output!)})`);
    }
    return kind;
  }
  if (ending === "pdf") {
    const name = here(output!);
    throw new Misuse(`unknown kind of file: ${name} (a PDF is printed beside the report: --pdf ${name})`);
  }
  const kind = ending === "" ? "html" : named;
  if (kind === undefined) {
    throw new Misuse(`unknown kind of file: ${output} (.html, .md or .ipynb; or say --to)`);
  }
  return kind;
}

/** What is to be written, by path; the file itself is first. */
function filesOf(report: ExportedReport, kind: ExportKind, output: string): Map<string, string | Uint8Array> {
  const { recording, cells, style, html } = report;
  if (kind === "html") return new Map([[output, html]]);
  const tokens = lightTokens(style);
  if (kind === "ipynb") return new Map([[output, ipynb(recording, cells, tokens)]]);
  const folder = `${basename(output, extname(output))}_files`;
  const { text, files } = markdownOut(recording, cells, tokens, folder);
  return new Map([
    [output, text],
    ...[...files].map(([path, svg]) => [`${dirname(output)}/${path}`, svg] as const),
  ]);
}

function write(files: ReadonlyMap<string, string | Uint8Array>): void {
  for (const [path, content] of [...files].reverse()) { // the file itself when all that it names is there
    Deno.mkdirSync(dirname(path), { recursive: true });
    atomicWrite(path, typeof content === "string" ? new TextEncoder().encode(content) : content);
  }
}

/** A line that says where the export stands, on a terminal or now and then. */
function progressSaid({ err, terminal = Deno.stderr.isTerminal() }: ExportCommand) {
  const write = err ?? ((text: string) => void Deno.stderr.writeSync(new TextEncoder().encode(text)));
  const writer = new ProgressWriter(write, terminal, terminalColumns());
  let last = "";
  return {
    say(text: string) {
      if (text === last) return;
      last = text;
      writer.update({ name: "export", count: 0, text }, false);
    },
    end: () => writer.end(),
  };
}

/** What was written, how large its parts are, and how to check it. */
function told(
  { json, out = console.log, err = (text) => console.error(text.trimEnd()) }: ExportCommand,
  { html, manifest, recording, failed, fickle }: ExportedReport,
  files: ReadonlyMap<string, string | Uint8Array>,
): void {
  const written = [...files].map(([path, content]) => ({ path: here(path), bytes: bytesOf(content) }));
  const packed = Object.entries(manifest.parts).map(([name, part]) => [name, part!.packed] as const);
  const page = bytesOf(html) - packed.reduce((sum, [, bytes]) => sum + bytes, 0);
  const parts = Object.fromEntries([["page", page], ...packed]);
  const verify = verifyLine(here([...files.keys()][0]));
  const isReport = files.values().next().value === html;
  const carried = manifest.data.filter(({ inside }) => inside).map(({ path, bytes }) => ({ path, bytes }));
  if (json) {
    const { frozen } = recording;
    const more = isReport ? { goal: SIZE_GOAL, parts, carried, verify } : {};
    return out(JSON.stringify({ written, ...more, frozen, failed, fickle }));
  }
  for (const line of failed) err(`failed: ${line}\n`);
  for (const line of fickle) err(`may differ: ${line}\n`);
  const [first, ...others] = written.map(({ path, bytes }) => `${path}  ${sizeText(bytes)}`);
  out(isReport ? `${first}, ${goalText(bytesOf(html))}` : first);
  for (const line of others) out(line);
  if (!isReport) return;
  out(Object.entries(parts).map(([name, bytes]) => `${name} ${sizeText(bytes as number)}`).join(", "));
  // who passes the report on passes these on
  for (const { path, bytes } of carried) out(`carries ${path}  ${sizeText(bytes)}`);
  out(`to check it: ${verify}`);
}

const bytesOf = (content: string | Uint8Array): number =>
  typeof content === "string" ? new TextEncoder().encode(content).length : content.length;

/** As a person here names it. */
function here(path: string): string {
  const way = relative(Deno.env.get("INIT_CWD") ?? Deno.cwd(), path); // under `deno task` too
  return way === "" || way.startsWith("..") ? path : way;
}
