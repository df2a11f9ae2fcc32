/** Runs in the order of a column. Pure. */
import type { RunRow } from "../../lib/store/store.ts";
import type { Sorting } from "./runs_state.ts";

type Key = number | string | null;

const keyOf: Readonly<Record<Sorting["column"], (row: RunRow) => Key>> = {
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
  const direction = ascending ? 1 : -1;
  if (column === "ago") return [...rows].sort((a, b) => direction * byAge(a, b));
  const key = keyOf[column];
  return [...rows].sort((left, right) => {
    const a = key(left), b = key(right);
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    return direction * (typeof a === "number" ? a - (b as number) : collator.compare(a, b as string));
  });
}
