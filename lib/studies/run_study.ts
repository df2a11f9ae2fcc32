/** Runs a study on this machine: a pool of worker processes trains its trials, all of them recorded in the store. */
import { setTimeout as delay } from "node:timers/promises";
import { StorageFault } from "../checkpoints/storage_fault.ts";
import type { EngineName, EngineSettings } from "../engine/engine.ts";
import { openStore } from "../store/open_store.ts";
import { UnknownStudy } from "../store/study_fault.ts";
import type { StudyRow, TrialRow } from "../store/study_store.ts";
import type { Store } from "../store/store.ts";
import { addStudy } from "./add_study.ts";
import type { Study } from "./study.ts";
import { workerPool } from "./worker_pool.ts";

export interface RunStudyOptions {
  /** place of the store, as `.plateau/runs.sqlite` */
  readonly store: string;
  /** takes the data of the study and the states of its trials, as `.plateau` */
  readonly folder: string;
  /** processes that train at once; default one a core */
  readonly workers?: number;
  /** default the fastest, by measurement */
  readonly engine?: EngineName | "auto";
  /** threads of each worker are 1 unless it says otherwise: with another number trials are not equal to the bit */
  readonly settings?: EngineSettings;
  /** lets go of all trials: the same call goes on */
  readonly signal?: AbortSignal | null;
  /** takes what workers say to people; default standard error */
  readonly say?: (line: string) => void;
}
/** Plain data. */
export interface StudyProgress {
  readonly study: StudyRow;
  /** trials that are not as they were told before; at first all */
  readonly changed: readonly TrialRow[];
  /** process ids of the workers */
  readonly workers: readonly number[];
}

/** Milliseconds between two looks; where a look takes long, so many times what it takes, up to the third. */
const BETWEEN = 100, SHARE = 20, LONGEST = 5000;
/** Milliseconds after which is looked although nothing was written: a worker may have died. */
const ALTHOUGH = 1000;

/**
 * Trains what waits of a study, one that is new or one by its name, and yields how it stands as it changes, at most ten
 * times a second and at the end: when every trial has ended, when the study was paused, or when the signal came. Whatever
 * is killed meanwhile, the same call goes on: every step is recorded once, and trials are equal to the bit however often
 * they were cut, and by however many workers they were trained.
 *
 * A worker is a process with one thread, so that how many there are changes no number.
 * @throws as `addStudy`; UnknownStudy; WorkerFailed when no worker can work here: no engine, missing data, a store that
 *   cannot be written
 * @example
 * ```ts ignore
 * for await (const { study } of runStudy(rates, { store: ".plateau/runs.sqlite", folder: ".plateau" })) {
 *   console.log(study.counts);
 * }
 * ```
 */
export async function* runStudy(
  study: Study | string,
  options: RunStudyOptions,
): AsyncGenerator<StudyProgress, void, void> {
  const { store: place, folder, workers = navigator.hardwareConcurrency, signal } = options;
  const { engine = "auto", settings = {}, say = console.error } = options;
  const store = await openStore(place);
  try {
    const name = typeof study === "string" ? study : await addStudy(store, study, folder);
    await store.studies.pause(name, false);
    const given = { store: place, folder, study: name, engine, settings: { threads: 1, ...settings } };
    const pool = workerPool(workers, given, say), changes = changesOf(store, name, say);
    let steps = 0;
    try {
      while (true) {
        const began = performance.now(), now = await changes();
        if (now.study.steps > steps) pool.progressed();
        steps = now.study.steps;
        const { counts: { waiting, running }, paused } = now.study, isOver = running === 0;
        const isLast = signal?.aborted || isOver && (paused || waiting === 0);
        if (now.isNews) yield { study: now.study, changed: now.changed, workers: pool.pids };
        if (isLast) break;
        if (waiting > 0 && !paused) pool.need(waiting + running);
        const between = Math.max(BETWEEN, SHARE * (performance.now() - began));
        await pause(Math.min(LONGEST, between), signal); // it may have waited for a database that was away
      }
    } finally {
      await pool.close();
    }
    const { study: row, changed } = await changes();
    yield { study: row, changed, workers: [] };
  } finally {
    await store.close();
  }
}

/** @param signal ends it before */
const pause = (milliseconds: number, signal: AbortSignal | null | undefined): Promise<void> =>
  delay(milliseconds, undefined, { signal: signal ?? undefined }).catch(() => {});

/**
 * A look at a study that tells what is new; while nothing is written, now and then. While the store cannot be read, as a
 * database that starts again, nothing is, and that is said once.
 */
function changesOf(store: Store, name: string, say: (line: string) => void) {
  const known = new Map<number, string>();
  let version = -1, at = -Infinity, study: StudyRow | null = null, isFaulty = false;
  const look = async () => {
    const latest = await store.version();
    if (study !== null && latest === version && performance.now() - at < ALTHOUGH) {
      return { study, changed: [], isNews: false };
    }
    version = latest;
    at = performance.now();
    const row = await store.studies.get(name), before = JSON.stringify(study);
    if (row === null) throw new UnknownStudy(name, []);
    study = row;
    const changed = (await store.studies.trials(name)).filter((trial) => {
      const text = JSON.stringify(trial), isNew = known.get(trial.number) !== text;
      known.set(trial.number, text);
      return isNew;
    });
    return { study: row, changed, isNews: changed.length > 0 || before !== JSON.stringify(row) };
  };
  return async () => {
    try {
      const seen = await look();
      isFaulty = false;
      return seen;
    } catch (error) {
      if (!(error instanceof StorageFault) || study === null) throw error;
      if (!isFaulty) say(`${error.message}: tries again until it can be read`);
      isFaulty = true;
      return { study, changed: [], isNews: false };
    }
  };
}
