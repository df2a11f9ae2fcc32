/** Runs in the order of a column. Pure. */
import type { RunRow } from "../../lib/store/store.ts";
import type { Sorting } from "./runs_state.ts";

/** What rows are sorted by; null where it is missing. */
export type SortKey = number | string | null;

const keyOf: Readonly<Record<Sorting["column"], (row: RunRow) => SortKey>> = {
  run: ({ name }) => name,
  best: ({ best }) => best?.value ?? null,
  stopped: ({ step }) => step,
  ago: ({ updated }) => updated,
};

const collator = new Intl.Collator("en", { numeric: true });

/** Runs that go on stand before those that ended, and do not jump with every value that they write. */
function byAge(left: RunRow, right: RunRow): number {
  const [a, b] = [left.state === "running", right.state === "running"];
  if (a !== b) return Number(a) - Number(b);
  return a ? left.created - right.created : left.updated - right.updated;
}

/**
 * Numbers by size, names by letter and number, what is missing last in both directions; ties as they came.
 * @example
 * ```ts
 * const rows = sortedRuns([], { column: "best", ascending: true });
 * ```
 */
export function sortedRuns(rows: readonly RunRow[], { column, ascending }: Sorting): RunRow[] {
  if (column === "ago") return [...rows].sort((a, b) => (ascending ? 1 : -1) * byAge(a, b));
  return sortedBy(rows, keyOf[column], ascending);
}

/** By any key, in the same way. */
export function sortedBy<Row>(rows: readonly Row[], key: (row: Row) => SortKey, ascending: boolean): Row[] {
  const direction = ascending ? 1 : -1;
  const keyed = rows.map((row) => ({ row, key: key(row) }));
  keyed.sort(({ key: a }, { key: b }) => {
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    if (typeof a === "number" && typeof b === "number") return direction * (a - b);
    return direction * collator.compare(String(a), String(b));
  });
  return keyed.map(({ row }) => row);
}
