/** Where studies are kept, beside their runs: which trials there are, who trains which, how each stands. */
import type { Mode } from "../criteria/criterion.ts";
import type { Parameters } from "../studies/space.ts";
import type { TrialState } from "../studies/study_record.ts";

/** A trial before anyone trains it. Plain data. */
export interface NewTrial {
  /** in the order in which they were drawn, from 0 */
  readonly number: number;
  readonly name: string;
  readonly parameters: Parameters;
  readonly seed: number;
  /** the last update that it can make */
  readonly maxSteps: number;
}

/** What is said of a study at its beginning. Plain data. */
export interface NewStudy {
  readonly name: string;
  /** the study as JSON, its data by their hash: whoever has it and the data can train any trial */
  readonly plan: string;
  readonly metric: string;
  readonly mode: Mode;
  readonly trials: readonly NewTrial[];
}

/** A study without its trials. */
export interface StudyRow extends Omit<NewStudy, "trials"> {
  /** milliseconds since 1970, by the clock of the store */
  readonly created: number;
  readonly updated: number;
  /** nobody claims a trial of a paused study; who trains one lets go of it */
  readonly paused: boolean;
  /** trials by their state; states that none has are 0 */
  readonly counts: Readonly<Record<TrialState, number>>;
  /** updates recorded by all trials, and what all were given */
  readonly steps: number;
  readonly maxSteps: number;
}

/** What a trial has come to, as its worker tells it. */
export interface TrialProgress {
  /** last update that is recorded; after a loss that of before, until the trial is past it */
  readonly step: number;
  /** best value of the study's metric so far; null before the first that is a number */
  readonly best: { readonly value: number; readonly step: number } | null;
}

export interface TrialRow extends NewTrial, TrialProgress {
  /** `running` only while its worker lives; a trial that lost its worker is `waiting` */
  readonly state: TrialState;
  /** why it ended; empty before */
  readonly because: string;
  /** its run; null before it was begun */
  readonly run: string | null;
  /** who trains it, or trained it last; null before */
  readonly worker: string | null;
  /** how often it was claimed: the fencing token of the last claim */
  readonly token: number;
  /** milliseconds since 1970, by the clock of the store; null before */
  readonly began: number | null;
  readonly ended: number | null;
}

/** The right to train one trial, until someone else claims it. Plain data. */
export interface Claim {
  readonly study: string;
  readonly trial: number;
  /** rises with every claim of the trial: who holds a lower one cannot write */
  readonly token: number;
}

/** A process that trains trials. */
export interface WorkerRow {
  /** that of its store's writer: unique, never used again */
  readonly name: string;
  readonly host: string;
  readonly pid: number;
  /** as `tensorflow 2.21.0` */
  readonly engine: string;
  readonly alive: boolean;
  /** milliseconds since 1970, by the clock of the store; `seen`: last word from it */
  readonly since: number;
  readonly seen: number;
  /** what it trains; null while it waits */
  readonly trial: { readonly study: string; readonly trial: number } | null;
  /** trials that it ended, and those of them that failed */
  readonly ended: number;
  readonly failed: number;
}

export interface StudyStore {
  /**
   * Keeps a study; the same one again changes nothing.
   * @throws StudyExists when another of this name is there
   */
  add(study: NewStudy): Promise<void>;
  /** newest first */
  list(): Promise<StudyRow[]>;
  get(name: string): Promise<StudyRow | null>;
  /**
   * Trials by number; all by default.
   * @throws UnknownStudy
   */
  trials(name: string, range?: { readonly from?: number; readonly count?: number }): Promise<TrialRow[]>;
  /**
   * The next trial that waits, of a study or of any that is not paused; those that lost their worker first. From here on
   * whoever held it cannot write: neither its run nor its row. A trial that lost five workers without a step between is
   * not claimed but `failed`.
   * @param trial this one alone
   * @returns null when none waits; asking in vain changes nothing
   * @throws UnknownStudy
   */
  claim(study: string | null, trial?: number): Promise<Claim | null>;
  /** @throws LostClaim */
  tell(claim: Claim, progress: TrialProgress): Promise<void>;
  /** @throws LostClaim */
  finish(
    claim: Claim,
    end: TrialProgress & { readonly state: TrialState; readonly because: string },
  ): Promise<void>;
  /**
   * Lets go of a trial that has not ended: it waits again.
   * @throws LostClaim
   */
  release(claim: Claim): Promise<void>;
  /** @throws UnknownStudy */
  pause(name: string, paused: boolean): Promise<void>;
  /**
   * Trials that failed wait again.
   * @returns how many
   * @throws UnknownStudy
   */
  retry(name: string): Promise<number>;
  /**
   * With its trials; their runs stay.
   * @throws UnknownStudy; StudyBeingTrained while a worker trains one of its trials
   */
  remove(name: string): Promise<void>;
  /** This process says that it trains trials, and with what; it is one of `workers` from here on. */
  enrol(worker: { readonly host: string; readonly engine: string }): Promise<void>;
  /** the living, then those gone in the last day, newest first */
  workers(): Promise<WorkerRow[]>;
}
