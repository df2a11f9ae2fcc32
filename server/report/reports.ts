/** `deno task reports`: makes the report of every notebook here, and checks each. */
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { atomicWrite } from "../../lib/checkpoints/atomic_write.ts";
import { asMisuse, Misuse } from "../../lib/command_line.ts";
import { asEngineChoice } from "../../lib/engine/engine_choice.ts";
import { verifyReport } from "../../lib/report/verify.ts";
import { createAssets } from "../assets.ts";
import { sizeText } from "../pages/size_text.ts";
import { exportReport } from "./export_report.ts";
import { goalText } from "./size_goal.ts";
import { verifyTools } from "./verify_tools.ts";

export interface ReportsOptions {
  /** folder that holds `notebooks/`; the reports go into its `.plateau/reports` */
  readonly project: string;
  /** what trains; default auto */
  readonly engine?: string;
  /** only notebooks whose file's name has these words; default all */
  readonly words?: readonly string[];
  readonly say?: (line: string) => void;
}

/**
 * Exports and verifies every notebook, one line each: file, size, seconds, verdict.
 * @returns how many are not `same bytes`
 * @example
 * ```ts ignore
 * const wrong = await makeReports({ project: Deno.cwd(), engine: "wasm" });
 * ```
 */
export async function makeReports(
  { project, engine = "auto", words = [], say = console.log }: ReportsOptions,
): Promise<number> {
  const folder = `${project}/.plateau/reports`;
  await Deno.mkdir(folder, { recursive: true });
  const assets = createAssets(`${project}/.plateau/assets.json`);
  const tools = verifyTools(project);
  const { name, settings } = await tools.findEngine(asEngineChoice(engine));
  const madeAndChecked = async (notebook: string, path: string): Promise<string> => {
    const { html, failed } = await exportReport({ file: notebook, project, engine: name, settings, assets });
    atomicWrite(path, new TextEncoder().encode(html));
    if (failed.length > 0) return `a cell failed: ${failed.join("; ")}`;
    return (await verifyReport(html, tools)).line;
  };
  let wrong = 0;
  for (const notebook of await notebooksOf(project, words)) {
    const began = performance.now(), path = `${folder}/${basename(notebook, ".ts")}.html`;
    const line = await madeAndChecked(notebook, path).catch((error) => `failed: ${(error as Error).message}`);
    if (line !== "same bytes") wrong++;
    const seconds = Math.round((performance.now() - began) / 1000);
    const { size } = await Deno.stat(path).catch(() => ({ size: 0 }));
    say(`${basename(notebook)}  ${sizeText(size)}, ${goalText(size)}  ${seconds} s  ${line}`);
  }
  return wrong;
}

async function notebooksOf(project: string, words: readonly string[]): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(`${project}/notebooks`));
  return entries.map(({ name }) => name)
    .filter((name) => name.endsWith(".ts") && words.every((word) => name.includes(word)))
    .sort().map((name) => `${project}/notebooks/${name}`);
}

const HELP = `deno task reports [words …] [--engine auto|tensorflow|xla:cpu|xla:cuda|xla:rocm|wasm|cpu]

  makes the report of every notebook here into .plateau/reports, and checks each: one line with its size, how long both
  took, and the verdict; with words only of notebooks whose names have them

exit codes
  0  each is the same bytes
  1  one is not, or could not be made
  2  used wrongly`;

/** What was typed. @throws Misuse in one line */
function asked(args: readonly string[]): { help: boolean; engine?: string; words: string[] } {
  const known = { engine: { type: "string" }, help: { type: "boolean", default: false } } as const;
  const unknown = args.find((word) => word.startsWith("-") && !/^--(engine|help)(=|$)/.test(word));
  if (unknown !== undefined) throw new Misuse(`unknown option: ${unknown} (has --engine, --help)`);
  const { values: { help, engine }, positionals } = asMisuse(() =>
    parseArgs({ args: [...args], options: known, allowPositionals: true })
  );
  if (engine !== undefined) asMisuse(() => asEngineChoice(engine));
  return { help: help === true, engine, words: positionals };
}

if (import.meta.main) {
  const project = fileURLToPath(new URL("../../", import.meta.url)).replace(/[\\/]$/, "");
  try {
    const { help, engine, words } = asked(Deno.args);
    if (help) console.log(HELP);
    else {
      if ((await notebooksOf(project, words)).length === 0) {
        throw new Misuse(`no notebook here has in its name: ${words.join(" ")}`);
      }
      const wrong = await makeReports({ project, engine, words });
      await (await import("esbuild")).stop(); // one that outlives its parent cries before it dies
      Deno.exit(wrong > 0 ? 1 : 0);
    }
  } catch (error) {
    console.error((error as Error).message.split("\n")[0]);
    Deno.exit(error instanceof Misuse ? 2 : 1);
  }
}
