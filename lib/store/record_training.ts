/** Records trainings in a store as they go. */
import type { TrainingWatcher } from "../training/watched.ts";
import type { FilledSpec } from "../training/spec.ts";
import type { RunWriter, Store } from "./store.ts";
import type { Claim } from "./study_store.ts";
import { RunBeingWritten } from "./store_fault.ts";
import { PACE, type TrainingNews, trainingStory } from "./training_story.ts";

/** Where a training is recorded. */
export interface RecordOptions {
  /** the notebook that trains it; null for the command line */
  readonly from: string | null;
  /**
   * finds the run again that went before.
   * @param identity the same for the same training
   */
  key(identity: string): string;
  /** what the run is called; default as its training is */
  readonly name?: string;
  /** what to do while another process writes the run of the same key: refuse, or record another run. Default refuse */
  readonly busy?: "refuse" | "another";
  /** of the trial that it is: it is recorded as long as this holds. Default it is none */
  readonly claim?: Claim;
}

/** Times that what a store needs fits in the time until it is asked again, and most milliseconds until then. */
export const SPARED = 50, LONGEST = 600_000;

export interface TrainingRecord {
  /**
   * milliseconds until the next word of rows is due: a tenth of a second, or fifty times what the store needed for the last
   * two at least, at most ten minutes, so that a store which many ask is asked less, and no training waits for it more than
   * a twentieth of its time (`deno task bench fleet`)
   */
  readonly pace: number;
  /** resolves once the store has it */
  take(news: TrainingNews): Promise<void>;
  /**
   * Nothing follows: without an end the run is interrupted.
   * @param rest what is still untold; default nothing
   */
  close(rest?: TrainingNews | null): Promise<void>;
}

/** A record of one training whose news come from wherever it trains. */
export function trainingRecord(
  store: Store,
  { from, key, name, busy = "refuse", claim }: RecordOptions,
): TrainingRecord {
  let writer: RunWriter | null = null, hasBegun = false, before = 0, needed = 0;
  const begin = async ({ run, identity, soFar }: NonNullable<TrainingNews["begin"]>) => {
    const called = { ...run, name: name ?? run.name, from };
    try {
      return await store.begin({ ...called, key: key(identity) }, soFar, claim);
    } catch (error) {
      if (!(busy === "another" && error instanceof RunBeingWritten)) throw error;
      return await store.begin({ ...called, key: null }, soFar, claim);
    }
  };
  return {
    get pace() {
      return Math.min(LONGEST, Math.max(PACE, SPARED * needed));
    },
    async take({ begin: begun, rows, checkpoint, end }) {
      if (begun && hasBegun) throw new TypeError("invalid news: a training begins once");
      if (begun) writer = await begin(begun);
      hasBegun = true;
      if (writer === null) throw new TypeError("invalid news: the first of a training tells how it begins");
      if (rows) {
        const began = performance.now();
        await writer.append(rows);
        const took = performance.now() - began;
        [before, needed] = [took, Math.min(before, took)]; // a single slow answer says nothing of the next
      }
      if (checkpoint) await writer.checkpoint(checkpoint.step, checkpoint.path, checkpoint.sha256);
      if (!end) return;
      const ended = writer;
      writer = null;
      await ended.end(end.state, end.because, end.final);
    },
    async close(rest = null) {
      const left = writer;
      writer = null;
      if (left === null) return;
      try {
        if (rest?.rows) await left.append(rest.rows);
      } finally {
        await left.release();
      }
    },
  };
}

/**
 * Records one training of this process: `watchTrainings((spec) => recordTraining(store, spec, …))`, or told event by event.
 * @throws of `event`: StorageFault, RunBeingWritten, ReadOnlyStore: what cannot be recorded is said, never skipped
 * @example
 * ```ts
 * import { watchTrainings } from "../training/watched.ts";
 * import type { Store } from "./store.ts";
 * const recordAll = (store: Store) =>
 *   watchTrainings((spec) => recordTraining(store, spec, { from: null, key: (identity) => identity }));
 * ```
 */
export function recordTraining(store: Store, spec: FilledSpec, options: RecordOptions): TrainingWatcher {
  const record = trainingRecord(store, options), story = trainingStory(spec);
  return {
    async event(event) {
      const news = story.event(event, record.pace);
      if (news) await record.take(news);
    },
    closed: () => record.close(story.rest()),
  };
}
