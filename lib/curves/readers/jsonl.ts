import type { LogReader, ParsedLog } from "../logged.ts";
import { mappingOf } from "./column_mapping.ts";
import { isRecord, lenientJson } from "./lenient_json.ts";
import { lineParser } from "./line_parser.ts";
import { headLines, type Line, withoutColours } from "./lines.ts";
import { loggedNumber } from "./logged_number.ts";
import { widened } from "./widened.ts";
import { mappingText } from "./mapping.ts";
import type { ReaderWarnings } from "./reader_warnings.ts";
import type { SparseTable } from "./sparse_table.ts";
import { tableLogs } from "./table_logs.ts";

/** Deeper values are no metrics. Levels. */
const DEEPEST = 16;

/**
 * One JSON object a line, also behind a prefix such as a date. Objects in objects are joined by slashes
 * (`validation/loss`); bare NaN and Infinity and texts that are numbers are numbers; `null` and lists are nothing; a text
 * that never changes is a setting.
 *
 * The step is the first of `step`, `global_step`, `iter`, `iteration`, `_step`, `steps` and such that stands in half of
 * the records, else `epoch`, else the number of the record. Unless it is plainly `step`, a warning says what was taken.
 * The last line may be cut: it is left out until its end is there.
 */
export const jsonl: LogReader = {
  format: "jsonl",
  grows: true,
  recognises: ({ path, head }) => {
    const objects = headLines(head).slice(0, 50).filter((line) => objectOf(line) !== null).length;
    return objects > 0 && (isJsonLines(path) || (!path.endsWith(".json") && objects > 1) || objects > 2);
  },
  parser: ({ path }) => {
    const strict = isJsonLines(path);
    return lineParser({
      take: (line, table, warnings) => take(line, table, warnings, strict),
      whole: (text) => objectOf(withoutColours(text)) !== null,
      begins: (text) => strict || text.trimStart().startsWith("{"),
      logs,
    });
  },
};

const isJsonLines = (path: string): boolean => /\.(?:jsonl|ndjson|jsonlines)$/i.test(path);

function take({ text, offset }: Line, table: SparseTable, warnings: ReaderWarnings, strict: boolean): void {
  const line = withoutColours(text), object = objectOf(line);
  if (object !== null) {
    table.row(offset);
    return addValues(table, "", object, 0);
  }
  const opens = line.trimStart().startsWith("{");
  if (!strict && !opens) return;
  const read = opens ? lenientJson(line) : null;
  const fault = read && "fault" in read ? `${read.fault} at character ${read.at + 1}` : "no object with keys";
  warnings.add("line skipped: not JSON", `line skipped: not JSON: ${fault}`, offset);
}

/** The object that a line ends with; null for another line. */
function objectOf(line: string): Record<string, unknown> | null {
  const start = line.indexOf('{"');
  if (start < 0) return null;
  const text = line.slice(start).trimEnd();
  if (!text.endsWith("}")) return null;
  const value = valueOf(text);
  return isRecord(value) ? value : null;
}

/** Most lines are JSON, which is read faster. */
function valueOf(text: string): unknown {
  if (!/NaN|Infinity/.test(text)) {
    try {
      return JSON.parse(text);
    } catch {
      return undefined;
    }
  }
  const read = lenientJson(text);
  return "value" in read ? read.value : undefined;
}

function addValues(table: SparseTable, prefix: string, object: Record<string, unknown>, depth: number): void {
  for (const [key, value] of Object.entries(object)) {
    const name = prefix + key;
    if (isRecord(value)) {
      if (depth < DEEPEST) addValues(table, `${name}/`, value, depth + 1);
      continue;
    }
    const number = typeof value === "string" ? loggedNumber(value) : value;
    if (typeof number === "number") table.number(name, number);
    else if (typeof value === "string" || typeof value === "boolean") table.text(name, String(value));
  }
}

function logs(table: SparseTable, warnings: ReaderWarnings): ParsedLog[] {
  const mapping = mappingOf(table);
  if (mapping.step !== "step" || mapping.run.length > 0) warnings.add("columns", mappingText(mapping), 0);
  const wide = widened(table, mapping);
  return tableLogs(wide.table, warnings, { mapping: wide.mapping });
}
