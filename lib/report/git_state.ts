/** Which commit a project stands at, and whether it is as committed. */
import { resolve } from "node:path";
import { gitCommit } from "./git_commit.ts";
import type { Manifest } from "./manifest.ts";

/**
 * The commit of the work tree that a folder is in, and whether what makes the report differs from it: a file that git
 * follows, or one of `files` that it does not follow. That last is null, not known, where this process may not run git.
 * Null outside of a work tree and before its first commit; `unknown` where that cannot be told.
 *
 * @param files paths from the folder
 * @example
 * ```ts
 * import { gitState } from "./git_state.ts";
 * const git = await gitState(Deno.cwd(), ["notebooks/your_curves.ts"]); // { commit: "4f1c9e2…", dirty: false }
 * ```
 */
export async function gitState(folder: string, files: readonly string[]): Promise<Manifest["git"]> {
  const found = gitCommit(folder);
  if (found === "none") return null;
  const commit = found === "unknown" ? await toldCommit(folder) : found.commit;
  return commit === null ? "unknown" : { commit, dirty: await isDirty(folder, files) };
}

/** As git says it, which reads what is in no plain file. */
async function toldCommit(folder: string): Promise<string | null> {
  const commit = (await git(folder, ["rev-parse", "--verify", "HEAD"]))?.text.trim() ?? "";
  return /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(commit) ? commit : null;
}

async function isDirty(folder: string, files: readonly string[]): Promise<boolean | null> {
  const changed = await git(folder, ["status", "--porcelain", "--untracked-files=no"]);
  if (changed?.code !== 0) return null;
  const followed = await git(folder, ["ls-files", "--error-unmatch", "--", ...files]);
  return changed.text !== "" || followed?.code !== 0;
}

/** What git says; null where it cannot be run. */
async function git(
  folder: string,
  args: readonly string[],
): Promise<{ readonly code: number; readonly text: string } | null> {
  try {
    const { code, stdout } = await new Deno.Command("git", {
      args: ["-C", resolve(folder), ...args],
      stdin: "null",
      stdout: "piped",
      stderr: "null",
    }).output();
    return { code, text: new TextDecoder().decode(stdout) };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotCapable) return null;
    throw error;
  }
}
