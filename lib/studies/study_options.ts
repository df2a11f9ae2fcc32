/** What `plateau study` takes on its command line. Light: the command line reads it whichever command is asked for. */
import { Misuse } from "../command_line.ts";

/** Options of `plateau study`, as `parseArgs` takes them. What is left out is undefined. */
export const STUDY_OPTIONS = {
  workers: { type: "string" },
  store: { type: "string" },
  folder: { type: "string", default: ".plateau" },
  production: { type: "string" },
  rounds: { type: "string" },
  search: { type: "string" },
  sweep: { type: "string" },
  yes: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
} as const;

/** One line for each option. */
export const STUDY_HELP: Readonly<Record<keyof typeof STUDY_OPTIONS, string>> = {
  workers:
    "of run, resume and initial-steps: processes that train at once, each with one thread (default one a core; 0: plateau worker trains it)",
  store: "where studies and runs are recorded: a file or postgres://… (default .plateau/runs.sqlite)",
  folder: "where the data of studies and the states of their trials lie (default .plateau)",
  production: "of rounds: updates of the long run",
  rounds: "of rounds: how many, the long run the last of them (default 2)",
  search: "of initial-steps: trials that search a perfect fit (default 16)",
  sweep: "of initial-steps: constant rates that are swept then (default 12)",
  yes: "of remove: do not ask",
  json: "print one JSON object",
};

export const STUDY_USAGE = "[list | run | show | pause | resume | retry | remove | …] …";

export const STUDY_NOTES = `
  plateau study [list]                all studies, newest first
  plateau study run FILE              trains the study that is the default export of FILE, or its studies in turn
  plateau study show STUDY            its trials, best first
  plateau study pause STUDY           its workers let go of their trials, and nobody trains it
  plateau study resume STUDY          goes on with it, by the store alone
  plateau study retry STUDY           trials that failed wait again
  plateau study remove STUDY          forgets it and the states of its trials; their runs stay
  plateau study initial-steps FILE    a first guess of how many steps: a search for a perfect fit, then a sweep of rates

  of a study that was trained, what its trials say:
  plateau study best-steps STUDY      where the best steps fell: too long, too short, or long enough
  plateau study border STUDY          whether the best lies on the border of what was searched
  plateau study compute-bound STUDY   whether longer trials would have helped
  plateau study variance STUDY        what batch size, augmentation and dropout did to the steps that were needed
  plateau study rounds STUDY          rounds of growing length up to --production updates, and what goes from one to the next
  plateau study retrospective STUDY   the best checkpoint of all, and by how much the choice flatters

  A trial that was cut goes on from its last state, here by the same command or by resume, to the same numbers however
  many workers train it.

examples
  plateau study run rates.ts --workers 2
  plateau study show rates
  plateau study rounds rates --production 20000

exit codes
  0  every trial ended, or the study was paused; what was asked for was told
  1  trials failed, or all diverged; there is no such study or file, or nothing could be trained
  2  used wrongly, or nobody to ask before a removal
  3  paused by a storage fault: the same command goes on
  130, 143  stopped by Ctrl-C or by SIGTERM: the same command goes on`;

/** Options as they were read. */
export interface StudyValues {
  readonly workers?: string;
  readonly store?: string;
  readonly folder?: string;
  readonly production?: string;
  readonly rounds?: string;
  readonly search?: string;
  readonly sweep?: string;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** What was asked for cannot be done as it is told: one line, exit code 2. */
export class WrongStudy extends Misuse {
  override readonly name = "WrongStudy";
}
/** Exit code 1: one line. */
export class NoStudy extends Error {
  override readonly name = "NoStudy";
}
