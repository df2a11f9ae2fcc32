/** The files of a report in a folder of their own, as the notebook found them. */
import { copyFile, mkdir, open, symlink } from "node:fs/promises";
import { existsSync, statSync } from "node:fs";
import { basename, dirname, isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";
import { OWN_ROOT, projectOf } from "../notebook/modules_project.ts";
import { memoryModules } from "../notebook/modules.ts";
import { printable } from "../printable.ts";
import type { DataFile, Manifest } from "./manifest.ts";
import { fileHash } from "./read_files.ts";
import { DamagedReport } from "./sections.ts";
import { contentOf, type SourceContents } from "./sources.ts";
import { pathsFault } from "./source_paths.ts";

export interface PlaceOptions {
  /** folders in which data is looked for that the report does not carry, the first first; default none */
  readonly beside?: readonly string[];
}

/** Where they are now. */
export interface Placed {
  /** the notebook's path */
  readonly file: string;
  /** files outside of the project that it reads, each found as it was */
  readonly read: readonly string[];
}

/** A data file that a report does not carry and that is not here: `found` when one of its name is another. */
export class MissingData extends Error {
  override readonly name = "MissingData";
  constructor(readonly file: DataFile, readonly found: string | null) {
    const { path, bytes, sha256 } = file, shown = printable(path, 200);
    super(
      found === null
        ? `missing data: ${shown}, ${bytes} bytes, SHA-256 ${sha256.slice(0, 12)}… (${
          isAbsolute(path) ? "where the notebook reads it" : "beside the report, or --data folder"
        })`
        : `data ${shown} is another: ${printable(found, 200)} does not have its SHA-256 ${
          sha256.slice(0, 12)
        }…`,
    );
  }
}

/**
 * Writes them into an empty folder, and nothing outside of it.
 *
 * @throws DamagedReport for paths that would leave it, or that are one file twice; MissingData
 * @example
 * ```ts ignore
 * const { file } = await placeSources(await Deno.makeTempDir(), report, { beside: [dirname(path)] });
 * ```
 */
export async function placeSources(
  folder: string,
  { manifest, contents }: { readonly manifest: Manifest; readonly contents: SourceContents },
  { beside = [] }: PlaceOptions = {},
): Promise<Placed> {
  const outside = manifest.data.filter(({ path, inside }) => !inside && isAbsolute(path));
  const own = manifest.data.filter((file) => !outside.includes(file));
  checkPaths(manifest, own);
  for (const { path } of [...manifest.sources, ...own.filter(({ inside }) => inside)]) {
    await write(join(folder, path), contentOf(contents, path)!);
  }
  await writeConfig(folder, contents.texts["deno.json"] ?? contents.texts["deno.jsonc"] ?? "{}", contents);
  for (const file of own.filter(({ inside }) => !inside)) {
    const to = join(folder, file.path);
    await mkdir(dirname(to), { recursive: true });
    await copyFile(await foundIn(file, beside), to);
  }
  for (const listed of manifest.folders) await fill(folder, listed);
  const packages = fileURLToPath(new URL("node_modules", OWN_ROOT));
  if (existsSync(packages)) await symlink(packages, join(folder, "node_modules"), "dir");
  for (const file of outside) if (!await isThis(file, file.path)) throw new MissingData(file, null);
  return { file: join(folder, manifest.notebook), read: outside.map(({ path }) => path) };
}

function checkPaths({ notebook, sources, folders }: Manifest, data: readonly DataFile[]) {
  if (!sources.some(({ path }) => path === notebook)) {
    throw new DamagedReport(`source ${notebook}`, "it is missing");
  }
  const files = [...sources, ...data].map(({ path }) => path);
  const names = folders.flatMap(({ path, names }) => [`${path}/`, ...names.map((name) => `${path}/${name}`)]);
  const fault = pathsFault([...files, ...names.filter((name) => !files.includes(name))]);
  if (fault !== null) throw new DamagedReport("sources", fault);
}

async function write(path: string, content: Uint8Array) {
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, "wx"); // on a system that takes two names for one the second fails
  try {
    await file.writeFile(content);
  } finally {
    await file.close();
  }
}

/** The import map alone, an empty one too: no settings of folders above count. What of it leads to files that are not here led to this library, which is known by its name. */
async function writeConfig(folder: string, text: string, { texts }: SourceContents) {
  const root = "file:///project/", paths = Object.keys(texts).map((path) => new URL(path, root).href);
  const kept = Object.entries(importsIn(text, root)).filter(([, target]) => {
    const href = URL.parse(target, root)?.href;
    return href !== undefined && (!href.startsWith("file:") || paths.some((path) => path.startsWith(href)));
  });
  await Deno.remove(join(folder, "deno.jsonc")).catch(() => {});
  await Deno.writeTextFile(join(folder, "deno.json"), JSON.stringify({ imports: Object.fromEntries(kept) }));
}

function importsIn(text: string, root: string): Record<string, string> {
  try {
    return { ...projectOf(`${root}a.ts`, memoryModules({ [`${root}deno.jsonc`]: text })).imports };
  } catch {
    throw new DamagedReport("source deno.json", "it is not JSON");
  }
}

/** Files that were not read have their names alone, as one who lists the folder sees them. */
async function fill(folder: string, { path, names }: Manifest["folders"][number]) {
  for (const name of names) {
    const there = join(folder, path, name);
    if (name.endsWith("/")) await mkdir(there, { recursive: true });
    else if (!existsSync(there)) await write(there, new Uint8Array());
  }
  await mkdir(join(folder, path), { recursive: true });
}

async function foundIn(file: DataFile, folders: readonly string[]): Promise<string> {
  const places = folders.flatMap((folder) => [join(folder, file.path), join(folder, basename(file.path))]);
  for (const place of places) if (await isThis(file, place)) return place;
  throw new MissingData(
    file,
    places.find((place) => statSync(place, { throwIfNoEntry: false })?.isFile()) ?? null,
  );
}

/** Nothing is read of what is no file, or has another size. */
async function isThis({ bytes, sha256 }: DataFile, path: string): Promise<boolean> {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat !== undefined && stat.isFile() && stat.size === bytes && await fileHash(path) === sha256;
}
