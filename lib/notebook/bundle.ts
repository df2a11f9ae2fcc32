import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type BuildContext, type BuildFailure, context, type Message, stop } from "esbuild";
import { type EntryImport, entryImports } from "./bundle_entry.ts";
import { askedModule } from "./bundle_asked.ts";
import { ASKED_NAMESPACE, denoResolution } from "./bundle_plugin.ts";
import type { ProgramSide } from "./compile.ts";
import { fileModuleGraph } from "./load.ts";
import type { ModuleGraph } from "./modules_reach.ts";
import type { Diagnostic, Notebook } from "./notebook.ts";

export interface Bundle {
  /** the module: one export for each local name that the side's cells import, and what `extra` exports */
  readonly text: string;
  /** imports that could not be bundled, at their line of the notebook; they are left out of the text */
  readonly diagnostics: readonly Diagnostic[];
  /** addresses of the bundled files outside of packages: watch them */
  readonly files: readonly string[];
}

/**
 * Bundles what the cells of a side import. For the page everything goes in; for the server (and a script) the user's
 * own modules go in, and this library and packages stay outside. Nothing is built again while the imports and the text
 * of every local module stay what they were.
 *
 * @param extra source of further exports, as `export { start } from "file:///…/page.ts"`
 * @param lent packages that whoever runs the module lends to this library's own files: their imports stay in its text,
 *   as of `lent:package`
 * @throws {Error} when `extra` itself cannot be bundled
 *
 * @example
 * ```ts
 * import { bundle, stopBundler } from "./bundle.ts";
 * import { loadNotebook } from "./load.ts";
 * const notebook = await loadNotebook(new URL("../../notebooks/epochs_steps_plateau.ts", import.meta.url).href);
 * const { text, files } = await bundle(notebook, "browser");
 * await stopBundler();
 * ```
 */
export function bundle(
  notebook: Notebook,
  side: ProgramSide,
  extra = "",
  lent: readonly string[] = [],
): Promise<Bundle> {
  const key = [side, ...lent, notebook.url].join(" ");
  const slot = slots.get(key) ?? { last: Promise.resolve() };
  slots.set(key, slot);
  const next = slot.last.then(() => build(slot, notebook, { side, extra, lent }));
  slot.last = next.catch(() => {});
  return next;
}

/** The text of `bundle`. */
export async function vendor(notebook: Notebook, side: ProgramSide, extra = ""): Promise<string> {
  return (await bundle(notebook, side, extra)).text;
}

/** Ends esbuild's process and forgets every bundle. */
export async function stopBundler(): Promise<void> {
  const ending = [...slots.values()];
  slots.clear();
  await Promise.all(ending.map((slot) => slot.last));
  await Promise.all(ending.map((slot) => slot.context?.dispose()));
  await stop();
}

/** One for each notebook and side: builds follow each other, and a context is kept while the entry stays the same. */
interface Slot {
  last: Promise<unknown>;
  entry?: string;
  context?: BuildContext<{ metafile: true; write: false }>;
  done?: Read & { readonly stamps: string };
}

/** What a bundle was made of: its files, and the modules that stand in for others, as JSON of their `Asking`. */
interface Read {
  readonly bundle: Bundle;
  readonly asked: readonly string[];
}

const slots = new Map<string, Slot>();

interface Asked {
  readonly side: ProgramSide;
  readonly extra: string;
  readonly lent: readonly string[];
}

async function build(slot: Slot, notebook: Notebook, { side, extra, lent }: Asked): Promise<Bundle> {
  const modules = fileModuleGraph();
  const root = fileURLToPath(modules.project(notebook.url).root);
  let imports = entryImports(notebook, side, modules);
  const diagnostics: Diagnostic[] = [];
  const first = entryText(imports, extra);
  if (slot.done && slot.entry === first && slot.done.stamps === stamps(slot.done, modules)) {
    return slot.done.bundle;
  }
  for (;;) {
    try {
      const { text, files, asked } = await rebuild(slot, entryText(imports, extra), {
        notebook,
        side,
        lent,
        modules,
        root,
      });
      const bundle = { text, files, diagnostics };
      const read = { bundle, asked };
      slot.done = diagnostics.length === 0 ? { ...read, stamps: stamps(read, modules) } : undefined;
      return bundle;
    } catch (error) {
      const messages = (error as BuildFailure).errors;
      if (!messages) throw error;
      const blamed = messages.flatMap((message) => blame(message, imports, notebook, root));
      if (blamed.length === 0) throw new Error(`cannot bundle: ${messages.map(worded).join("; ")}`);
      diagnostics.push(...blamed.map((each) => each.diagnostic));
      imports = imports.filter((each) => !blamed.some(({ entry }) => entry === each));
    }
  }
}

const entryText = (imports: readonly EntryImport[], extra: string): string =>
  [...imports.map((each) => each.source), extra, "export {};"].join("\n");

interface Subject {
  readonly notebook: Notebook;
  readonly side: ProgramSide;
  readonly lent: readonly string[];
  readonly modules: ModuleGraph;
  /** path of the project's folder */
  readonly root: string;
}

async function rebuild(
  slot: Slot,
  entry: string,
  { notebook, side, lent, modules, root }: Subject,
): Promise<{ text: string; files: string[]; asked: string[] }> {
  if (slot.entry !== entry || !slot.context) {
    const old = slot.context;
    slot.context = undefined;
    await old?.dispose();
    slot.entry = entry;
    slot.context = await context({
      stdin: { contents: entry, resolveDir: root, loader: "js" },
      bundle: true,
      write: false,
      metafile: true,
      format: "esm",
      target: "es2022",
      platform: side === "browser" ? "browser" : "neutral",
      define: side === "browser" ? { "process.env.NODE_ENV": '"production"' } : {},
      sourcemap: side === "browser" ? false : "inline",
      plugins: [denoResolution(side, notebook.url, modules, lent)],
      absWorkingDir: root,
      tsconfigRaw: "{}",
      logLevel: "silent",
    });
  }
  const result = await slot.context.rebuild();
  const inputs = Object.keys(result.metafile.inputs);
  const prefix = `${ASKED_NAMESPACE}:`;
  const asked = inputs.filter((input) => input.startsWith(prefix)).map((input) => input.slice(prefix.length));
  const files = inputs
    .filter((input) => !input.startsWith("<") && !input.startsWith(prefix))
    .filter((input) => !/(^|[\\/])node_modules[\\/]/.test(input))
    .map((input) => pathToFileURL(join(root, input)).href);
  return { text: result.outputFiles[0].text, files, asked };
}

const stamps = ({ bundle, asked }: Read, graph: ModuleGraph): string =>
  [
    ...bundle.files.map((file) => graph.modules.stamp(file)),
    ...asked.map((each) => askedModule(JSON.parse(each), graph)),
  ].join();

/** The imports that a message is about: the line of the entry, or whoever pulls in the file that it names. */
function blame(message: Message, imports: readonly EntryImport[], notebook: Notebook, root: string) {
  const { location } = message;
  const own = location?.file === "<stdin>" ? imports[location.line - 1] : undefined;
  const file = location && pathToFileURL(join(root, location.file)).href;
  const reaching = imports.filter((each) => file && each.files.includes(file));
  return (own ? [own] : reaching).map((entry) => {
    const { line, column, local } = entry.import;
    const cells = notebook.cells.filter((cell) => cell.imports.includes(local)).map((cell) => cell.id);
    const text = own ? message.text : worded(message);
    const diagnostic: Diagnostic = { level: "error", line, column, code: "bundle", message: text, cells };
    return { entry, diagnostic };
  });
}

const worded = ({ text, location }: Message): string =>
  location ? `${location.file}:${location.line}:${location.column + 1} ${text}` : text;
