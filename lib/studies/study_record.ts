/** A study as its procedures look at it: what was tried and what was recorded, here or by another tool. Plain data. */
import type { Metric, Mode } from "../criteria/criterion.ts";
import type { Trajectory } from "../curves/trajectory.ts";
import type { Parameters, Space } from "./space.ts";

/** How a trial stands. `pruned` was given up for others, `stopped` by its own policy before its budget was used. */
export type TrialState = "waiting" | "running" | "done" | "stopped" | "pruned" | "diverged" | "failed";

export interface TrialRecord {
  /** in the order in which they were drawn, from 0 */
  readonly number: number;
  readonly name: string;
  readonly parameters: Parameters;
  /** null where a log does not say */
  readonly seed: number | null;
  /** updates that it was given, whether or not it used them; null where nothing says */
  readonly maxSteps: number | null;
  readonly state: TrialState;
  /** why it ended; empty while it goes on, and where nothing says */
  readonly because: string;
  readonly trajectory: Trajectory;
}

export interface StudyRecord {
  readonly name: string;
  /** what its trials are compared by */
  readonly metric: Metric;
  readonly mode: Mode;
  /** null of logs: only what was tried is known */
  readonly space: Space | null;
  readonly trials: readonly TrialRecord[];
}
