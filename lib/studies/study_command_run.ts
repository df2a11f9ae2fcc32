/** Runs studies for the command line: told as they go, let go of by a signal, ended with an exit code. */
import type { EngineName, EngineSettings } from "../engine/engine.ts";
import { shellWord } from "../shell_word.ts";
import { isAddress } from "../store/place.ts";
import { placeText } from "../store/postgres_fault.ts";
import { inLine } from "../store/runs_text.ts";
import type { StudyRow, TrialRow } from "../store/study_store.ts";
import { runStudy } from "./run_study.ts";
import type { Study } from "./study.ts";
import { studyPace } from "./study_pace.ts";
import { type Standing, standingLines, standingText } from "./study_text.ts";

/** Milliseconds between two words of progress where there is no terminal. */
const QUIET = 5000;
/** Numbers of the signals that ask for an end. */
const SIGNALS = { SIGINT: 2, SIGTERM: 15 } as const;

export interface StudyRun {
  readonly store: string;
  readonly folder: string;
  /** default one a core; one alone where a GPU trains */
  readonly workers?: number;
  engine(): Promise<{ readonly name: EngineName; readonly device?: string } & EngineSettings>;
  /** messages; default standard error */
  readonly err: (line: string) => void;
}
export interface Ran {
  readonly row: StudyRow;
  readonly trials: readonly TrialRow[];
  /** number of the signal that ended it; 0: none did */
  readonly signal: number;
}

/**
 * Runs a study to its end, or until it is paused or a signal comes: the first lets go of its trials, the second ends the
 * process.
 * @throws as `runStudy`
 */
export async function ranStudy(study: Study | string, run: StudyRun): Promise<Ran> {
  const { store, folder, err } = run, { name: engine, device = "", ...settings } = await run.engine();
  const workers = run.workers ?? (device.startsWith("GPU") ? 1 : undefined);
  const control = new AbortController(), pace = studyPace(), shown = shower(err);
  let signal = 0, row: StudyRow | null = null;
  const off = onSignals((number) => {
    if (signal > 0) Deno.exit(128 + number);
    signal = number;
    if (run.workers !== 0) err("letting go of the trials: each goes on from its last state");
    control.abort();
  });
  const said = (line: string) => shown.between(() => err(line));
  const options = { store, folder, workers, engine, settings, signal: control.signal, say: said };
  try {
    for await (const progress of runStudy(study, options)) {
      row = progress.study;
      shown.at(pace.standing(progress));
    }
  } finally {
    off();
    shown.end();
  }
  const { counts, name } = row!, isOver = counts.waiting + counts.running === 0;
  if (signal > 0 && !isOver) err(leftText(name, run));
  return { row: row!, trials: pace.trials(), signal: isOver ? 0 : signal };
}

/** What becomes of a study that is left, and what to do. */
function leftText(name: string, { store, workers }: StudyRun): string {
  const there = isAddress(store) ? ` --store ${shellWord(placeText(store))}` : "";
  return workers === 0
    ? `left: its workers train on (plateau study pause ${shellWord(name)}${there} stops them)`
    : `stopped: plateau study resume ${shellWord(name)}${there} goes on`;
}

function onSignals(listen: (number: number) => void): () => void {
  const listeners = (Object.keys(SIGNALS) as (keyof typeof SIGNALS)[]).map((signal) => {
    const listener = () => listen(SIGNALS[signal]);
    Deno.addSignalListener(signal, listener);
    return [signal, listener] as const;
  });
  return () => listeners.forEach(([signal, listener]) => Deno.removeSignalListener(signal, listener));
}

/** Progress on standard error: lines that take each other's place on a terminal, a line now and then elsewhere. */
function shower(err: (line: string) => void) {
  const live = Deno.stderr.isTerminal();
  const write = (text: string) => Deno.stderr.writeSync(new TextEncoder().encode(text));
  let told = -Infinity, lines: readonly string[] = [];
  const wipe = () => lines.length > 0 && write(`\x1b[${lines.length}A\x1b[0J`);
  return {
    at(standing: Standing) {
      const now = performance.now();
      if (live) {
        wipe();
        lines = standingLines(standing, Deno.consoleSize().columns);
        write(lines.map((line) => `${line}\n`).join(""));
      } else if (now - told >= QUIET) {
        told = now;
        err(standingText(standing));
      }
    },
    /** what is said between stays above the lines that change */
    between(say: () => void) {
      wipe();
      say();
      write(lines.map((line) => `${inLine(line)}\n`).join(""));
    },
    end() {
      wipe();
      lines = [];
    },
  };
}
