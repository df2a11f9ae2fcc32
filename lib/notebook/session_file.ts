/** The notebook's file as it is now: when it was saved, or in one line why it cannot be read. */
import { open, stat } from "node:fs/promises";
import { basename } from "node:path";

/** A notebook that was moved, replaced or locked away while it was open. */
export class NotebookGone extends Error {
  override readonly name = "NotebookGone";
  constructor(
    readonly path: string,
    readonly fault: "missing file" | "not a file" | "unreadable file",
    why: string,
  ) {
    super(`${fault}: ${basename(path)}${why}`);
  }
}

/**
 * When a notebook was last saved, in milliseconds since 1970.
 *
 * @throws NotebookGone
 * @example
 * ```ts ignore
 * import { savedAt } from "./session_file.ts";
 * new Date(await savedAt("notebooks/rates.ts"));
 * ```
 */
export async function savedAt(path: string): Promise<number> {
  try {
    const file = await stat(path);
    if (file.isDirectory()) throw new NotebookGone(path, "not a file", "; a folder has its name");
    await (await open(path, "r")).close();
    return file.mtimeMs;
  } catch (error) {
    if (error instanceof NotebookGone) throw error;
    const { code } = error as { code?: string };
    if (code === "ENOENT" || code === "ENOTDIR") {
      throw new NotebookGone(path, "missing file", "; put it back, or close this page");
    }
    throw new NotebookGone(
      path,
      "unreadable file",
      code === "EACCES" ? " (permission denied)" : ` (${code})`,
    );
  }
}
