/** From the file to what kernel and pages run: parsed, compiled, written where the kernel can read it. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Notebook } from "./notebook.ts";
import { pageNotebook } from "./session_page.ts";
import type { PageNotebook } from "./wire.ts";

/** The steps from text to modules; a parameter, so that a session can be tested with programs written by hand. */
export interface Compiler {
  load(url: string): Promise<Notebook>;
  program(notebook: Notebook, side: "server" | "browser" | "script"): string;
  /** the module of a side's imports; `extra`: source of further exports */
  vendor(notebook: Notebook, side: "server" | "browser" | "script", extra?: string): Promise<string>;
  /** addresses of the notebook's own modules, which are watched; default none */
  modules?(notebook: Notebook): Iterable<string>;
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
}

/** Addresses of the two modules a kernel imports. */
export interface KernelModules {
  readonly code: string;
  readonly vendor: string;
  /** whether what is imported brings the engine along */
  readonly engine: boolean;
}

/** Compiles both sides and writes the server's into `folder`, where older ones are removed. */
export async function buildNotebook(
  compiler: Compiler,
  notebook: Notebook,
  edited: number,
  folder: string,
  extra?: string,
): Promise<Build> {
  const [kernel, vendorText] = await Promise.all([
    writeModules(compiler, notebook, "server", folder),
    compiler.vendor(notebook, "browser", extra),
  ]);
  const codeText = compiler.program(notebook, "browser");
  const code = hashed("code", codeText, "js");
  const vendor = hashed("vendor", vendorText, "js");
  return {
    notebook,
    page: pageNotebook(notebook, edited),
    assets: new Map([[code, codeText], [vendor, vendorText]]),
    code,
    vendor,
    kernel,
  };
}

/** Writes the two modules of a side, named by their content, and removes those that were written before. */
export async function writeModules(
  compiler: Compiler,
  notebook: Notebook,
  side: "server" | "script",
  folder: string,
): Promise<KernelModules> {
  const vendorText = await compiler.vendor(notebook, side);
  const codeText = compiler.program(notebook, side);
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
