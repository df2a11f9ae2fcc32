/** Routes over the store: what it refuses, and that it cannot be read, is told in its own words. */
import type { Context } from "hono";
import { StorageFault } from "../../lib/checkpoints/storage_fault.ts";
import { DamagedStore, ReadOnlyStore, RunBeingWritten, UnknownRun } from "../../lib/store/store_fault.ts";
import { UnknownStudy } from "../../lib/store/study_fault.ts";
import { roleOf } from "../caller.ts";
import { line } from "./route.ts";

/** What the store refuses, in its own words: another process may have been first. Null for what no store says. */
function refused(error: unknown): Response | null {
  if (error instanceof UnknownRun || error instanceof UnknownStudy) return line(404, error.message);
  if (error instanceof RunBeingWritten) return line(409, error.message);
  const broken = [DamagedStore, ReadOnlyStore, StorageFault].some((fault) => error instanceof fault);
  return broken ? line(503, (error as Error).message) : null;
}

type Handle = (c: Context) => Promise<Response>;

/**
 * A store that cannot be read is no fault of the server: the reader is told which and why.
 * @param open rejects with one line when it cannot be opened
 * @example
 * ```ts ignore
 * const handled = onStore(() => store());
 * ```
 */
export const onStore = (open: () => Promise<unknown>) => (handle: Handle): Handle => async (c) => {
  const said = (error: Error) => roleOf(c) === "owner" ? error.message : "the runs cannot be read";
  try {
    await open();
  } catch (error) {
    return line(503, said(error as Error));
  }
  try {
    return await handle(c);
  } catch (error) {
    const answer = refused(error);
    if (answer === null) throw error;
    return answer.status === 503 ? line(503, said(error as Error)) : answer;
  }
};
