/** The commit that a work tree stands at, read from git's own files: no program is run, so that a server may ask too. */
import { readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/** Names that lead to names, at most. */
const DEEPEST = 5;

/**
 * The commit of the work tree that a folder is in: `none` where it is in no work tree, or in one without a commit;
 * `unknown` where that cannot be read.
 *
 * @example
 * ```ts
 * import { gitCommit } from "./git_commit.ts";
 * gitCommit(Deno.cwd()); // { commit: "4f1c9e2…" }
 * ```
 */
export function gitCommit(folder: string): { readonly commit: string } | "none" | "unknown" {
  try {
    const own = gitFolder(resolve(folder));
    if (own === null) return "none";
    const shared = textOf(join(own, "commondir")), common = shared === null ? own : resolve(own, shared);
    return commitOf("HEAD", [own, common], DEEPEST);
  } catch (error) {
    // what lies there may not be read: it may be in a folder above those that this process was given
    if (error instanceof Deno.errors.NotCapable || isDenied(error)) return "unknown";
    throw error;
  }
}

/** Where git keeps what belongs to a work tree; a linked one and a submodule have a file that says where. */
function gitFolder(from: string): string | null {
  for (let folder = from;; folder = dirname(folder)) {
    const git = join(folder, ".git"), stat = statSync(git, { throwIfNoEntry: false });
    if (stat?.isDirectory()) return git;
    const [, to] = /^gitdir: (.+)$/.exec(stat?.isFile() ? textOf(git)! : "") ?? [];
    if (to !== undefined) return resolve(folder, to);
    if (folder === dirname(folder)) return null;
  }
}

/** Of a work tree's own folder and the one that it shares with others. */
function commitOf(
  name: string,
  folders: readonly string[],
  deeper: number,
): ReturnType<typeof gitCommit> {
  const text = folders.map((folder) => textOf(join(folder, name))).find((each) => each !== null) ??
    packed(folders.at(-1)!, name);
  if (text === undefined) return isReftable(folders.at(-1)!) || name === "HEAD" ? "unknown" : "none";
  if (/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(text)) return { commit: text };
  const [, to] = /^ref: (refs\/[^\0]+)$/.exec(text) ?? [];
  const leads = to !== undefined && deeper > 0 && !to.split("/").includes("..");
  return leads ? commitOf(to, folders, deeper - 1) : "unknown";
}

/** Names that git has put into one file. */
function packed(common: string, name: string): string | undefined {
  const lines = textOf(join(common, "packed-refs"))?.split("\n") ?? [];
  return lines.find((line) => line.endsWith(` ${name}`) && !line.startsWith("#"))?.split(" ")[0];
}

/** Its names lie in files of another format. */
const isReftable = (common: string): boolean =>
  statSync(join(common, "reftable"), { throwIfNoEntry: false }) !== undefined;

/** Text of a small file, without its line end; null where there is none. */
function textOf(path: string): string | null {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat?.isFile() ? readFileSync(path, "utf8").trimEnd() : null;
}

const isDenied = (error: unknown): boolean =>
  ["EACCES", "EPERM", "ENOTCAPABLE"].includes((error as { code?: string }).code ?? "");
