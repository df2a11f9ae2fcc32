import type { LogReader, ParsedLog } from "../logged.ts";
import { headLines, type Line, withoutColours } from "./lines.ts";
import { lineParser } from "./line_parser.ts";
import { loggedNumber } from "./logged_number.ts";
import { BAR_STEP, BAR_TOTAL } from "./progress_bar.ts";
import { type PythonDict, pythonDict } from "./python_dict.ts";
import { dictSteps } from "./dict_steps.ts";
import type { ReaderWarnings } from "./reader_warnings.ts";
import type { SparseTable } from "./sparse_table.ts";
import { tableLogs } from "./table_logs.ts";
import { isProgram } from "./text_log.ts";

/**
 * What Hugging Face's Trainer, and others, print on the console: dicts such as `{'loss': 0.5, 'epoch': 1.33}`, also behind
 * a progress bar on the same line. Series have the names of the keys; dicts in dicts are joined by slashes.
 *
 * The step is the first of these that there is: `step` or `global_step` in the dicts; the count `20/200 [` of the
 * training's bar on the same line (dicts without that bar are placed by their epoch); the number of the record, in the
 * order of the log. Where it was not written, a warning says how it was found. An epoch that goes back is a restart.
 */
export const pythonDicts: LogReader = {
  format: "python-dicts",
  grows: true,
  recognises: ({ path, head }) =>
    !isProgram(path) && headLines(head).some((line) => dictsIn(line).some(({ value }) => isRecord(value))),
  parser: () =>
    lineParser({
      take,
      whole: (text) => text.trimEnd().endsWith("}") && dictsIn(withoutColours(text)).length > 0,
      begins: (text) => text.includes("{'") && !text.trimEnd().endsWith("}"),
      logs,
    }),
};

const numberOf = (value: unknown): unknown => typeof value === "string" ? loggedNumber(value) : value;
const isNumber = (value: unknown): boolean => typeof numberOf(value) === "number";

/** A dict of settings may be printed too: a record has a number under a name for what trainings print. */
const isRecord = (values: ReadonlyMap<string, unknown>): boolean =>
  [...values].some(([key, value]) => /loss|epoch|step|acc|reward|score/i.test(key) && isNumber(value));

/** The dicts of a line that are whole. */
function dictsIn(line: string): (PythonDict & { readonly start: number })[] {
  const dicts: (PythonDict & { readonly start: number })[] = [];
  let from = 0, tried = 0;
  // a line of many braces that close nothing would be read again from each of them
  for (let start = line.indexOf("{'"); start >= 0 && tried < 8; start = line.indexOf("{'", from)) {
    const dict = pythonDict(line, start);
    if (dict) dicts.push({ ...dict, start });
    else tried++;
    from = dict ? dict.end : start + 1;
  }
  return dicts;
}

function take({ text, offset }: Line, table: SparseTable, warnings: ReaderWarnings): void {
  const line = withoutColours(text), dicts = dictsIn(line);
  let from = 0, numbers = false;
  for (const { value, start, end } of dicts) {
    if ([...value.values()].some(isNumber)) {
      table.row(offset);
      addBar(line.slice(from, start), table);
      addValues(table, "", value);
      numbers = true;
    }
    from = end;
  }
  if (!numbers && /\{'[^']{1,100}': ?-?\d/.test(line)) {
    warnings.add("damaged record skipped", "damaged record skipped: its dict is not whole", offset);
  }
}

/** The last ` 20/200 [` of a progress bar. */
function addBar(before: string, table: SparseTable): void {
  const bar = [...before.matchAll(/[\s|](\d{1,15})\/(\d{1,15}) \[/g)].at(-1);
  if (bar === undefined) return;
  table.number(BAR_STEP, Number(bar[1]));
  table.number(BAR_TOTAL, Number(bar[2]));
}

function addValues(table: SparseTable, prefix: string, values: ReadonlyMap<string, unknown>): void {
  for (const [key, value] of values) {
    const name = prefix + key, number = numberOf(value);
    if (value instanceof Map) addValues(table, `${name}/`, value);
    else if (typeof number === "number") table.number(name, number);
    else if (typeof value === "string") table.text(name, value);
  }
}

function logs(table: SparseTable, warnings: ReaderWarnings): ParsedLog[] {
  const found = dictSteps(table), { written } = found;
  if (found.how) warnings.add("steps", found.how, 0);
  const notMetrics = [BAR_STEP, BAR_TOTAL, "epoch", ...(written === null ? [] : [written])];
  const metrics = [...table.columns.keys()].filter((name) => !notMetrics.includes(name));
  const epoch = table.columns.has("epoch") ? "epoch" : null;
  return tableLogs(table, warnings, {
    mapping: { step: written ?? BAR_STEP, epoch, examples: null, seconds: null, run: [], metrics },
    step: found.step,
    counting: { unit: found.unit, fromZero: false },
    restarts: true,
    ...(found.stepsPerEpoch === null ? {} : { batches: { stepsPerEpoch: found.stepsPerEpoch } }),
  });
}
