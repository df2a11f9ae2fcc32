/** Which runs a person means by a few words. The page and the command line read them alike. */
import type { ConfigValue, RunRow } from "./store.ts";

/** What is looked at of a run. */
export type Filtered =
  & Pick<
    RunRow,
    | "id"
    | "name"
    | "source"
    | "from"
    | "tags"
    | "config"
    | "seed"
    | "kind"
    | "rule"
    | "step"
    | "metrics"
  >
  & { readonly state: string; readonly best: { readonly value: number } | null };

export interface FoundRuns<Row> {
  readonly rows: readonly Row[];
  /** what of the words means nothing, one line each: then no run is found */
  readonly faults: readonly string[];
}

type Test = (row: Filtered) => boolean;

const STATES = [
  ...["running", "interrupted", "stopped", "alreadyComplete", "exhausted", "diverged", "aborted", "failed"],
  "error",
];
const FIELDS: Readonly<Record<string, (row: Filtered) => readonly string[]>> = {
  state: ({ state }) => state === "failed" || state === "diverged" ? [state, "error"] : [state],
  tag: ({ tags }) => tags,
  metric: ({ metrics }) => metrics,
  kind: ({ kind }) => [kind],
  source: ({ source }) => [source],
  from: ({ from }) => [from ?? ""],
  name: ({ name }) => [name],
  id: ({ id }) => [id],
};
const NUMBERS: Readonly<Record<string, (row: Filtered) => ConfigValue | undefined>> = {
  step: ({ step }) => step,
  best: ({ best }) => best?.value,
  seed: ({ seed }) => seed,
};
/** Other words for a setting. */
const SAME = [["lr", "learning_rate", "learningRate"], ["batch", "batch_size", "batchSize"]];

/**
 * The runs that all words fit, in their order. A word is found in name, tags, rule and settings; `state:error`, `tag:x`,
 * `metric:val_loss`, `kind:`, `source:`, `from:`, `name:` and `id:` look in one place; `lr<1e-3`, `seed=3`, `best<0.3`,
 * `step>1000`, `optimizer!=sgd` compare a number or a setting, which is named by its last part or whole. Quotes keep
 * spaces together.
 * @param states those that there may be; default those of runs
 * @example
 * ```ts
 * import type { RunRow } from "./store.ts";
 * const good = (rows: RunRow[]) => filterRuns(rows, "optimizer=adam best<0.3").rows;
 * ```
 */
export function filterRuns<Row extends Filtered>(
  rows: readonly Row[],
  text: string,
  states: readonly string[] = STATES,
): FoundRuns<Row> {
  const read = tokens(text).map((token) => testOf(token, rows, states));
  const faults = read.flatMap((each) => typeof each === "string" ? [each] : []);
  if (faults.length > 0) return { rows: [], faults };
  return { rows: rows.filter((row) => read.every((test) => (test as Test)(row))), faults };
}

/** Words; what stands in quotes is one, or belongs to the one it is written in. A quote that is not closed ends with the text. */
function tokens(text: string): string[] {
  return [...text.matchAll(/(?:[^\s"]|"[^"]*(?:"|$))+/g)].map(([token]) => token).filter((token) =>
    token !== '""'
  );
}

const unquoted = (text: string) => text.replaceAll('"', "");

/** What a word asks of a run, or why it asks nothing. */
function testOf(token: string, rows: readonly Filtered[], states: readonly string[]): Test | string {
  if (token.startsWith('"')) return wordTest(unquoted(token));
  const place = /^([a-z]+):(.+)$/i.exec(token);
  if (place && Object.hasOwn(FIELDS, place[1])) return placeTest(place[1], unquoted(place[2]), states);
  if (place && !place[2].startsWith("//")) {
    return `unknown key: ${place[1]} (has ${Object.keys(FIELDS).join(", ")})`;
  }
  const compared = /^([^<>=!"]+)(<=|>=|!=|=|<|>)(.*)$/.exec(token);
  return compared
    ? comparison(compared[1], compared[2], unquoted(compared[3]), rows)
    : wordTest(unquoted(token));
}

function wordTest(word: string): Test {
  const wanted = word.toLowerCase();
  return ({ id, name, tags, rule, config }) =>
    id.startsWith(wanted) ||
    [name, rule, ...tags, ...Object.values(config)].some((text) =>
      String(text).toLowerCase().includes(wanted)
    );
}

function placeTest(place: string, wanted: string, states: readonly string[]): Test | string {
  if (place === "state" && !states.includes(wanted)) {
    return `unknown state: ${wanted} (has ${states.join(", ")})`;
  }
  const partial = place === "name" || place === "from", lower = wanted.toLowerCase();
  return (row) =>
    FIELDS[place](row).some((has) =>
      partial ? has.toLowerCase().includes(lower) : place === "id" ? has.startsWith(wanted) : has === wanted
    );
}

function comparison(key: string, sign: string, text: string, rows: readonly Filtered[]): Test | string {
  const number = text.trim() === "" ? NaN : Number(text);
  if (/[<>]/.test(sign) && Number.isNaN(number)) return `invalid number: ${text} (in ${key}${sign}${text})`;
  const keys = Object.hasOwn(NUMBERS, key) ? [] : keysNamed(key, rows);
  if (!Object.hasOwn(NUMBERS, key) && keys.length === 0) return `unknown key: ${key} (has ${known(rows)})`;
  const valuesOf = (row: Filtered) =>
    Object.hasOwn(NUMBERS, key)
      ? [NUMBERS[key](row)]
      : keys.flatMap((each) => Object.hasOwn(row.config, each) ? [row.config[each]] : []);
  return (row) => valuesOf(row).some((value) => holds(value, sign, text, number));
}

function holds(value: ConfigValue | undefined, sign: string, text: string, number: number): boolean {
  if (value === undefined) return false;
  const numeric = typeof value === "number"
    ? value
    : typeof value === "string" && value.trim() !== ""
    ? Number(value)
    : NaN;
  const equal = numeric === number || String(value).toLowerCase() === text.toLowerCase();
  switch (sign) {
    case "=":
      return equal;
    case "!=":
      return !equal;
    case "<":
      return numeric < number;
    case "<=":
      return numeric <= number;
    case ">":
      return numeric > number;
    default:
      return numeric >= number;
  }
}

/** The settings that a name means: itself where some run has it, else those whose last part it is, by any of its words. */
function keysNamed(name: string, rows: readonly Filtered[]): string[] {
  const all = [...new Set(rows.flatMap(({ config }) => Object.keys(config)))];
  const words = SAME.find((words) => words.includes(name)) ?? [name];
  const whole = all.filter((key) => words.includes(key));
  return whole.length > 0 ? whole : all.filter((key) => words.includes(key.split(/[./]/).at(-1)!));
}

/** Keys for a message: all that there are, or the first of many. */
function known(rows: readonly Filtered[]): string {
  const all = [...new Set([...Object.keys(NUMBERS), ...rows.flatMap(({ config }) => Object.keys(config))])];
  return all.length > 20 ? `${all.slice(0, 20).join(", ")}, …` : all.join(", ");
}
