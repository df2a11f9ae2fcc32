/** What `plateau study` does: runs studies, tells of those in the store, and what their trials say. */
import { existsSync, rmSync } from "node:fs";
import { onStorage, StorageFault } from "../checkpoints/storage_fault.ts";
import { countedText } from "../durations.ts";
import { nearest } from "../nearest.ts";
import { shellWord } from "../shell_word.ts";
import { inLine } from "../store/runs_text.ts";
import { openStore } from "../store/open_store.ts";
import { isAddress } from "../store/place.ts";
import type { Store } from "../store/store.ts";
import type { StudyRow, TrialRow } from "../store/study_store.ts";
import { ranInitialSteps } from "./initial_steps_run.ts";
import { studyOf, studyWithoutData } from "./kept_study.ts";
import { planRounds, roundText } from "./procedures/plan_rounds.ts";
import type { Study } from "./study.ts";
import { ranStudy, type StudyRun } from "./study_command_run.ts";
import { studyEnd } from "./study_end.ts";
import { studiesIn } from "./study_file.ts";
import { PROCEDURES, toldText } from "./study_findings.ts";
import { NoStudy, type StudyValues, WrongStudy } from "./study_options.ts";
import type { StudyRecord } from "./study_record.ts";
import { studyRecordOf } from "./study_record_of.ts";
import { studiesText, studyText } from "./study_text.ts";
import { studyFolder } from "./trial_folder.ts";
import { WorkerFailed } from "./worker_pool.ts";

/** Where and with whom. */
export interface StudySurroundings {
  /** place of the store, and the folder of data and states */
  readonly store: string;
  readonly folder: string;
  /** a path as the user means it; default as it is */
  readonly here?: (path: string) => string;
  readonly engine: StudyRun["engine"];
  /** data; default standard output */
  readonly out?: (text: string) => void;
  /** messages; default standard error */
  readonly err?: (line: string) => void;
  /** asks a person yes or no; null where nobody is there. Default: on a terminal */
  readonly ask?: ((question: string) => boolean) | null;
}
interface Asked {
  /** what was named after the command: a study or a file */
  readonly word: string;
  readonly values: StudyValues;
  readonly around: Required<StudySurroundings>;
}

/** What names a study that is in the store. */
const NAMED: Readonly<Record<string, (asked: Asked, store: Store, row: StudyRow) => Promise<number>>> = {
  show,
  pause,
  retry,
  remove,
  rounds,
  ...Object.fromEntries(Object.keys(PROCEDURES).map((name) => [name, procedure(name)])),
};
/** What trains. */
const TRAINING: Readonly<Record<string, (asked: Asked) => Promise<number>>> = {
  run,
  resume,
  "initial-steps": initialSteps,
};

/**
 * Does what the words after `plateau study` say; without any it lists.
 * @returns the exit code: 0 done, 1 found wrong, 3 a storage fault, 128+n ended by signal n
 * @throws WrongStudy for what is used wrongly
 * @example
 * ```ts ignore
 * const code = await studyCommand(["show", "rates"], {}, { store: ".plateau/runs.sqlite", folder: ".plateau", engine });
 * ```
 */
export async function studyCommand(
  [command = "list", ...words]: readonly string[],
  values: StudyValues,
  surroundings: StudySurroundings,
): Promise<number> {
  const { err, ...rest } = { ...standard(), ...surroundings };
  // names are anyone's, and a terminal obeys what it is sent
  const around = { ...rest, err: (line: string) => err(inLine(line)) },
    commands = { list, ...TRAINING, ...NAMED };
  if (!Object.hasOwn(commands, command)) {
    throw new WrongStudy(`unknown command: study ${command} (has ${Object.keys(commands).join(", ")})`);
  }
  const takes = command === "list" ? 0 : 1;
  if (words.length < takes) {
    const what = command === "run" || command === "initial-steps" ? "<file>" : "<study>";
    throw new WrongStudy(`missing argument: plateau study ${command} ${what}`);
  }
  if (words.length > takes) throw new WrongStudy(`unexpected argument: ${words[takes]}`);
  const asked = { word: words[0] ?? "", values, around };
  try {
    if (Object.hasOwn(TRAINING, command)) return await TRAINING[command](asked);
    return await inStore(asked, async (store) => {
      if (command === "list") return await list(asked, store);
      return await NAMED[command](asked, store, await named(store, asked.word));
    });
  } catch (error) {
    if (error instanceof WrongStudy) throw error;
    around.err(String((error as Error | null)?.message ?? error));
    const isStorage = error instanceof StorageFault || error instanceof WorkerFailed && error.code === 3;
    return isStorage ? 3 : 1;
  }
}

const standard = () => ({
  here: (path: string) => path,
  out: (text: string) => console.log(text),
  err: (line: string) => console.error(line),
  ask: Deno.stdin.isTerminal() ? (question: string) => confirm(question) : null,
});

/** Who only looks makes no store. */
async function inStore<T>({ around, word }: Asked, act: (store: Store) => Promise<T>): Promise<T | number> {
  if (!isAddress(around.store) && !existsSync(around.store)) {
    if (word !== "") throw new NoStudy(`unknown study: ${word} (none is recorded here)`);
    around.out(studiesText([]));
    return 0;
  }
  const store = await openStore(around.store);
  try {
    if (store.fault !== null) around.err(`${store.fault}; until then it is only read`);
    return await act(store);
  } finally {
    await store.close();
  }
}

/** @throws NoStudy `unknown study: rate (did you mean rates?)` */
async function named(store: Store, name: string): Promise<StudyRow> {
  const row = await store.studies.get(name);
  if (row !== null) return row;
  const names = (await store.studies.list()).map(({ name }) => name), like = nearest(name, names);
  const known = names.length === 0 ? "none is recorded here" : `has ${names.slice(0, 10).join(", ")}`;
  throw new NoStudy(`unknown study: ${name} (${like === undefined ? known : `did you mean ${like}?`})`);
}

async function list({ values, around }: Asked, store: Store): Promise<number> {
  const rows = await store.studies.list();
  around.out(values.json ? JSON.stringify({ studies: rows.map(asJson) }) : studiesText(rows));
  return 0;
}

async function show(asked: Asked, store: Store, row: StudyRow): Promise<number> {
  told(asked, row, await store.studies.trials(row.name));
  return 0;
}

async function pause({ around }: Asked, store: Store, { name, counts }: StudyRow): Promise<number> {
  await store.studies.pause(name, true);
  const held = counts.running === 0 ? "" : `, ${countedText(counts.running, "trial")} are let go of`;
  around.err(`paused: ${name}${held} (plateau study resume ${shellWord(name)} goes on)`);
  return 0;
}

async function retry({ around }: Asked, store: Store, { name }: StudyRow): Promise<number> {
  const count = await store.studies.retry(name);
  around.err(
    count === 0
      ? `no trial of ${name} has failed`
      : `${countedText(count, "trial")} of ${name} wait again: plateau study resume ${shellWord(name)}`,
  );
  return 0;
}

async function remove({ values, around }: Asked, store: Store, row: StudyRow): Promise<number> {
  const question = `remove ${row.name} and the states of its trials (their runs stay)?`;
  if (!values.yes && around.ask === null) {
    throw new WrongStudy(`nobody to ask: ${row.name} (--yes removes it)`);
  }
  if (!values.yes && !around.ask!(inLine(question))) return 0;
  await store.studies.remove(row.name);
  const states = studyFolder(around.folder, row);
  onStorage(states, () => rmSync(states, { recursive: true, force: true }));
  around.err(`removed: ${row.name}`);
  return 0;
}

function procedure(name: string) {
  return async ({ values, around }: Asked, store: Store, row: StudyRow): Promise<number> => {
    const found = PROCEDURES[name]((await studyRecordOf(store, row.name))!);
    around.out(values.json ? JSON.stringify({ study: row.name, ...found }) : toldText(found));
    return 0;
  };
}

async function rounds({ values, around }: Asked, _store: Store, row: StudyRow): Promise<number> {
  if (values.production === undefined) {
    throw new WrongStudy("missing option: --production (updates of the long run, as 20000)");
  }
  const production = count("production", values.production), rounds = count("rounds", values.rounds);
  const planned = planRounds(studyOf(row.plan, around.folder), { production: production!, rounds });
  const lines = [...planned.rounds.map(roundText), ...planned.findings.map(({ text }) => text)];
  around.out(values.json ? JSON.stringify({ study: row.name, rounds: lines }) : lines.join("\n"));
  return await Promise.resolve(0);
}

async function run({ word, values, around }: Asked): Promise<number> {
  let code = 0;
  for (const study of await studiesIn(around.here(word))) {
    const ended = await trained({ word, values, around }, study);
    code = Math.max(code, ended);
    if (ended > 128) return ended;
  }
  return code;
}

async function resume(asked: Asked): Promise<number> {
  const row = await inStore(asked, (store) => named(store, asked.word));
  return await trained(asked, (row as StudyRow).name);
}

/** Trains a study and tells how it came out. @returns the exit code */
async function trained(asked: Asked, study: Study | string): Promise<number> {
  const { row, trials, signal } = await ranStudy(study, surroundingsOf(asked));
  const { code, lines } = signal > 0
    ? { code: 128 + signal, lines: [] }
    : studyEnd(row, trials, studyWithoutData(row.plan).space);
  told(asked, row, trials);
  for (const line of lines) asked.around.err(line);
  return code;
}

async function initialSteps(asked: Asked): Promise<number> {
  const { word, values, around } = asked, [study, other] = await studiesIn(around.here(word));
  if (other) throw new WrongStudy(`invalid file: ${word} (it has several studies, one is searched for)`);
  const options = { search: count("search", values.search), sweep: count("sweep", values.sweep) };
  let signal = 0;
  const finding = await ranInitialSteps(study, options, async (study): Promise<StudyRecord | null> => {
    const ran = await ranStudy(study, surroundingsOf(asked));
    signal = ran.signal;
    if (signal > 0 || ran.row.paused) return null;
    return await inStore(asked, (store) => studyRecordOf(store, ran.row.name)) as StudyRecord;
  });
  if (finding === null) return signal > 0 ? 128 + signal : 0;
  around.out(
    values.json
      ? JSON.stringify({ study: study.name, finding })
      : toldText({ findings: [finding], otherwise: "" }),
  );
  return finding.kind === "noFit" ? 1 : 0;
}

const surroundingsOf = ({ values, around: { store, folder, engine, err } }: Asked): StudyRun => ({
  store,
  folder,
  engine,
  // of a database other machines may train it all
  workers: count("workers", values.workers, isAddress(store) ? 0 : 1),
  err,
});

function told({ values, around }: Asked, row: StudyRow, trials: readonly TrialRow[]): void {
  around.out(values.json ? JSON.stringify({ study: asJson(row), trials }) : studyText(row, trials));
}

/** The plan is long, and for programs. */
const asJson = ({ plan: _plan, ...row }: StudyRow) => row;

function count(option: string, text: string | undefined, least = 1): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= least && /^\d+$/.test(text)) return value;
  throw new WrongStudy(`invalid ${option}: ${text} (a whole number, at least ${least})`);
}
