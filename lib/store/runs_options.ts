/** What `plateau runs` takes on its command line. Light: the command line reads it whichever command is asked for. */

import { Misuse } from "../command_line.ts";

/** Options of `plateau runs`, as `parseArgs` takes them. */
export const RUNS_OPTIONS = {
  json: { type: "boolean", default: false },
  csv: { type: "boolean", default: false },
  parquet: { type: "boolean", default: false },
  out: { type: "string" },
  yes: { type: "boolean", default: false },
} as const;

/** One line for each option. */
export const RUNS_HELP: Readonly<Record<keyof typeof RUNS_OPTIONS, string>> = {
  json: "print JSON; of export: write JSON",
  csv: "of export: one line a point",
  parquet: "of export: one row a point",
  out: "of export: the file to write (default standard output)",
  yes: "of delete: do not ask",
};

export const RUNS_USAGE = "[list | show | compare | tag | delete | export | import] …";

export const RUNS_NOTES = `
  plateau runs [list] [WORDS]        the runs that all words fit, newest first
  plateau runs show RUN              one run with its settings and checkpoints
  plateau runs compare RUN RUN …     what differs between them, and how they ended
  plateau runs tag RUN +TAG -TAG     adds and takes away tags
  plateau runs delete RUN …          forgets runs; their folders and logs stay where they are
  plateau runs export RUN …          their curves as --csv, --parquet or --json
  plateau runs import PATH …         takes the logs of other tools in; once more takes them in anew

  RUN is an id, its first letters, or a name. A word is found in name, tags, rule and settings; state:error, tag:good,
  metric:val_loss, lr<1e-3, seed=3, best<0.3 and step>1000 look in one place; quotes keep spaces together.

examples
  plateau runs optimizer=adam 'best<0.3'
  plateau runs compare 3f 9k
  plateau runs export 3f --parquet --out curves.parquet

exit codes
  0  done
  1  there is no such run, or the store cannot be used
  2  used wrongly, or nobody to ask before a deletion
  3  a storage fault: nothing was changed`;

/** Options as they were read. */
export interface RunsValues {
  readonly json?: boolean;
  readonly csv?: boolean;
  readonly parquet?: boolean;
  readonly out?: string;
  readonly yes?: boolean;
}

/** Words of `tag` begin with a dash without being options: they are set apart before the command line is parsed. */
export function runsArguments(args: readonly string[]): string[] {
  const options = args.filter((arg) => /^--./.test(arg)), words = args.filter((arg) => !/^--./.test(arg));
  return words[0] === "tag" ? [...options, "--", ...words] : [...args];
}

/** What was asked for cannot be done as it is told: one line, exit code 2. */
export class WrongRuns extends Misuse {
  override readonly name = "WrongRuns";
}
