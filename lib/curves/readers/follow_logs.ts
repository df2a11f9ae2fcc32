/** Logs that are watched while they grow. */
import type { LoggedRun } from "../logged.ts";
import { OpenLogs, type ReadOptions } from "./open_logs.ts";

export interface FollowOptions extends ReadOptions {
  /** milliseconds between two looks, more where a look takes longer; default 250 */
  readonly every?: number;
}

/**
 * The runs under a path, and again each time that a file of them has grown, or that one came or went. A run that did not
 * change is the same object as before. Files that only grow are read on where reading ended; one that shrank, or that
 * begins with something else than before, is read anew. A path that is gone for a moment leaves all as it was.
 *
 * @param path a file or a folder, which may be empty still
 * @param options as for `readLogs`; it ends when `signal` aborts
 * @throws RangeError for an option that does not exist; what opening the path throws the first time
 *
 * @example
 * ```ts ignore
 * for await (const runs of followLogs("lightning_logs", { signal })) draw(runs);
 * ```
 */
export async function* followLogs(path: string, options: FollowOptions = {}): AsyncGenerator<LoggedRun[]> {
  const { every = 250, signal, ...rest } = options;
  if (!(every >= 1 && every <= 3_600_000)) {
    throw new RangeError(`invalid every: ${every} (milliseconds, at least 1)`);
  }
  const open = new OpenLogs(path, { ...rest, signal });
  let before: readonly LoggedRun[] | null = null;
  while (!signal?.aborted) {
    const began = performance.now();
    try {
      const { runs } = await open.read(), known: readonly LoggedRun[] | null = before;
      before = runs;
      const same = known?.length === runs.length && runs.every((run, i) => run === known[i]);
      if (!same) yield [...runs];
    } catch (error) {
      if (signal?.aborted) return;
      if (before === null) throw error;
    }
    // a look that takes long is not followed by another at once
    await pause(Math.max(every, performance.now() - began), signal);
  }
}

function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal?.addEventListener("abort", end);
    if (signal?.aborted) end();
  });
}
