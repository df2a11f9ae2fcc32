/** What `plateau worker` takes on its command line. Light: the command line reads it whichever command is asked for. */
import { Misuse } from "../command_line.ts";

/** Options of `plateau worker`, as `parseArgs` takes them. What is left out is undefined. */
export const WORKER_OPTIONS = {
  store: { type: "string" },
  folder: { type: "string", default: ".plateau" },
  silence: { type: "string", default: "30" },
} as const;

/** One line for each option. */
export const WORKER_HELP: Readonly<Record<keyof typeof WORKER_OPTIONS, string>> = {
  store: "the database of the fleet, as postgres://user@host/database",
  folder:
    "a folder that all machines share: the data of studies and the states of their trials (default .plateau)",
  silence: "seconds without a word after which others take this worker's trial (default 30)",
};

export const WORKER_NOTES = `
  Trains the trials of every study in the database, one at a time with one thread, and waits for more until it is stopped.
  Start as many as there are cores, on as many machines as there are: plateau study run FILE --store postgres://… --workers 0
  queues a study. A worker that is stopped lets go of its trial; one that dies or is cut off loses it to another, which
  goes on from its last state. Trials come out the same however many workers train them.

examples
  plateau worker --store postgres://plateau@db/plateau --folder /shared/plateau
  plateau study run rates.ts --store postgres://plateau@db/plateau --folder /shared/plateau --workers 0

exit codes
  0  stopped
  1  nothing can be trained here: no engine, data that is missing, a database that does not let it in
  2  used wrongly`;

/** Used wrongly: one line, exit code 2. */
export class WrongWorker extends Misuse {
  override readonly name = "WrongWorker";
}

/** Options as they were read. */
export interface WorkerValues {
  readonly store?: string;
  readonly folder: string;
  readonly silence: string;
}
