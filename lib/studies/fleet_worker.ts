/** A worker of a fleet: trains the trials of every study in a database, until it is let go of. */
import { hostname } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { LaterCheckpoint } from "../checkpoints/later_checkpoint.ts";
import { StorageFault } from "../checkpoints/storage_fault.ts";
import { BadData } from "../data/bad_data.ts";
import type { Engine } from "../engine/engine.ts";
import { openStore } from "../store/open_store.ts";
import type { Store } from "../store/store.ts";
import { UnknownStudy } from "../store/study_fault.ts";
import { patiently } from "./patiently.ts";
import { type DeliveredTrial, trialQueue } from "./trial_queue.ts";
import { workOn } from "./work_on.ts";

export interface FleetOptions {
  /** address of the database, as `postgres://user@host/database` */
  readonly store: string;
  /** holds the data of studies and the states of trials; the same one for all machines */
  readonly folder: string;
  readonly engine: Pick<Engine, "name" | "version">;
  /** milliseconds for which it may be silent before others take its trial; default 30,000 */
  readonly silence?: number;
  /** lets go of its trial, which goes on elsewhere, and ends */
  readonly signal: AbortSignal;
  /** takes what a person should know, a line at a time */
  readonly say: (line: string) => void;
}

/** Milliseconds for which a study that cannot be trained here is left to other machines, and each of its jobs held. */
const LEFT = 30_000, HELD = 1000;

/**
 * Trains what waits, and waits for more. A study that cannot be trained here, as where its data are missing, is said and
 * left to other machines for half a minute; the others go on.
 * @returns how many trials it ended
 * @throws as `workOn` and `openStore`: what keeps this machine from training anything; while the database is away it waits
 */
export async function fleetWorker(options: FleetOptions): Promise<number> {
  const { store: address, folder, engine, silence, signal, say } = options;
  // it may be started before its database, or while that restarts
  const store = await patiently(
    () => openStore(address, { silence }),
    signal,
    ({ message }) => say(`${message}: tries again until it answers`),
  );
  if (store === null) return 0;
  const left = new Map<string, number>();
  let count = 0;
  const act = async (delivered: DeliveredTrial) => {
    if ((left.get(delivered.study) ?? -Infinity) > performance.now()) {
      // held for a moment, so that machines that can train it come to its other trials first
      await delay(HELD, undefined, { signal }).catch(() => {});
      return;
    }
    const claim = await claimed(store, delivered, say);
    if (claim === null) return;
    try {
      if (await workOn({ store, folder, signal, say }, claim) === "ended") count++;
      left.delete(delivered.study);
    } catch (error) {
      if (!isOfStudy(error)) throw error;
      if (!left.has(delivered.study)) say(`${delivered.study} cannot be trained here: ${error.message}`);
      left.set(delivered.study, performance.now() + LEFT);
    }
  };
  try {
    await store.studies.enrol({ host: hostname(), engine: `${engine.name} ${engine.version}` });
    say(`waits for trials: process ${Deno.pid}`);
    await trialQueue(store, address, act, signal, say);
  } finally {
    await store.close();
  }
  return count;
}

/** Whether other studies may be trained all the same. */
const isOfStudy = (error: unknown): error is Error =>
  error instanceof BadData || error instanceof RangeError || error instanceof LaterCheckpoint;

/** Null where the trial is not to be had: it was removed, its study is paused, or someone else has it. */
async function claimed({ studies }: Store, { study, trial }: DeliveredTrial, say: (line: string) => void) {
  try {
    return await studies.claim(study, trial);
  } catch (error) {
    if (error instanceof UnknownStudy) return null;
    if (!(error instanceof StorageFault)) throw error;
    say(`${error.message}: what was delivered comes again`);
    return null;
  }
}
