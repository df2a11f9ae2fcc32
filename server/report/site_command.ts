/** `plateau site`: a folder of reports with an index. */
import { basename, join } from "node:path";
import { Misuse } from "../../lib/command_line.ts";
import type { EngineChoice, EngineSettings } from "../../lib/engine/engine.ts";
import { ProgressWriter } from "../../lib/notebook/run_progress.ts";
import { terminalColumns } from "../../lib/notebook/terminal_columns.ts";
import { Interrupted, onSigint } from "../../lib/on_sigint.ts";
import type { AssetStore } from "../assets.ts";
import { exportProgressText } from "./export_progress.ts";
import { exportReport } from "./export_report.ts";
import { makeSite } from "./site.ts";

export interface SiteCommand {
  /** paths of notebooks, and of folders of notebooks */
  readonly paths: readonly string[];
  /** folder of the project of a notebook, by its path */
  readonly projectOf: (file: string) => Promise<string>;
  /** folder of the Plateau that makes them; default each one's project */
  readonly home?: string;
  /** style and script of reports */
  readonly assets: AssetStore;
  readonly engine: EngineChoice;
  readonly settings?: EngineSettings;
  /** further files and folders that kernels may read; default none */
  readonly read?: readonly string[];
  /** the folder to write */
  readonly output: string;
  /** of the index; default Reports */
  readonly title?: string;
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
 * Makes a report of every notebook, one after another, and the index of them.
 *
 * @returns the exit code: 0 every report was made, 1 not every one or cells failed in one, 130 interrupted
 * @throws Misuse for a path that is no notebook and no folder; Error in one line for a folder without notebooks, and for
 * one to write that is no site of ours
 * @example
 * ```ts ignore
 * await siteCommand({ paths: ["notebooks"], projectOf, assets, engine: "wasm", output: "site" });
 * ```
 */
export async function siteCommand(options: SiteCommand): Promise<number> {
  const { projectOf, home, assets, engine, settings, read, output, title = "Reports", out = console.log } =
    options;
  const err = options.err ?? ((text: string) => void Deno.stderr.writeSync(new TextEncoder().encode(text)));
  const terminal = options.terminal ?? Deno.stderr.isTerminal();
  const notebooks = await notebooksIn(options.paths);
  if (await Deno.stat(output).then(({ isDirectory }) => !isDirectory, () => false)) {
    throw new Misuse(`invalid -o: ${output} (not a folder)`);
  }
  const stop = new AbortController();
  const deaf = (options.onInterrupt ?? onSigint)(() => stop.abort(new Interrupted()));
  let failed: number;
  try {
    failed = await makeSite({
      ...{ notebooks, output, title, say: out, fail: (line) => err(`${line}\n`) },
      async make(file, written) {
        stop.signal.throwIfAborted();
        // one for each, so that each is named when it begins
        const name = basename(file), progress = new ProgressWriter(err, terminal, terminalColumns());
        try {
          return await exportReport({
            ...{
              file,
              project: await projectOf(file),
              home,
              engine,
              settings,
              read,
              assets,
              name: written,
              signal: stop.signal,
            },
            progress: (stands) =>
              progress.update({ name, count: 0, text: exportProgressText(stands) }, false),
          });
        } finally {
          progress.end();
        }
      },
      isEnd: (error) => error instanceof Interrupted,
    });
  } catch (error) {
    if (error instanceof Interrupted) return INTERRUPTED;
    throw error;
  } finally {
    deaf();
  }
  return failed > 0 ? FAILED : DONE;
}

/** Notebooks as they were given; of a folder its TypeScript files, by name. */
async function notebooksIn(paths: readonly string[]): Promise<string[]> {
  const found = await Promise.all(paths.map(async (path) => {
    const info = await Deno.stat(path).catch(() => null);
    if (info === null) throw new Misuse(`missing file or folder: ${path}`);
    if (info.isFile && !path.endsWith(".ts")) throw new Misuse(`not a notebook: ${path} (a .ts file)`);
    if (info.isFile) return [path];
    const entries = await Array.fromAsync(Deno.readDir(path));
    const names = entries.filter(({ name, isFile }) => isFile && /^[^.].*(?<!\.d)\.ts$/.test(name));
    if (names.length === 0) throw new Error(`no notebooks: ${path} (no .ts file is in it)`);
    return names.map(({ name }) => join(path, name)).sort();
  }));
  return [...new Set(found.flat())];
}
