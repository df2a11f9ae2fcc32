/** What differs between the compared runs, as a table of texts. Pure. */
import { leavesIn } from "../../lib/criteria/leaves_in.ts";
import { parseCriterion } from "../../lib/criteria/parse_text.ts";
import { decimals, MISSING, thousands } from "../../lib/charts/format.ts";
import { palette } from "../../lib/charts/palette.ts";
import { durationOnAxesText } from "../../lib/curves/spacing.ts";
import { type Duration, durationText, evaluations } from "../../lib/durations.ts";
import { configDiff } from "../../lib/store/config_diff.ts";
import type { ConfigValue, RunRow } from "../../lib/store/store.ts";
import type { RunLine } from "../lines_codec.ts";

export interface DiffRow {
  readonly key: string;
  /** one a column */
  readonly values: readonly string[];
  /** of all compared runs in short; null when each has a column */
  readonly all: string | null;
}

export interface DiffTable {
  /** runs with a column of their own */
  readonly columns: readonly RunRow[];
  /** settings that differ */
  readonly differing: number;
  readonly rows: readonly DiffRow[];
  /** settings that all share */
  readonly same: readonly string[];
}

/** Columns that a reader can follow. */
const MOST_COLUMNS = 8;
/** Values that are named one by one where runs have no column. */
const NAMED = 3;

const textOf = (value: ConfigValue | undefined): string => {
  if (value === undefined || value === null) return MISSING;
  if (typeof value !== "number") return String(value);
  return Number.isInteger(value) && Math.abs(value) >= 10_000
    ? thousands(value)
    : String(value).replace("-", "−");
};

/** Many values in short: the span of numbers, else what occurs most. */
function inShort(values: readonly (ConfigValue | undefined)[], text = textOf): string {
  const counted = [...Map.groupBy(values, text)].map(([text, same]) => ({ text, count: same.length }))
    .sort((a, b) => b.count - a.count);
  const numbers = values.filter((value) => typeof value === "number" && Number.isFinite(value)) as number[];
  if (counted.length === 1) return counted[0].text;
  if (numbers.length === values.length && counted.length > NAMED) {
    const least = numbers.reduce((a, b) => Math.min(a, b)), most = numbers.reduce((a, b) => Math.max(a, b));
    return `${text(least)} to ${text(most)}, ${thousands(counted.length)} values`;
  }
  const named = counted.slice(0, NAMED).map(({ text, count }) => `${text} ×${thousands(count)}`);
  return [...named, ...(counted.length > NAMED ? [`${thousands(counted.length - NAMED)} more`] : [])].join(
    ", ",
  );
}

/** A rule as it may be written: the text of a criterion, alone or after the name of a policy. */
function criterionIn(text: string): Duration | null {
  try {
    const waits = leavesIn(parseCriterion(text)).flatMap((leaf) =>
      leaf.kind === "plateau" ? [leaf.patience] : []
    );
    return waits[0] ?? null;
  } catch {
    return null; // words for people, or another tool's
  }
}

/** The patience of a run's rule, by its text or by its settings; null when it has none, or none that is understood. */
export function patienceOf({ rule, config }: Pick<RunRow, "rule" | "config">): Duration | null {
  for (const text of [rule, ...Object.values(config)]) {
    const found = typeof text === "string" && text.includes("(") ? criterionIn(text) : null;
    if (found !== null) return found;
  }
  for (const [key, value] of Object.entries(config)) {
    const count = typeof value === "string" ? Number(value || NaN) : value;
    if (
      /(^|[._/])(early_?stopping_)?patience$/i.test(key) && Number.isSafeInteger(count) &&
      (count as number) > 0
    ) {
      return evaluations(count as number);
    }
  }
  return null;
}

function patienceText(row: RunRow, line: RunLine | undefined): string | null {
  const patience = patienceOf(row);
  if (patience === null) return null;
  return line?.spacing ? durationOnAxesText(patience, line.spacing) : durationText(patience);
}

/** A row beside the settings: what was decided, and what came of it. */
interface Said {
  readonly key: string;
  value(row: RunRow): ConfigValue;
  /** default: as settings are written */
  text?(value: ConfigValue | undefined): string;
  /** left out where it is the same in all */
  readonly differs?: boolean;
}

const numeric = (text: (value: number | null) => string) => (value: ConfigValue | undefined) =>
  text(typeof value === "number" ? value : null);
const BEFORE: readonly Said[] = [
  { key: "policy", value: ({ kind }) => palette[kind].name, differs: true },
  { key: "rule", value: ({ rule }) => rule || null, differs: true },
];
const AFTER: readonly Said[] = [
  { key: "stopped at", value: ({ step }) => step, text: numeric(thousands) },
  { key: "best loss", value: ({ best }) => best?.value ?? null, text: numeric(decimals) },
  { key: "ended", value: ({ because, state }) => because || state, differs: true },
];

/**
 * The table of what differs. Up to 8 runs have a column each; of more, those that are pinned, and all of them in short.
 * @param lines of the metric that is shown: patience is counted in its evaluations
 */
export function runsDiff(
  rows: readonly RunRow[],
  pinned: ReadonlySet<string>,
  lines: ReadonlyMap<string, RunLine>,
): DiffTable {
  const every = rows.length <= MOST_COLUMNS;
  const columns = every ? rows : rows.filter(({ id }) => pinned.has(id)).slice(0, MOST_COLUMNS);
  const { differing, same } = configDiff(rows);
  const at = columns.map((row) => rows.indexOf(row));
  const patience: Said = { key: "patience", value: (row) => patienceText(row, lines.get(row.id)) };
  const said = ({ key, value, text = textOf, differs = false }: Said): DiffRow[] => {
    const values = rows.map(value), distinct = new Set(values);
    if (distinct.size === 1 && (differs || distinct.has(null))) return [];
    return [{ key, values: at.map((i) => text(values[i])), all: every ? null : inShort(values, text) }];
  };
  const settings = differing.map(({ key, values }): DiffRow => ({
    key,
    values: at.map((i) => textOf(values[i])),
    all: every ? null : inShort(values),
  }));
  return {
    columns,
    differing: differing.length,
    rows: [...[...BEFORE, patience].flatMap(said), ...settings, ...AFTER.flatMap(said)],
    same: same.map(({ key, value }) => `${key} ${textOf(value)}`),
  };
}
