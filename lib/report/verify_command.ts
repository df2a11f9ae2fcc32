/** `plateau verify`: what a report says, run again and compared. */
import { statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { clock } from "../charts/format.ts";
import { Misuse } from "../command_line.ts";
import { asEngineChoice, type EngineChoice } from "../engine/engine_choice.ts";
import { Interrupted, onSigint } from "../on_sigint.ts";
import { oneLine, printable } from "../printable.ts";
import { MissingData } from "./place_sources.ts";
import { reportText } from "./read_report.ts";
import type { RecordProgress } from "./record_options.ts";
import { NotAReport } from "./sections.ts";
import { placed, TOLERANCE } from "./verdict.ts";
import { type Verdict, type VerifyOptions, verifyReport } from "./verify.ts";

/** As `parseArgs` gives them for `VERIFY_OPTIONS`. */
export interface VerifyValues {
  readonly engine?: string;
  /** absolute */
  readonly data?: string;
  readonly tolerance?: string;
  /** seconds */
  readonly timeout?: string;
  readonly strict?: boolean;
  readonly json?: boolean;
}

export interface VerifyCommandOptions
  extends Pick<VerifyOptions, "findEngine" | "madeHere" | "draw" | "shorten" | "commandLine" | "record"> {
  /** path of the report, absolute */
  readonly file: string;
  readonly values: VerifyValues;
  /** default standard output */
  readonly out?: (line: string) => void;
  /** progress and messages; default standard error */
  readonly err?: (line: string) => void;
  /** calls the listener at an interrupt, until what it returns is called; default: SIGINT */
  readonly onInterrupt?: (listener: () => void) => () => void;
}

const [SAME, DIFFERS, MISUSED, INTERRUPTED] = [0, 1, 2, 130];
/** Between two lines of progress. */
const SPARSE_MILLISECONDS = 5000;
/** Bytes that a report may have: its parts are packed, and a longer text is none. */
const MOST = 400e6;
/** Differences that are told before the verdict. */
const TOLD = 10;

/**
 * Checks a report and says what it found; the last line on `out` is the verdict.
 *
 * @returns the exit code: 0 the same, 1 differs (with `strict` also the same within tolerance), 2 no report, or data is
 * missing, 130 interrupted
 * @throws {Misuse} for an engine, a tolerance or a timeout that is none
 * @example
 * ```ts ignore
 * import { verifyCommand } from "./verify_command.ts";
 * await verifyCommand({ file: "/home/ada/report.html", values: { strict: true }, findEngine });
 * ```
 */
export async function verifyCommand(options: VerifyCommandOptions): Promise<number> {
  const { file, values, out = console.log, err = console.error, onInterrupt = onSigint } = options;
  const engine = values.engine === undefined ? undefined : engineNamed(values.engine);
  const tolerance = { ...TOLERANCE, relative: toleranceOf(values.tolerance) };
  const seconds = values.timeout === undefined ? undefined : secondsOf(values.timeout);
  const beside = [...(values.data === undefined ? [] : [values.data]), dirname(file)];
  const stop = new AbortController(), deaf = onInterrupt(() => stop.abort(new Interrupted()));
  try {
    const html = reportText(await bytesOf(file));
    const { findEngine, madeHere, draw, shorten, commandLine, record } = options;
    const verdict = await verifyReport(html, {
      engine,
      findEngine,
      madeHere,
      draw,
      shorten,
      commandLine,
      record,
      seconds,
      say: err,
      beside,
      tolerance,
      progress: sparse(err),
      signal: stop.signal,
    });
    out(values.json ? jsonText({ file, ...verdict }) : verdictText(verdict));
    if (verdict.kind === "differs") return DIFFERS;
    return verdict.kind === "same within tolerance" && values.strict ? DIFFERS : SAME;
  } catch (error) {
    if (error instanceof Interrupted) return err("interrupted"), INTERRUPTED;
    if (error instanceof NotAReport || error instanceof MissingData) {
      return err(oneLine(error.message)), MISUSED;
    }
    throw error;
  } finally {
    deaf();
  }
}

/** Nothing is read of what is no file, or so large that it can be no report. */
async function bytesOf(file: string): Promise<Uint8Array> {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat === undefined) throw new Misuse(`missing file: ${file}`);
  if (!stat.isFile()) throw new Misuse(`not a file: ${file}`);
  if (file.endsWith(".ts")) {
    throw new Misuse(`not a report: ${file} (give the .html that plateau export makes of it)`);
  }
  if (stat.size > MOST) throw new NotAReport(`it has more than ${MOST / 1e6} MB`);
  return await readFile(file);
}

function engineNamed(text: string): EngineChoice {
  try {
    return asEngineChoice(text);
  } catch (error) {
    throw new Misuse((error as Error).message);
  }
}

function toleranceOf(text: string | undefined): number {
  if (text === undefined) return TOLERANCE.relative;
  const share = Number(text);
  if (text.trim() !== "" && share >= 0 && share < 1) return share;
  throw new Misuse(`invalid tolerance: ${text} (0 or more, below 1)`);
}

function secondsOf(text: string): number {
  const seconds = Number(text);
  if (text.trim() !== "" && seconds >= 1 && seconds <= 1e6) return seconds;
  throw new Misuse(`invalid timeout: ${text} (1 to 1000000 seconds)`);
}

/** What a terminal would obey is written by its number. */
const jsonText = (value: unknown): string =>
  JSON.stringify(value, null, 2).replaceAll(
    /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (sign) =>
      Array.from(
        { length: sign.length },
        (_, i) => `\\u${sign.charCodeAt(i).toString(16).padStart(4, "0")}`,
      ).join(""),
  );

/** Where it stands, now and then. */
function sparse(err: (line: string) => void): (progress: RecordProgress) => void {
  let said = performance.now();
  return ({ cells, states, cell, text, secondsLeft }) => {
    if (performance.now() - said < SPARSE_MILLISECONDS) return;
    said = performance.now();
    const where = states.of > 0
      ? `state ${states.done} of ${states.of}`
      : `cell ${cells.done} of ${cells.of}`;
    const left = secondsLeft === null ? "" : `${clock(secondsLeft)} left`;
    err(printable([where, cell, text, left].filter(Boolean).join("  "), 200));
  };
}

const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? "" : "s"}`;

/** All that was found, the verdict last. */
export function verdictText({ on, comparison, page, unchecked, line }: Verdict): string {
  const lines: string[] = [];
  if (on !== null) {
    const engine = on.engine === "none" ? "without an engine" : `on ${on.engine} ${on.version}, ${on.device}`;
    lines.push(`made again ${engine}, Deno ${on.deno}`);
  }
  if (comparison !== null) {
    const { cells, values, shows, states } = comparison.compared;
    lines.push(
      `compared ${counted(values, "value")} at the border, ${counted(shows, "output")} of the server, of ${
        counted(cells, "cell")
      }, and ${counted(states, "computed state")} of inputs`,
    );
    if (page !== undefined) {
      const { figures, tables } = page;
      lines.push(
        `drew the page again, the same in every letter: ${counted(figures, "figure")}, ${
          counted(tables, "table")
        }`,
      );
    }
    const leftOut = Object.entries(comparison.leftOut).map(([name, times]) => `${name} (${times})`);
    if (leftOut.length > 0) {
      lines.push(`left out, as the clock or the engine tells it: ${printable(leftOut.join(", "), 1000)}`);
    }
    if (comparison.alone.length > 0) {
      lines.push(`only one of the two has: ${printable(comparison.alone.join("; "), 1000)}`);
    }
    const { differences, count } = comparison;
    if (count > 1) lines.push(...differences.slice(0, TOLD).map((each) => `  ${placed(each)}`));
    if (count > TOLD) lines.push(`  and ${count - TOLD} more`);
  }
  if (unchecked.length > 0) lines.push(`not checked: ${unchecked.join("; ")}`);
  // whatever the file says, each is one line
  return [...lines, line].map(oneLine).join("\n");
}
