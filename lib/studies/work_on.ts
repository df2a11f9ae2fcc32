/** Trains one claimed trial and records it, as long as the claim holds. */
import { setTimeout as delay } from "node:timers/promises";
import { StorageFault } from "../checkpoints/storage_fault.ts";
import { trainingRecord } from "../store/record_training.ts";
import type { Store } from "../store/store.ts";
import { UnknownRun } from "../store/store_fault.ts";
import { LostClaim } from "../store/study_fault.ts";
import type { Claim, StudyRow } from "../store/study_store.ts";
import { trainingStory } from "../store/training_story.ts";
import { filledSpec } from "../training/spec.ts";
import { filledStudy } from "./filled_study.ts";
import { studyOf } from "./kept_study.ts";
import { type Rivals, rivalsIn } from "./rivals.ts";
import type { TrialRecord } from "./study_record.ts";
import { trainTrial, type TrialEvent } from "./train_trial.ts";
import { claimFolder, removeEarlier } from "./trial_folder.ts";
import { progressOf } from "./trial_progress.ts";
import { type TrialPlan, trialsOf } from "./trials_of.ts";

/** Where a worker stands. */
export interface Workplace {
  readonly store: Store;
  /** holds the data of studies and the states of trials, as `.plateau` */
  readonly folder: string;
  /** lets go of the trial, which goes on elsewhere from its last state; default never */
  readonly signal?: AbortSignal | null;
  /** takes what a person should know, a line at a time; default standard error */
  readonly say?: (line: string) => void;
}

/** What became of a claim: `released` waits again, `lost` is another worker's. */
export type Worked = "ended" | "released" | "lost";

/** Milliseconds between two words of progress, and between two looks whether the study is paused. */
const TELL = 250, LOOK = 500;
/** Milliseconds that are waited after a storage fault: twice as long each time, up to the second. */
const FIRST_WAIT = 500, LONGEST_WAIT = 30_000;

/** A study whose trials this process trains, made once. */
interface Known {
  readonly created: number;
  readonly plans: readonly TrialPlan[];
  readonly rivals: Rivals;
}
const studies = new WeakMap<Store, Map<string, Known>>();
/** Storage faults since something was trained. */
const faults = new WeakMap<Store, number>();

/**
 * Trains a claimed trial from its last state on, and ends it in the store: with its end, or waiting again where it was
 * let go of, its study was paused, or the storage failed, for whose recovery is waited. What a trial fails by is its end.
 * @throws BadData when the study's data is missing or was changed, EngineMissing, ReadOnlyStore, DamagedStore,
 *   LaterCheckpoint: no trial could be trained here; the trial waits again
 * @example
 * ```ts ignore
 * const claim = await store.studies.claim(null);
 * if (claim) await workOn({ store, folder: ".plateau" }, claim);
 * ```
 */
export async function workOn(place: Workplace, claim: Claim): Promise<Worked> {
  try {
    const worked = await trained(place, claim);
    faults.delete(place.store);
    return worked;
  } catch (error) {
    if (isLost(error)) return "lost";
    if (error instanceof StorageFault) return await givenBack(place, claim, error);
    await place.store.studies.release(claim).catch(() => {}); // what is thrown says more
    throw error;
  }
}

const isLost = (error: unknown) => error instanceof LostClaim || error instanceof UnknownRun;

/** Lets go of a trial once the storage takes it. */
async function givenBack(
  { store, signal, say = console.error }: Workplace,
  claim: Claim,
  fault: StorageFault,
) {
  let count = faults.get(store) ?? 0;
  if (count === 0) say(`paused by a ${fault.message}: tries again until it can be written`);
  while (true) {
    faults.set(store, ++count);
    const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (count - 1));
    await delay(wait, undefined, { signal: signal ?? undefined }).catch(() => {});
    try {
      await store.studies.release(claim);
      return "released";
    } catch (error) {
      if (isLost(error)) return "lost";
      if (!(error instanceof StorageFault)) throw error;
      if (signal?.aborted) return "released"; // it waits again once this process is gone
    }
  }
}

async function trained(place: Workplace, claim: Claim): Promise<Worked> {
  const { store, folder, signal } = place, study = await store.studies.get(claim.study);
  if (study === null) return "lost";
  const { plans, rivals } = knownStudy(place, study), plan = plans[claim.trial];
  const states = claimFolder(folder, study, claim), control = new AbortController();
  const record = trainingRecord(store, {
    from: null,
    key: () => `study ${study.name} ${study.created} trial ${plan.number}`,
    name: `${study.name} ${plan.name}`,
    claim,
  });
  const story = trainingStory(filledSpec({ ...plan.spec, checkpoint: { folder: states } }));
  const events = trainTrial(plan, {
    folder: states,
    signal: signal ? AbortSignal.any([signal, control.signal]) : control.signal,
    prune: (trajectory, at) => rivals.judge(runningRecord(plan, trajectory), at),
  });
  let last: TrialEvent | null = null, told = performance.now(), looked = told;
  try {
    for await (const trial of events) {
      last = trial;
      const news = story.event(trial.event, record.pace), isLetGo = trial.record.state === "waiting";
      if (news) await record.take(isLetGo ? { ...news, end: undefined } : news);
      const now = performance.now();
      if (now - told >= Math.max(TELL, record.pace)) {
        await store.studies.tell(claim, progressOf(trial, study));
        told = performance.now();
      }
      if (now - looked >= Math.max(LOOK, record.pace)) {
        if ((await store.studies.get(study.name))?.paused) control.abort();
        looked = performance.now();
      }
    }
  } finally {
    await record.close(story.rest());
  }
  return await ended(place, study, claim, last!);
}

async function ended(
  { store, folder }: Workplace,
  study: StudyRow,
  claim: Claim,
  last: TrialEvent,
): Promise<Worked> {
  const { state, because } = last.record, progress = progressOf(last, study);
  if (state === "waiting") {
    await store.studies.tell(claim, progress);
    await store.studies.release(claim);
    return "released";
  }
  removeEarlier(folder, study, claim);
  await store.studies.finish(claim, { ...progress, state, because });
  return "ended";
}

/** @throws BadData */
function knownStudy({ store, folder }: Workplace, row: StudyRow): Known {
  const here = studies.get(store) ?? new Map<string, Known>();
  studies.set(store, here);
  const known = here.get(row.name);
  if (known?.created === row.created) return known;
  const study = studyOf(row.plan, folder), plans = trialsOf(study);
  const made = { created: row.created, plans, rivals: rivalsIn(store, row, filledStudy(study), plans) };
  here.clear(); // a study's data can be large: one at a time
  here.set(row.name, made);
  return made;
}

const runningRecord = (
  { number, name, parameters, seed, maxSteps }: TrialPlan,
  trajectory: TrialRecord["trajectory"],
): TrialRecord => ({ number, name, parameters, seed, maxSteps, state: "running", because: "", trajectory });
