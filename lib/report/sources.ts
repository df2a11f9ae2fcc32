/** What a notebook is made of, as a report carries it: its text and its modules', and what its cells read. */
import { relative, resolve, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { z } from "zod";
import { fileModuleGraph, loadNotebook } from "../notebook/load.ts";
import { OWN_LIBRARY } from "../notebook/modules_project.ts";
import { moduleFiles } from "./module_files.ts";
import type { DataFile, ListedFolder, SourceFile } from "./manifest.ts";
import { type ReadFiles, readFound } from "./read_files.ts";
import { hashOf } from "./seal.ts";
import { DamagedReport } from "./sections.ts";
import { pathsFault } from "./source_paths.ts";

export interface SourcesOptions {
  /** path of the notebook, absolute or from the working folder */
  readonly file: string;
  /** folder from which the paths count that cells read */
  readonly project: string;
  /** what cells read; default nothing */
  readonly reads?: ReadFiles;
}

/** As the manifest lists them, and their content. */
export interface Sources {
  /** path of the notebook, as all from the folder of its project, with slashes */
  readonly notebook: string;
  readonly sources: readonly SourceFile[];
  readonly data: readonly DataFile[];
  readonly folders: readonly ListedFolder[];
  /** why not every file that was read is among them; undefined: all are */
  readonly unfollowed: string | undefined;
  readonly contents: SourceContents;
}

/** What lies in the file's part `sources`. */
export interface SourceContents {
  /** text by path */
  readonly texts: Readonly<Record<string, string>>;
  /** base64 by path */
  readonly data: Readonly<Record<string, string>>;
}

/** Bytes of one data file, and of all, that a report carries. */
const ONE = 5e6, ALL = 20e6;

/**
 * Gathers them from the disk as they are now.
 *
 * @throws {Error} `missing file: …`, `not UTF-8: …`, or a path that no report can carry
 * @example
 * ```ts
 * import { collectSources } from "./sources.ts";
 * const { sources } = await collectSources({ file: "notebooks/your_curves.ts", project: Deno.cwd() });
 * sources[0]; // { path: "notebooks/your_curves.ts", bytes: 5210, sha256: "9a0f…" }
 * ```
 */
export async function collectSources(options: SourcesOptions): Promise<Sources> {
  const file = resolve(options.file), url = pathToFileURL(file).href;
  await loadNotebook(url); // looks at the files anew
  const graph = fileModuleGraph(), { root, config } = graph.project(url);
  const named = placesIn([options.project, fileURLToPath(root)]);
  const modules = moduleFiles(url, graph).filter((each) => !each.startsWith(OWN_LIBRARY)).map((each) =>
    fileURLToPath(each)
  );
  const settings = config === undefined
    ? []
    : [fileURLToPath(config), fileURLToPath(new URL("deno.lock", root))];
  const paths = [...new Set([...modules, ...settings.filter(isFile)])];
  const texts: Record<string, string> = {};
  for (const path of paths) texts[named(path) ?? outside(path)] = await textOf(path);
  const fault = pathsFault(Object.keys(texts));
  if (fault !== null) throw new Error(`cannot put a file in a report: ${fault}`);
  const { data, folders, contents, unfollowed } = await readFound(
    options.reads ?? { paths: [], whole: true },
    {
      named,
      taken: new Set(Object.keys(texts)),
      one: ONE,
      all: ALL,
    },
  );
  const sources = Object.entries(texts).map(([path, text]) => {
    const bytes = new TextEncoder().encode(text);
    return { path, bytes: bytes.length, sha256: hashOf(bytes) };
  });
  return {
    notebook: named(file)!,
    sources,
    data,
    folders,
    unfollowed,
    contents: { texts, data: contents },
  };
}

/** The bytes of the part `sources`. */
export const packSources = (contents: SourceContents): Uint8Array<ArrayBuffer> =>
  new TextEncoder().encode(JSON.stringify(contents));

const contentsSchema = z.object({
  texts: z.record(z.string(), z.string()),
  data: z.record(z.string(), z.base64()),
});

/**
 * What the part `sources` holds.
 * @throws DamagedReport for what is none
 */
export function readSources(bytes: Uint8Array): SourceContents {
  try {
    return contentsSchema.parse(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)));
  } catch {
    throw new DamagedReport("sources", "it is not what is written there");
  }
}

/** A file of a report as bytes; undefined where it is not in it. */
export function contentOf(contents: SourceContents, path: string): Uint8Array<ArrayBuffer> | undefined {
  if (Object.hasOwn(contents.texts, path)) return new TextEncoder().encode(contents.texts[path]);
  return Object.hasOwn(contents.data, path) ? Uint8Array.fromBase64(contents.data[path]) : undefined;
}

/** The way to a file from the first of these folders that it is in, with slashes; undefined when it is in none. */
function placesIn(folders: readonly string[]): (path: string) => string | undefined {
  const wholes = folders.map((folder) => resolve(folder));
  return (path) => {
    const ways = wholes.map((folder) => relative(folder, path).split(sep));
    return ways.find(([first]) => first !== "" && first !== ".." && !first.includes(":"))?.join("/");
  };
}

function outside(path: string): never {
  throw new Error(`outside the project: ${path} (a report carries the modules of one project)`);
}

/** As it stands in the file, a byte order mark included, so that it is written again as it was. */
async function textOf(path: string): Promise<string> {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(await Deno.readFile(path));
  } catch (error) {
    throw error instanceof TypeError ? new Error(`not UTF-8: ${path}`) : error;
  }
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
