/** Where runs are kept. SQLite stands behind it by default; whatever keeps these promises may. */
import type { BatchPlan } from "../batch_plan.ts";
import type { Counting, LogFormat, LoggedBatches, LogWarning, Series } from "../curves/logged.ts";
import type { EndReason, EvaluationRow, Trajectory } from "../curves/trajectory.ts";
import type { PolicyKind } from "../policies/policy.ts";
import type { Claim, StudyStore } from "./study_store.ts";

/** A value of a configuration: what differs between runs is told by these. */
export type ConfigValue = string | number | boolean | null;

/** How a run stands: `running` while someone writes it, `interrupted` when its writer is gone. */
export type RunState = EndReason | "running" | "interrupted";

/** What a run is, without its curves. Plain data. */
export interface RunRow {
  /** unique and never used again; short letters and digits */
  readonly id: string;
  readonly name: string;
  /** what wrote it: a training here, or a log that was taken in */
  readonly source: "training" | LogFormat;
  /** the notebook that trained it, or the path of the log; null for the command line */
  readonly from: string | null;
  readonly state: RunState;
  /** milliseconds since 1970 */
  readonly created: number;
  readonly updated: number;
  readonly tags: readonly string[];
  /** flat: nested settings are joined by dots */
  readonly config: Readonly<Record<string, ConfigValue>>;
  readonly seed: number | null;
  /** colour and symbol of its stopping rule */
  readonly kind: PolicyKind;
  /** its stopping rule as text, and why it ended; empty where nothing says */
  readonly rule: string;
  readonly because: string;
  /** last step recorded, as a count in its own unit: one more than what is counted from 0 on */
  readonly step: number;
  /** best value of its first loss, in hindsight; null when there is none */
  readonly best: {
    readonly metric: string;
    readonly mode: "min" | "max";
    readonly value: number;
    readonly step: number;
  } | null;
  /** tags of its series */
  readonly metrics: readonly string[];
  readonly counting: Counting;
  readonly batches: LoggedBatches;
  readonly warnings: readonly LogWarning[];
  /** rises with every change of this run */
  readonly version: number;
}

/** How a policy judged a run, kept beside it. */
export interface StoredVerdict {
  /** canonical text of the policy */
  readonly policy: string;
  /** the judgement, as JSON */
  readonly judgement: unknown;
}

/** What is said of a run at its beginning. */
export interface NewRun {
  readonly name: string;
  readonly source: RunRow["source"];
  readonly from: string | null;
  readonly config: Readonly<Record<string, ConfigValue>>;
  readonly seed: number | null;
  readonly kind: PolicyKind;
  readonly rule: string;
  readonly counting: Counting;
  readonly batches: LoggedBatches;
  /**
   * the same key finds the same run again: a training that goes on after a crash, a log that is taken in twice. null:
   * always a new run
   */
  readonly key: string | null;
  /** of a training: how it cuts its set, which its trajectory names. Default: none, it was logged elsewhere */
  readonly plan?: BatchPlan;
}

/** What is known of a run when it begins. */
export interface SoFar {
  /** takes the place of all that was recorded under the run's key; series without a row are named by it */
  readonly rows: SeriesRows;
  /** default none */
  readonly warnings?: readonly LogWarning[];
  /** set when nothing follows; default: rows will */
  readonly end?: { readonly state: EndReason; readonly because: string };
}

/** Points of one series that follow those recorded; at or before its last step they replace what is there from their first step on. */
export type SeriesRows = Readonly<Record<string, Series>>;

/** Writes one run. What a call has resolved for is on the disk, whatever happens to the process. */
export interface RunWriter {
  readonly id: string;
  /** last step recorded of each series: after a crash, where to go on */
  recorded(): Promise<Readonly<Record<string, number>>>;
  append(rows: SeriesRows): Promise<void>;
  /** a checkpoint by the SHA-256 of its content */
  checkpoint(step: number, path: string, sha256: string): Promise<void>;
  /** `alreadyComplete`: nothing was trained, and the end that was recorded before stands */
  end(state: EndReason, because: string, final: EvaluationRow | null): Promise<void>;
  /** lets go of a run that has not ended: it is `interrupted` until someone goes on with it */
  release(): Promise<void>;
  warn(warnings: readonly LogWarning[]): Promise<void>;
}

export interface Store {
  /** why nothing can be written, as `damaged store: …`; null when all is well */
  readonly fault: string | null;
  /**
   * Begins a run, or goes on with the one of the same key.
   * @param soFar default: what was recorded under the key stands
   * @param claim of the trial that it is; default it is none
   * @throws RunBeingWritten when a live process writes the run of this key; LostClaim
   */
  begin(run: NewRun, soFar?: SoFar, claim?: Claim): Promise<RunWriter>;
  /** all runs, newest first */
  runs(): Promise<RunRow[]>;
  run(id: string): Promise<RunRow | null>;
  /** null when the run has no such series */
  series(id: string, metric: string): Promise<Series | null>;
  /** a training as it was recorded here; null for one that was taken in from a log */
  trajectory(id: string): Promise<Trajectory | null>;
  checkpoints(id: string): Promise<readonly { step: number; path: string; sha256: string }[]>;
  verdicts(id: string): Promise<readonly StoredVerdict[]>;
  judge(id: string, verdicts: readonly StoredVerdict[]): Promise<void>;
  /** replaces the tags of a run */
  tag(id: string, tags: readonly string[]): Promise<void>;
  /** @throws RunBeingWritten */
  remove(id: string): Promise<void>;
  /** rises with every change of any run, study or trial, by whichever process: cheap to ask often */
  version(): Promise<number>;
  readonly studies: StudyStore;
  /** lets go of what this one writes; the second time does nothing */
  close(): Promise<void>;
}
