/** What a worker does: trains trials, one after another, until none waits. */
import { setTimeout as delay } from "node:timers/promises";
import { StorageFault } from "../checkpoints/storage_fault.ts";
import { workOn, type Workplace } from "./work_on.ts";

/** Milliseconds between two tries to claim while the storage refuses. */
const WAIT = 2000;

/**
 * Claims the trials of a study, or of all, and trains each, until none waits or it is let go of.
 * @param study default all
 * @returns how many it ended
 * @throws as `workOn`; UnknownStudy
 * @example
 * ```ts ignore
 * const count = await work({ store, folder: ".plateau" }, "rates");
 * ```
 */
export async function work(place: Workplace, study: string | null = null): Promise<number> {
  const { store, signal, say = console.error } = place;
  let count = 0, isFaulty = false;
  while (!signal?.aborted) {
    try {
      const claim = await store.studies.claim(study);
      if (claim === null) break;
      isFaulty = false;
      if (await workOn(place, claim) === "ended") count++;
    } catch (error) {
      if (!(error instanceof StorageFault)) throw error;
      if (!isFaulty) say(`paused by a ${error.message}: tries again until it can be written`);
      isFaulty = true;
      await delay(WAIT, undefined, { signal: signal ?? undefined }).catch(() => {});
    }
  }
  return count;
}
