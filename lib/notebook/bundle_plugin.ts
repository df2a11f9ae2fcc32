import { isAbsolute, relative, sep } from "node:path";
import { readFile, realpath } from "node:fs/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type OnResolveArgs, type OnResolveResult, type Plugin, type PluginBuild, transform } from "esbuild";
import { askedModule } from "./bundle_asked.ts";
import type { ProgramSide } from "./compile.ts";
import type { ModuleGraph } from "./modules_reach.ts";
import { OWN_LIBRARY, OWN_ROOT } from "./modules_project.ts";

/** Where the modules live that stand in for others in the page; a path is the `Asking` as JSON. */
export const ASKED_NAMESPACE = "asked";

/** Scheme of the imports that the page is to resolve. */
export const LENT = "lent";

/** What names the source map of a module, in a comment. */
const MAP = "sourceMappingURL";

/** Set on a resolution that the plugin itself asked for, so that it does not answer again. */
const ASKED = Symbol("asked");

/**
 * Resolves as Deno does, by the project's import map, and refuses files outside of the project. In the page everything
 * is bundled; on the server this library and packages stay outside, where Deno finds them.
 *
 * @param from the notebook's address: what the entry's own imports are relative to
 * @param lent packages that the page lends to this library's own files; default none
 */
export function denoResolution(
  side: ProgramSide,
  from: string,
  modules: ModuleGraph,
  lent: readonly string[] = [],
): Plugin {
  return {
    name: "deno-resolution",
    setup(build) {
      build.onResolve({ filter: /.*/ }, (request) => {
        if (request.pluginData === ASKED || request.kind === "entry-point") return undefined;
        if (/[\\/]node_modules[\\/]/.test(request.importer)) return undefined;
        if (lent.includes(request.path) && isOwn(request)) {
          return { path: `${LENT}:${request.path}`, external: true, sideEffects: false };
        }
        return resolveImport({ side, from, modules, build }, request);
      });
      build.onLoad({ filter: /.*/, namespace: ASKED_NAMESPACE }, ({ path }) => ({
        contents: askedModule(JSON.parse(path), modules)!,
        loader: "js",
      }));
      if (side === "browser") return; // no maps are made there, and none is read
      build.onLoad({ filter: /\.[mc]?[jt]sx?$/ }, ({ path }) => asItself(path));
      build.onLoad({ filter: /\.css$/ }, ({ path }) => withoutMap(path));
    },
  };
}

interface Context {
  readonly side: ProgramSide;
  readonly from: string;
  readonly modules: ModuleGraph;
  readonly build: PluginBuild;
}

async function resolveImport(
  { side, from, modules, build }: Context,
  request: OnResolveArgs,
): Promise<OnResolveResult> {
  const importer = addressOf(request, from);
  const target = modules.resolve(request.path, importer);
  if (target.kind === "unknown") return fails(target.message);
  if (side === "browser" && request.kind === "import-statement" && isOthers(request)) {
    const asking = { from: importer, specifier: request.path };
    if (askedModule(asking, modules) !== undefined) {
      return { path: JSON.stringify(asking), namespace: ASKED_NAMESPACE, sideEffects: false };
    }
  }
  if (target.kind === "file") return await resolveFile(target.url, side, modules.project(from).root);
  const name = target.kind === "package"
    ? target.target
    : target.kind === "builtin"
    ? target.name
    : target.url;
  if (side !== "browser") return { path: name, external: true };
  if (target.kind !== "package") return fails(`${name} cannot run in the browser`);
  const resolveDir = fileURLToPath(modules.project(importer).root);
  const found = await build.resolve(target.path, { resolveDir, kind: request.kind, pluginData: ASKED });
  if (found.errors.length > 0) return fails(`missing package: ${target.name} is not installed: deno install`);
  return found;
}

/** What the imports of a module are relative to. */
function addressOf({ importer, namespace }: OnResolveArgs, entry: string): string {
  if (namespace === ASKED_NAMESPACE) return JSON.parse(importer).from;
  return isAbsolute(importer) ? pathToFileURL(importer).href : entry;
}

/** A file that is not of this library, whose own files import what can go where they go. */
const isOthers = (request: OnResolveArgs): boolean => isFile(request) && !isOwn(request);

const isOwn = (request: OnResolveArgs): boolean =>
  isFile(request) && pathToFileURL(request.importer).href.startsWith(OWN_LIBRARY);

const isFile = ({ importer, namespace }: OnResolveArgs): boolean =>
  namespace === "file" && isAbsolute(importer);

async function resolveFile(url: string, side: ProgramSide, root: string): Promise<OnResolveResult> {
  if (side !== "browser" && url.startsWith(OWN_LIBRARY)) return { path: url, external: true };
  const path = fileURLToPath(url);
  let real: string;
  try {
    real = await realpath(path);
  } catch {
    return fails(`missing file: ${path}`);
  }
  for (const allowed of [root, OWN_ROOT]) {
    if (!isInside(await realpath(fileURLToPath(allowed)), real)) continue;
    return { path: real, sideEffects: url.startsWith(OWN_LIBRARY) ? false : undefined };
  }
  return fails(`outside the project: ${real} (a notebook imports from its own project)`);
}

/** Compared by component: `/data-secret` is not inside `/data`. */
export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return !isAbsolute(way) && way.split(sep)[0] !== "..";
}

const fails = (text: string): OnResolveResult => ({ errors: [{ text }] });

/**
 * A bundled module asks `import.meta` where it is: it is told where its file is, not where the bundle is. And where it
 * names a source map, that is not opened: it may lie anywhere, and the bundler reads with more rights than a notebook.
 */
async function asItself(path: string) {
  const text = await readFile(path, "utf8");
  if (!text.includes("import.meta") && !text.includes(MAP)) return undefined;
  const url = pathToFileURL(path);
  const loader = /\.[mc]?ts$/.test(path) ? "ts" : path.endsWith(".tsx") ? "tsx" : "jsx";
  const { code } = await transform(text, {
    loader,
    sourcemap: "inline",
    sourcefile: path,
    define: {
      "import.meta.url": JSON.stringify(url.href),
      "import.meta.filename": JSON.stringify(path),
      "import.meta.dirname": JSON.stringify(fileURLToPath(new URL(".", url)).replace(/[\\/]$/, "")),
      "import.meta.main": "false",
    },
  });
  return { contents: code, loader: "js" as const };
}

const withoutMap = async (path: string) => ({
  contents: (await readFile(path, "utf8")).replaceAll(MAP, "source map: "),
  loader: "css" as const,
});
