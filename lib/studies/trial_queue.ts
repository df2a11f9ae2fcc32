/** Takes trials from a store's queue, one at a time, for as long as it is wanted. */
import { setTimeout as delay } from "node:timers/promises";
// @ts-types="./graphile_worker.d.ts"
import { Logger, run, runMigrations, type Runner } from "graphile-worker";
import { z } from "zod";
import { isPassing, placeText } from "../store/postgres_fault.ts";
import { QueueRefused } from "../store/store_fault.ts";
import { TRIAL_TASK, type TrialJobs, trialJobs } from "../store/trial_jobs.ts";
import type { Store } from "../store/store.ts";
import { patiently } from "./patiently.ts";

/** What a job says. */
const Delivered = z.object({ study: z.string(), trial: z.int().min(0) });
export type DeliveredTrial = Readonly<z.infer<typeof Delivered>>;

/** Milliseconds between two looks at who is gone, and before a queue that ended is opened again. */
const LOOK = 2000, AGAIN = 500;
/** Milliseconds between two questions for a job that nobody announced, and connections that the queue needs. */
const POLL = 1000, CONNECTIONS = 3;
/** What goes wrong comes as an error to whoever called; what the queue does by itself nobody needs to read. */
const SILENT = new Logger(() => () => {});

/**
 * Does what is delivered until the signal comes; while the database is away or full it waits. Beside that it looks every two
 * seconds whose worker is gone, so that its trial waits again and is delivered.
 * @param address of the store's database
 * @param act what throws ends it
 * @param say takes what a person should know, a line at a time; default standard error
 * @throws what `act` throws; QueueRefused
 */
export async function trialQueue(
  store: Store,
  address: string,
  act: (delivered: DeliveredTrial) => Promise<void>,
  signal: AbortSignal,
  say: (line: string) => void = console.error,
): Promise<void> {
  const jobs = await patiently(async () => {
    try {
      await runMigrations({ connectionString: address });
      return await trialJobs(address);
    } catch (error) {
      throw isPassing(error) ? error : new QueueRefused(placeText(address), (error as Error).message);
    }
  }, signal);
  let isBusy = false, failure: { readonly error: unknown } | null = null;
  const ended = new AbortController(), all = AbortSignal.any([signal, ended.signal]);
  const trial = async (payload: unknown) => {
    if (all.aborted) throw new Error("this worker leaves"); // its job goes to another
    const { success, data } = Delivered.safeParse(payload);
    if (!success) return; // someone wrote a job by hand: it names no trial
    isBusy = true;
    try {
      await act(data);
    } catch (error) {
      failure = { error };
      ended.abort();
      throw error;
    } finally {
      isBusy = false;
    }
  };
  const looking = lookAfter(store, jobs, () => isBusy, all).catch((error) => {
    failure = { error };
    ended.abort();
  });
  try {
    while (!all.aborted) {
      const runner = await patiently(() => queueOf(address, trial), all);
      if (runner) await untilEnd(runner, all, say);
      await delay(AGAIN, undefined, { signal: all }).catch(() => {});
    }
  } finally {
    ended.abort();
    await looking;
    await jobs?.close();
  }
  if (failure) throw (failure as { readonly error: unknown }).error;
}

const queueOf = (address: string, trial: (payload: unknown) => Promise<void>): Promise<Runner> =>
  run({
    connectionString: address,
    concurrency: 1,
    maxPoolSize: CONNECTIONS,
    pollInterval: POLL,
    noHandleSignals: true,
    logger: SILENT,
    taskList: { [TRIAL_TASK]: trial },
  });

/** A queue ends when it is told to, or when its database lets go of it. */
async function untilEnd(runner: Runner, signal: AbortSignal, say: (line: string) => void): Promise<void> {
  const stop = () => void runner.stop().catch(() => {});
  signal.addEventListener("abort", stop);
  try {
    if (signal.aborted) stop();
    await runner.promise;
  } catch (error) {
    // of a job nothing is lost: its trial says how it stands
    const line = (error as Error).message.split("\n")[0];
    if (!signal.aborted) say(`the queue of trials ended (${line}): it is opened again`);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

async function lookAfter(store: Store, jobs: TrialJobs | null, isBusy: () => boolean, signal: AbortSignal) {
  while (!signal.aborted) {
    await delay(LOOK, undefined, { signal }).catch(() => {});
    if (signal.aborted) return;
    await patiently(() => store.version(), signal); // whose worker is gone waits again
    if (!isBusy()) await jobs?.deliverLate();
  }
}
