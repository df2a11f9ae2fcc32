/** Which runs are compared. Pure. */
import { metricNamed } from "../../lib/criteria/metric.ts";
import { filterRuns } from "../../lib/store/filter_runs.ts";
import type { RunRow } from "../../lib/store/store.ts";
import type { Choice } from "./runs_state.ts";

/** Runs that are compared when nobody chose any. */
const FEW = 5;

/** The newest few runs of one metric, counted alike: those that one picture can hold. */
export function newestComparable(rows: readonly RunRow[]): RunRow[] {
  const first = rows.find((row) => row.best !== null);
  if (first === undefined) return [];
  const metric = metricNamed(first.best!.metric);
  return rows.filter((row) =>
    row.best !== null && metricNamed(row.best.metric) === metric && row.counting.unit === first.counting.unit
  ).slice(0, FEW);
}

/**
 * The chosen rows, in the order of the rows; ids that are there no more are passed over.
 * @param choice null: the newest comparable
 */
export function chosenRows(rows: readonly RunRow[], choice: Choice | null): RunRow[] {
  if (choice === null) return newestComparable(rows);
  const found = choice.matching === null
    ? new Set<string>()
    : new Set(filterRuns(rows, choice.matching).rows.map(({ id }) => id));
  for (const id of choice.except) found.delete(id);
  for (const id of choice.ids) found.add(id);
  return rows.filter(({ id }) => found.has(id));
}

/** The choice with some runs put in or taken out. What the page chose becomes the reader's choice. */
export function withRuns(
  rows: readonly RunRow[],
  choice: Choice | null,
  ids: readonly string[],
  chosen: boolean,
): Choice {
  const before = choice ??
    { ids: newestComparable(rows).map(({ id }) => id), matching: null, except: [] };
  const touched = new Set(ids);
  const kept = before.ids.filter((id) => !touched.has(id)),
    except = before.except.filter((id) => !touched.has(id));
  const matching = before.matching === null
    ? new Set<string>()
    : new Set(filterRuns(rows, before.matching).rows.map(({ id }) => id));
  return chosen
    ? { ...before, ids: [...kept, ...ids.filter((id) => !matching.has(id))], except }
    : { ...before, ids: kept, except: [...except, ...ids.filter((id) => matching.has(id))] };
}
