/** What a worker process is given. */
import type { EngineName, EngineSettings } from "../engine/engine.ts";

/** Name of the variable in its environment that holds it as JSON. */
export const WORKER_ARGUMENTS = "PLATEAU_WORKER";

export interface WorkerArguments {
  /** place of the store */
  readonly store: string;
  readonly folder: string;
  /** null: trials of any */
  readonly study: string | null;
  readonly engine: EngineName | "auto";
  readonly settings: EngineSettings;
}
