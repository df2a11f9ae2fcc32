/** Which commit a project stands at. */
import { resolve } from "node:path";
import type { Manifest } from "./manifest.ts";

/**
 * The commit of the work tree that a folder is in, and whether what makes the report differs from it: a file that git
 * follows, or one of `files` that it does not follow. Null outside of a work tree, where there is no git, and where this
 * process may not run it.
 *
 * @param files paths from the folder
 * @example
 * ```ts
 * import { gitState } from "./git_state.ts";
 * const git = await gitState(Deno.cwd(), ["notebooks/your_curves.ts"]); // { commit: "4f1c9e2…", dirty: false }
 * ```
 */
export async function gitState(folder: string, files: readonly string[]): Promise<Manifest["git"]> {
  const commit = (await git(folder, ["rev-parse", "--verify", "HEAD"]))?.trim();
  if (commit === undefined || !/^[0-9a-f]{40,64}$/.test(commit)) return null;
  const changed = await git(folder, ["status", "--porcelain", "--untracked-files=no"]);
  const followed = await git(folder, ["ls-files", "--error-unmatch", "--", ...files]);
  return { commit, dirty: changed !== "" || followed === null };
}

/** What git says; null where it says that something is wrong. */
async function git(folder: string, args: readonly string[]): Promise<string | null> {
  try {
    const { code, stdout } = await new Deno.Command("git", {
      args: ["-C", resolve(folder), ...args],
      stdin: "null",
      stdout: "piped",
      stderr: "null",
    }).output();
    return code === 0 ? new TextDecoder().decode(stdout) : null;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotCapable) return null;
    throw error;
  }
}
