/** Which trials of a study are listed, in which order, and how that stands in the address. Pure. */
import { filterRuns, type FoundRuns } from "../../lib/store/filter_runs.ts";
import type { TrialRow } from "../../lib/store/study_store.ts";
import type { Mode } from "../../lib/criteria/criterion.ts";
import { sortedBy, type SortKey } from "./runs_sorted.ts";

/** Columns that every study has; a parameter is one by its path with `=` before it. */
export type TrialColumn = "trial" | "best" | "at" | "step" | "seed" | "took" | `=${string}`;

export interface TrialsState {
  readonly filter: string;
  /** null: the best first */
  readonly sort: { readonly column: TrialColumn; readonly ascending: boolean } | null;
}

const STATES = ["waiting", "running", "done", "stopped", "pruned", "diverged", "failed", "error"];
const FIXED = ["trial", "best", "at", "step", "seed", "took"];

/** The state that an address describes. @param search as `?filter=state:pruned&sort=-best` */
export function trialsStateOf(search: string): TrialsState {
  const query = new URLSearchParams(search), text = query.get("sort") ?? "", column = text.replace(/^-/, "");
  const known = FIXED.includes(column) || column.startsWith("=");
  return {
    filter: query.get("filter") ?? "",
    sort: known ? { column: column as TrialColumn, ascending: !text.startsWith("-") } : null,
  };
}

/** The search of the address that describes a state. */
export function trialsSearchOf({ filter, sort }: TrialsState): string {
  const query = new URLSearchParams();
  if (filter !== "") query.set("filter", filter);
  if (sort !== null) query.set("sort", `${sort.ascending ? "" : "-"}${sort.column}`);
  return query.size === 0 ? "" : `?${query}`;
}

/** Seconds from its first beginning to its end; null before. */
export const tookOf = ({ began, ended }: TrialRow): number | null =>
  began === null || ended === null ? null : Math.max(0, ended - began) / 1000;

function keyOf(column: TrialColumn): (trial: TrialRow) => SortKey {
  if (column.startsWith("=")) {
    return ({ parameters }) => {
      const value = parameters[column.slice(1)];
      return value === undefined || value === null ? null : typeof value === "number" ? value : String(value);
    };
  }
  return {
    trial: ({ number }: TrialRow) => number,
    best: ({ best }: TrialRow) => best?.value ?? null,
    at: ({ best }: TrialRow) => best?.step ?? null,
    step: ({ step, state }: TrialRow) => state === "waiting" ? null : step,
    seed: ({ seed }: TrialRow) => seed,
    took: tookOf,
  }[column as "trial"];
}

/** Whether a column begins with its small values: the best first, the newest trial last. */
export const beginsSmall = (column: TrialColumn, mode: Mode): boolean => column !== "best" || mode === "min";

/**
 * The trials that a filter finds, in order: by default the best first, those without a value by their number.
 * @param among the numbers of those that may be there; null: all
 */
export function trialsShown(
  trials: readonly TrialRow[],
  { filter, sort }: TrialsState,
  mode: Mode,
  among: ReadonlySet<number> | null = null,
): FoundRuns<TrialRow> {
  const some = among === null ? trials : trials.filter(({ number }) => among.has(number));
  const { rows, faults } = filter.trim() === "" ? { rows: some, faults: [] } : found(some, filter);
  const { column, ascending } = sort ?? { column: "best" as const, ascending: beginsSmall("best", mode) };
  return { rows: sortedBy(rows, keyOf(column), ascending), faults };
}

function found(trials: readonly TrialRow[], filter: string): FoundRuns<TrialRow> {
  const asRuns = trials.map((trial) => ({
    trial,
    id: String(trial.number),
    name: trial.name,
    source: "training" as const,
    from: trial.worker,
    state: trial.state,
    tags: [],
    config: trial.parameters,
    seed: trial.seed,
    kind: "steps" as const,
    rule: trial.because,
    step: trial.step,
    best: trial.best,
    metrics: [],
  }));
  const { rows, faults } = filterRuns(asRuns, filter, STATES);
  return { rows: rows.map(({ trial }) => trial), faults };
}
