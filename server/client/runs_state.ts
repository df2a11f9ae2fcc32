/** All that the runs page shows beside the runs themselves, and how it stands in the address. Pure. */
import type { LoggedBatches } from "../../lib/curves/logged.ts";
import type { Smoothing } from "../../lib/curves/smoothed.ts";
import type { Axis } from "../../lib/curves/trajectory.ts";
import type { OverlayRange } from "../../lib/charts/overlay.ts";

/** Columns by which the list can be sorted. */
export const sortColumns = ["run", "best", "stopped", "ago"] as const;
export type SortColumn = typeof sortColumns[number];

export interface Sorting {
  readonly column: SortColumn;
  readonly ascending: boolean;
}

/** Which runs are compared: those of a filter, but for some, and some more. */
export interface Choice {
  readonly ids: readonly string[];
  /** all runs that this filter finds, also those that come later; null: none */
  readonly matching: string | null;
  readonly except: readonly string[];
}

export interface RunsState {
  readonly filter: string;
  readonly sort: Sorting;
  /** null: nothing was chosen yet, and the page chooses */
  readonly choice: Choice | null;
  /** null: the first that the compared runs have */
  readonly metric: string | null;
  /** null: the first on which all that is compared can stand */
  readonly axis: Axis | null;
  readonly smoothing: Smoothing;
  readonly logX: boolean;
  /** null: for metrics whose lower end is good */
  readonly logY: boolean | null;
  readonly bands: boolean;
  readonly zoom: OverlayRange | null;
  readonly pinned: readonly string[];
  /** what a person said of the logs that do not say it */
  readonly batches: Pick<LoggedBatches, "batch" | "trainingExamples">;
}
/** The state with the axis on which it is shown. */
export type ShownState = RunsState & { readonly axis: Axis };

/** What an address without anything shows. */
export const initial: RunsState = {
  filter: "",
  sort: { column: "ago", ascending: false },
  choice: null,
  metric: null,
  axis: null,
  smoothing: { kind: "ema", amount: 0 },
  logX: false,
  logY: null,
  bands: false,
  zoom: null,
  pinned: [],
  batches: {},
};

const AXES: Readonly<Record<string, Axis>> = {
  step: "step",
  epoch: "epoch",
  examples: "examples",
  time: "seconds",
};
const KINDS: readonly Smoothing["kind"][] = ["ema", "time", "gaussian"];

const listed = (text: string | null) => text === null || text === "" ? [] : text.split(",");

/** Finite numbers of a list; null when one of them is none. */
function numbers(text: string | null): number[] | null {
  const found = listed(text).map((each) => each.trim() === "" ? NaN : Number(each));
  return found.every(Number.isFinite) ? found : null;
}

function choiceOf(query: URLSearchParams): Choice | null {
  if (!query.has("runs") && !query.has("all")) return null;
  return { ids: listed(query.get("runs")), matching: query.get("all"), except: listed(query.get("not")) };
}

function sortOf(text: string | null): Sorting {
  const ascending = !(text ?? "").startsWith("-");
  const column = sortColumns.find((each) => each === (text ?? "").replace(/^-/, ""));
  return column === undefined ? initial.sort : { column, ascending };
}

function smoothingOf(text: string | null): Smoothing {
  const [kind, amount] = (text ?? "").split(":");
  const known = KINDS.find((each) => each === kind), value = Number(amount);
  if (known === undefined || amount === undefined || !(value >= 0 && value <= 0.99)) return initial.smoothing;
  return { kind: known, amount: value };
}

function zoomOf(text: string | null): OverlayRange | null {
  const found = numbers(text) ?? [];
  const [from, to, low, high] = found;
  if (!(from < to)) return null;
  if (found.length === 2) return { x: [from, to], y: null };
  return low < high ? { x: [from, to], y: [low, high] } : null;
}

function countOf(text: string | null): number | undefined {
  const value = Number(text);
  return Number.isSafeInteger(value) && value > 0 ? value : undefined;
}

/**
 * The state that an address describes. What in it makes no sense is as if it were not there.
 * @param search of the address, as `?runs=a3,b7&axis=epoch`
 * @example
 * ```ts
 * const { axis } = stateOf("?axis=time"); // "seconds"
 * ```
 */
export function stateOf(search: string): RunsState {
  const query = new URLSearchParams(search);
  const log = query.get("log");
  const batch = countOf(query.get("batch")), trainingExamples = countOf(query.get("examples"));
  return {
    filter: query.get("filter") ?? "",
    sort: sortOf(query.get("sort")),
    choice: choiceOf(query),
    metric: query.get("metric") || null,
    axis: AXES[query.get("axis") ?? ""] ?? initial.axis,
    smoothing: smoothingOf(query.get("smooth")),
    logX: listed(log).includes("x"),
    logY: log === null || log === "x,auto" ? null : listed(log).includes("y"),
    bands: query.get("bands") === "1",
    zoom: zoomOf(query.get("zoom")),
    pinned: listed(query.get("pin")),
    batches: {
      ...(batch === undefined ? {} : { batch }),
      ...(trainingExamples === undefined ? {} : { trainingExamples }),
    },
  };
}

function logText({ logX, logY }: RunsState): string | null {
  if (logY === null) return logX ? "x,auto" : null;
  return [logX && "x", logY && "y"].filter(Boolean).join(",");
}

/**
 * The search of the address that describes a state; what is as in an empty address is left out.
 * @example
 * ```ts
 * const search = searchOf({ ...initial, axis: "seconds" }); // "?axis=time"
 * ```
 */
export function searchOf(state: RunsState): string {
  const { choice, sort, smoothing, zoom, batches } = state;
  const axis = Object.keys(AXES).find((name) => AXES[name] === state.axis);
  const sortText = `${sort.ascending ? "" : "-"}${sort.column}`;
  const smoothText = `${smoothing.kind}:${smoothing.amount}`;
  const parts: readonly (readonly [name: string, value: string | null])[] = [
    ["filter", state.filter || null],
    ["sort", sortText === "-ago" ? null : sortText],
    ["all", choice?.matching ?? null],
    ["runs", choice && (choice.matching === null || choice.ids.length > 0) ? choice.ids.join(",") : null],
    ["not", choice && choice.except.length > 0 ? choice.except.join(",") : null],
    ["metric", state.metric],
    ["axis", axis ?? null],
    ["smooth", smoothText === "ema:0" ? null : smoothText],
    ["log", logText(state)],
    ["bands", state.bands ? "1" : null],
    ["zoom", zoom && [...zoom.x, ...(zoom.y ?? [])].join(",")],
    ["pin", state.pinned.length > 0 ? state.pinned.join(",") : null],
    ["batch", batches.batch === undefined ? null : String(batches.batch)],
    ["examples", batches.trainingExamples === undefined ? null : String(batches.trainingExamples)],
  ];
  const written = parts.filter(([, value]) => value !== null)
    .map(([name, value]) =>
      `${name}=${encodeURIComponent(value!).replaceAll("%2C", ",").replaceAll("%3A", ":")}`
    );
  return written.length === 0 ? "" : `?${written.join("&")}`;
}
