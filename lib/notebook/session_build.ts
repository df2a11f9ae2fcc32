/** From the file to what kernel and pages run: parsed, compiled, written where the kernel can read it. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Bundle } from "./bundle.ts";
import type { ProgramSide } from "./compile.ts";
import type { Diagnostic, Notebook } from "./notebook.ts";
import { pageNotebook } from "./session_page.ts";
import type { PageNotebook } from "./wire.ts";

/** The steps from text to modules; a parameter, so that a session can be tested with imports bundled by hand. */
export interface Compiler {
  load(url: string): Promise<Notebook>;
  program(notebook: Notebook, side: ProgramSide): string;
  /** the module of a side's imports; `extra`: source of further exports; `lent`: packages that it takes from the page */
  bundle(notebook: Notebook, side: ProgramSide, extra?: string, lent?: readonly string[]): Promise<Bundle>;
  /** ends what the compiler keeps running */
  stop(): Promise<void>;
}

/** The compiler of notebooks, loaded when first needed: it brings the bundler along. */
export async function notebookCompiler(): Promise<Compiler> {
  const { compiler } = await import("./session_compiler.ts");
  return compiler;
}

/** A notebook ready to run. */
export interface Build {
  readonly notebook: Notebook;
  readonly page: PageNotebook;
  /** text of the browser's modules by hashed name */
  readonly assets: ReadonlyMap<string, string>;
  /** names of the browser's two modules */
  readonly code: string;
  readonly vendor: string;
  readonly kernel: KernelModules;
  /** addresses of the bundled files */
  readonly files: readonly string[];
}

/** Addresses of the two modules a kernel imports. */
export interface KernelModules {
  readonly code: string;
  readonly vendor: string;
  /** whether what is imported brings the engine along */
  readonly engine: boolean;
}

/**
 * Compiles both sides and writes the server's into `folder`, where older ones are removed. What cannot be bundled
 * joins the notebook's diagnostics, and the cells concerned are left out.
 */
export async function buildNotebook(
  compiler: Compiler,
  parsed: Notebook,
  edited: number,
  folder: string,
  extra?: string,
): Promise<Build> {
  const [server, browser] = await Promise.all([
    compiler.bundle(parsed, "server"),
    compiler.bundle(parsed, "browser", extra),
  ]);
  const notebook = withDiagnostics(parsed, [...server.diagnostics, ...browser.diagnostics]);
  const codeText = compiler.program(notebook, "browser");
  const code = hashed("code", codeText, "js");
  const vendor = hashed("vendor", browser.text, "js");
  return {
    notebook,
    page: pageNotebook(notebook, edited),
    assets: new Map([[code, codeText], [vendor, browser.text]]),
    code,
    vendor,
    kernel: await writeModules(compiler.program(notebook, "server"), server.text, "server", folder),
    files: [...new Set([...server.files, ...browser.files])],
  };
}

/** Compiles a notebook as a script. */
export async function buildScript(compiler: Compiler, parsed: Notebook, folder: string) {
  const { text, diagnostics } = await compiler.bundle(parsed, "script");
  const notebook = withDiagnostics(parsed, diagnostics);
  return {
    notebook,
    kernel: await writeModules(compiler.program(notebook, "script"), text, "script", folder),
  };
}

/** Each once: both sides may find the same. */
function withDiagnostics(notebook: Notebook, found: readonly Diagnostic[]): Notebook {
  const all = [...notebook.diagnostics, ...found];
  const diagnostics = [
    ...new Map(all.map((each) => [`${each.line}:${each.column} ${each.message}`, each])).values(),
  ];
  return { ...notebook, diagnostics };
}

/** Writes the two modules of a side, named by their content, and removes those that were written before. */
async function writeModules(
  codeText: string,
  vendorText: string,
  side: "server" | "script",
  folder: string,
): Promise<KernelModules> {
  const code = hashed("code", codeText, `${side}.js`);
  const vendor = hashed("vendor", vendorText, `${side}.js`);
  await Deno.mkdir(folder, { recursive: true });
  for await (const { name } of Deno.readDir(folder)) {
    if (name.endsWith(`.${side}.js`) && name !== code && name !== vendor) {
      await Deno.remove(join(folder, name));
    }
  }
  await Deno.writeTextFile(join(folder, code), codeText);
  await Deno.writeTextFile(join(folder, vendor), vendorText);
  const address = (name: string) => pathToFileURL(join(folder, name)).href;
  return { code: address(code), vendor: address(vendor), engine: bringsEngine(vendorText) };
}

/** The library's main module brings the engine's code along; a module of a notebook without imports does not. */
const bringsEngine = (vendor: string): boolean =>
  /["'](plateau|[^"'\n]*\/lib\/(mod|training\/[\w]+|engine\/[\w]+)\.ts)["']/.test(vendor);

function hashed(kind: string, text: string, ending: string): string {
  return `${kind}.${createHash("sha256").update(text).digest("hex").slice(0, 16)}.${ending}`;
}
