/** What a process says that a native library ends. */
import { printable } from "../printable.ts";

/** As XLA complains of what XLA_FLAGS holds: by its name, in the usage that it prints, or as a file. */
const flags =
  /Unknown flags? in XLA_FLAGS: (.+)|Flag parsing failed\.\nusage: (.+)|Could not open file "(.*?)" to read flags/;
/** The head of a log's line: level, time, thread, place in the source. */
const fatal = /^F\d{4} .*?\] (.*)$/m;

/**
 * Why it ended, as one line: the flags that XLA does not take, else its fatal error, else its last line; empty where
 * it said nothing.
 * @example
 * ```ts
 * import { lastWords } from "./last_words.ts";
 * lastWords("F0000 1 2 env.cc:234] Unknown flag in XLA_FLAGS: --a=1"); // "invalid XLA_FLAGS: --a=1 (mend or unset that variable)"
 * ```
 */
export function lastWords(stderr: string): string {
  const said = stderr.trim(), wrong = flags.exec(said)?.slice(1).find((each) => each !== undefined);
  if (wrong !== undefined) return `invalid XLA_FLAGS: ${printable(wrong, 200)} (mend or unset that variable)`;
  return printable(fatal.exec(said)?.[1] ?? said.split("\n").at(-1)!, 400);
}
