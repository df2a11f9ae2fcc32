/** Tells a file from one that lay at its place before. */
import { statSync } from "node:fs";

/**
 * Which file lies at a path; null when none does. Another text: another file.
 * @example
 * ```ts
 * const before = fileAt(".plateau/runs.sqlite");
 * const isSame = () => fileAt(".plateau/runs.sqlite") === before;
 * ```
 */
export function fileAt(path: string): string | null {
  const there = statSync(path, { throwIfNoEntry: false });
  return there ? `${there.dev} ${there.ino}` : null;
}
