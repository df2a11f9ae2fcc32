/** What `plateau runs` does: lists, shows, compares, tags, deletes, exports and takes in runs. */
import { existsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { onStorage, StorageFault } from "../checkpoints/storage_fault.ts";
import { countedText } from "../durations.ts";
import { configDiff } from "./config_diff.ts";
import { jsonText, type RunCurves, runsAsCsv, runsAsJson, runsAsParquet } from "./export_runs.ts";
import { filterRuns } from "./filter_runs.ts";
import { type RunsValues, WrongRuns } from "./runs_options.ts";
import { comparisonText, inLine, runsText, runText } from "./runs_text.ts";
import { runsNamed } from "./runs_named.ts";
import { openStore } from "./open_store.ts";
import type { Series } from "../curves/logged.ts";
import type { RunRow, Store } from "./store.ts";
import { UnknownRun } from "./store_fault.ts";
import { takeIn } from "./take_in.ts";

/** Where and with whom. */
export interface RunsSurroundings {
  /** path of the store */
  readonly store: string;
  /** a path as the user means it; default as it is */
  readonly here?: (path: string) => string;
  /** data; default standard output */
  readonly out?: (data: Uint8Array) => void;
  /** messages; default standard error */
  readonly err?: (line: string) => void;
  /** asks a person yes or no; null where nobody is there. Default: on a terminal */
  readonly ask?: ((question: string) => boolean) | null;
}

/** One command, with all that it needs. */
interface Asked {
  readonly store: Store;
  readonly words: readonly string[];
  readonly values: RunsValues;
  readonly around: Required<RunsSurroundings>;
}

const COMMANDS: Readonly<Record<string, (asked: Asked) => Promise<number>>> = {
  list,
  show,
  compare,
  tag,
  delete: remove,
  export: exported,
  import: imported,
};
const encoder = new TextEncoder();

/**
 * Does what the words after `plateau runs` say; without a known first word they filter the list.
 *
 * @returns the exit code: 0 done, 1 nothing there, 3 a storage fault
 * @throws WrongRuns for what is used wrongly
 * @example
 * ```ts ignore
 * const code = await runsCommand(["show", "3f"], { json: true }, { store: ".plateau/runs.sqlite" });
 * ```
 */
export async function runsCommand(
  args: readonly string[],
  values: RunsValues,
  surroundings: RunsSurroundings,
): Promise<number> {
  const around = inLines({ ...standard(), ...surroundings }), [first = "list", ...rest] = args;
  const known = Object.hasOwn(COMMANDS, first), words = known ? rest : args;
  let store: Store | null = null;
  try {
    // who only looks makes no store
    if (first !== "import" && !existsSync(around.store)) {
      if (first === "tag") requireTags(words.slice(1)); // what is used wrongly is told first
      if (known && first !== "list") throw new UnknownRun(words[0] ?? "", "none is recorded here");
      around.out(encoder.encode(values.json ? '{"runs":[]}\n' : "no runs\n"));
      return 0;
    }
    store = await openStore(around.store);
    if (store.fault !== null) around.err(`${store.fault}; until then it is only read`);
    return await COMMANDS[known ? first : "list"]({ store, words, values, around });
  } catch (error) {
    if (error instanceof WrongRuns) throw error;
    if (error instanceof Deno.errors.BrokenPipe) return 0; // who reads has seen enough
    around.err((error as Error).message);
    return error instanceof StorageFault ? 3 : 1;
  } finally {
    await store?.close();
  }
}

const standard = (): Omit<Required<RunsSurroundings>, "store"> => ({
  here: (path) => path,
  out: (data) => {
    for (let at = 0; at < data.length;) at += Deno.stdout.writeSync(data.subarray(at));
  },
  err: (line) => console.error(line),
  ask: Deno.stdin.isTerminal() ? (question) => confirm(question) : null,
});

/** Messages and questions name runs, and whoever wrote a log called them: each is one line, whatever is in it. */
const inLines = ({ err, ask, ...around }: Required<RunsSurroundings>): Required<RunsSurroundings> => ({
  ...around,
  err: (line) => err(inLine(line)),
  ask: ask && ((question) => ask(inLine(question))),
});

const print = ({ around }: Asked, text: string) => around.out(encoder.encode(`${text}\n`));

async function list(asked: Asked): Promise<number> {
  const { rows, faults } = filterRuns(await asked.store.runs(), asked.words.map(asWritten).join(" "));
  for (const fault of faults) asked.around.err(fault);
  print(asked, asked.values.json ? jsonText({ runs: rows }) : runsText(rows));
  return faults.length > 0 ? 2 : 0;
}

/** A word with a space was written in the shell's quotes, which are gone. */
const asWritten = (word: string) => /\s/.test(word) && !word.includes('"') ? `"${word}"` : word;

async function show(asked: Asked): Promise<number> {
  const [row] = await named(asked, 1, 1), { store } = asked;
  const checkpoints = (await store.checkpoints(row.id)).filter(({ path }) => existsSync(path));
  const verdicts = await store.verdicts(row.id);
  print(
    asked,
    asked.values.json
      ? jsonText({ ...row, checkpoints, verdicts })
      : runText(row, checkpoints, verdicts.map(({ policy }) => policy)),
  );
  return 0;
}

async function compare(asked: Asked): Promise<number> {
  const rows = await named(asked, 2, Infinity), diff = configDiff(rows);
  const finals = await Promise.all(rows.map(({ id, best }) => lastOf(asked.store, id, best?.metric)));
  const runs = rows.map((row, i) => ({ ...row, final: finals[i] }));
  print(asked, asked.values.json ? jsonText({ runs, ...diff }) : comparisonText(rows, finals, diff));
  return 0;
}

async function lastOf(store: Store, id: string, metric: string | undefined): Promise<number | null> {
  const series = metric === undefined ? null : await store.series(id, metric);
  return series?.value.at(-1) ?? null;
}

function requireTags(changes: readonly string[]): void {
  const wrong = changes.find((change) => !/^[+-]\S+$/.test(change));
  if (wrong !== undefined) throw new WrongRuns(`invalid tag: ${wrong} (+tag adds, -tag takes away)`);
  if (changes.length === 0) throw new WrongRuns("missing tag: plateau runs tag RUN +TAG -TAG");
}

async function tag(asked: Asked): Promise<number> {
  const [name, ...changes] = asked.words;
  requireTags(changes);
  const [row] = await named({ ...asked, words: [name] }, 1, 1), tags = new Set(row.tags);
  for (const change of changes) change[0] === "+" ? tags.add(change.slice(1)) : tags.delete(change.slice(1));
  await asked.store.tag(row.id, [...tags]);
  print(
    asked,
    asked.values.json
      ? jsonText({ id: row.id, tags: [...tags] })
      : inLine(`${row.id}  ${[...tags].join(" ")}`),
  );
  return 0;
}

async function remove(asked: Asked): Promise<number> {
  const rows = await named(asked, 1, Infinity), { ask } = asked.around;
  const what = rows.map(({ id, name }) => `${id} ${name}`).join(", ");
  if (!asked.values.yes) {
    if (ask === null) throw new WrongRuns(`nobody to ask: delete ${what}? (say --yes)`);
    if (!ask(`Delete ${what}?`)) return 1;
  }
  for (const { id } of rows) await asked.store.remove(id);
  asked.around.err(`deleted ${what}`);
  return 0;
}

async function exported(asked: Asked): Promise<number> {
  const { json, csv, parquet, out } = asked.values;
  if (Number(Boolean(json)) + Number(Boolean(csv)) + Number(Boolean(parquet)) !== 1) {
    throw new WrongRuns("invalid export: one of --csv, --parquet and --json is needed");
  }
  if (parquet && out === undefined && Deno.stdout.isTerminal()) {
    throw new WrongRuns("missing --out: Parquet is no text");
  }
  const rows = await named(asked, 1, Infinity);
  const runs = await Promise.all(rows.map((row) => curvesOf(asked.store, row)));
  const parts = parquet ? [runsAsParquet(runs)] : (json ? [`${runsAsJson(runs)}\n`] : runsAsCsv(runs));
  if (out === undefined) { for (const part of parts) asked.around.out(asBytes(part)); }
  else writeParts(asked.around.here(out), parts);
  return 0;
}

async function curvesOf(store: Store, row: RunRow): Promise<RunCurves> {
  const series = new Map<string, Series>();
  for (const metric of row.metrics) series.set(metric, (await store.series(row.id, metric))!);
  return { row, series };
}

const asBytes = (part: string | Uint8Array) => typeof part === "string" ? encoder.encode(part) : part;

/** What is there is replaced only by a whole file. */
function writeParts(path: string, parts: Iterable<string | Uint8Array>): void {
  const beside = `${path}.part`;
  onStorage(path, () => {
    const file = Deno.openSync(beside, { write: true, create: true, truncate: true });
    try {
      for (const part of parts) {
        const bytes = asBytes(part);
        for (let at = 0; at < bytes.length;) at += file.writeSync(bytes.subarray(at));
      }
    } finally {
      file.close();
    }
    Deno.renameSync(beside, path);
  });
}

async function imported(asked: Asked): Promise<number> {
  if (asked.words.length === 0) throw new WrongRuns("missing path: plateau runs import PATH …");
  const { readLogs } = await import("../curves/readers/read_logs.ts");
  const { here, err } = asked.around, ids: string[] = [];
  let warned = 0;
  for (const word of asked.words) {
    const path = here(word), { runs, warnings } = await readLogs(path);
    const folder = statSync(path).isFile() ? dirname(path) : path;
    for (const { file, message } of warnings) err(`${file}: ${message}`);
    for (const run of runs) ids.push(await takeIn(asked.store, run, folder));
    warned += runs.filter(({ warnings }) => warnings.length > 0).length;
  }
  if (asked.values.json) print(asked, jsonText({ runs: ids }));
  else {
    const warnings = warned === 0
      ? ""
      : `, ${countedText(warned, "run")} with warnings: plateau runs show RUN says them`;
    err(`took in ${countedText(ids.length, "run")}${warnings}`);
  }
  return 0;
}

/** The runs that words name, in their order: by id, by its first letters, or by name. */
async function named({ store, words }: Asked, least: number, most: number): Promise<RunRow[]> {
  if (words.length < least) throw new WrongRuns(`missing run: ${least} needed, by id or name`);
  if (words.length > most) throw new WrongRuns(`unexpected argument: ${words[most]}`);
  const all = await store.runs();
  return words.map((word) => {
    const found = runsNamed(all, word);
    if (found.length === 1) return found[0];
    const some = found.slice(0, 5).map(({ id, name }) => `${id} ${name}`).join(", ");
    throw new Error(
      found.length === 0
        ? `unknown run: ${word}${all.length === 0 ? " (there are none)" : ""}`
        : `more than one run: ${word} (${some}${found.length > 5 ? ", …" : ""})`,
    );
  });
}
