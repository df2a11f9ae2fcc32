/** Applies a selection: over rows at once, or one evaluation at a time as training goes. */
import { checkKeys } from "../option_checks.ts";
import { shown, START } from "../durations.ts";
import { asCriterion } from "./as_criterion.ts";
import { best } from "./best.ts";
import { callText } from "./call_text.ts";
import type { Form, Metric } from "./criterion.ts";
import { last } from "./last.ts";
import { metricNamed } from "./metric.ts";
import { isGain } from "./observed.ts";
import { restoredBy } from "./restored_by.ts";
import { initial, metricsOf, observe, textOf } from "./rules.ts";
import type { Restoring, Selection, SelectionState, WindowMean } from "./selection.ts";
import { windowMean, type WindowMeanOptions } from "./window_mean.ts";

/** What a selection looks at: an evaluation's metrics by name. */
export interface Measured {
  readonly metrics: Readonly<Record<Metric, number>>;
}

/** What is remembered before the first evaluation. */
export const initialSelection = (selection: Selection): SelectionState => ({
  seen: 0,
  kept: null,
  best: null,
  window: [],
  rule: selection.kind === "restoredBy" ? initial(selection.rule) : null,
});

/**
 * What is remembered after one more evaluation on the grid. Where `kept` equals `seen`, that evaluation is the one that
 * is kept from now on. A value that is not finite is never kept, and of equal ones the earlier stays.
 * @example
 * ```ts
 * const keep = { kind: "last" } as const;
 * const { kept, seen } = observeSelection(keep, initialSelection(keep), { metrics: { "validation.loss": 0.3 } });
 * ```
 */
export function observeSelection(
  selection: Selection,
  state: SelectionState,
  measured: Measured,
): SelectionState {
  const seen = state.seen + 1;
  switch (selection.kind) {
    case "last":
      return { ...state, seen, kept: seen };
    case "best":
      return keepBetter(selection, { ...state, seen }, measured.metrics[selection.metric]);
    case "windowMean": {
      const window = slide(selection, state.window, measured.metrics[selection.metric]);
      const full = window.length === selection.window.count;
      return keepBetter(selection, { ...state, seen, window }, full ? mean(window) : NaN);
    }
    case "restoredBy": {
      const at = { ...START, evaluations: seen };
      const rule = observe(selection.rule, state.rule, { kind: "evaluation", at, metrics: measured.metrics });
      return { ...state, seen, rule, kept: (rule as { kept: number | null }).kept };
    }
  }
}

function keepBetter(
  { mode }: Exclude<Selection, { kind: "last" | "restoredBy" }>,
  state: SelectionState,
  value: number,
): SelectionState {
  if (!Number.isFinite(value)) return state;
  const moves = state.best === null || isGain(mode, value, state.best);
  return moves ? { ...state, kept: state.seen, best: value } : state;
}

const slide = (
  { window }: WindowMean,
  values: readonly number[],
  value: number | undefined,
): readonly number[] => {
  if (value === undefined) return values;
  return Number.isFinite(value) ? [...values, value].slice(-window.count) : [];
};

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** The row a selection keeps; null when there is none, or none with a finite value. */
export function select<Row extends Measured>(selection: Selection, rows: Iterable<Row>): Row | null {
  let state = initialSelection(selection), kept: Row | null = null;
  for (const row of rows) {
    state = observeSelection(selection, state, row);
    if (state.kept === state.seen) kept = row;
  }
  return kept;
}

/** The metrics a selection reads. */
export function selectionMetrics(selection: Selection): readonly Metric[] {
  if (selection.kind === "restoredBy") return metricsOf(selection.rule);
  return selection.kind === "last" ? [] : [selection.metric];
}

/** Whether it keeps the running mean of the parameters: a selection that reads how that does. */
export const readsAverage = (selection: Selection): boolean =>
  selectionMetrics(selection).some((metric) => metric.startsWith("average."));

/**
 * Rows from the best by a selection to the worst, without those that it would never keep. Of equals the earlier first.
 * @param among which rows are of interest; all are looked at, as a window's mean is of several
 */
export function ranked<Row extends Measured>(
  selection: Selection,
  rows: Iterable<Row>,
  among: (row: Row) => boolean = () => true,
): Row[] {
  let state = initialSelection(selection);
  const scored: { readonly row: Row; readonly score: number }[] = [];
  for (const row of rows) {
    state = observeSelection(selection, state, row);
    const score = scoreOf(selection, state, row);
    if (Number.isFinite(score) && among(row)) scored.push({ row, score });
  }
  return scored.toSorted((a, b) => b.score - a.score).map(({ row }) => row);
}

/** How well a selection thinks of the row just seen: higher is better, what is not finite is out of the question. */
function scoreOf(
  selection: Selection,
  { seen, kept, window }: SelectionState,
  { metrics }: Measured,
): number {
  switch (selection.kind) {
    case "last":
      return seen;
    case "restoredBy": // a rule says no more of a row than that it is better than all before
      return kept === seen ? seen : NaN;
    case "best":
      return selection.mode === "max" ? metrics[selection.metric] : -metrics[selection.metric];
    case "windowMean": {
      const full = window.length === selection.window.count;
      return full ? mean(window) * (selection.mode === "max" ? 1 : -1) : NaN;
    }
  }
}

const forms: { readonly [Kind in Selection["kind"]]: Form<Selection> } = {
  best: {
    places: ["metric", "mode"],
    options: {},
    make({ metric, mode, ...rest }) {
      checkKeys("best", { metric, mode, ...rest }, ["metric", "mode"]);
      return best(metric as Metric, mode as "min");
    },
  },
  last: {
    places: [],
    options: {},
    make(fields) {
      checkKeys("last", fields, []);
      return last();
    },
  },
  windowMean: {
    places: ["metric", "mode"],
    options: { window: undefined },
    make: (fields) => windowMean(fields as unknown as WindowMeanOptions),
  },
  restoredBy: {
    places: ["rule"],
    options: {},
    make(fields) {
      checkKeys("restoredBy", fields, ["rule"]);
      return restoredBy(asCriterion(fields.rule) as Restoring);
    },
  },
};

/** All kinds of selection. */
export const selectionKinds: readonly string[] = Object.keys(forms);

/** How a selection is written. */
export const selectionForm = (kind: string): Form<Selection> => forms[kind as Selection["kind"]];

/** The call that makes it: `best(validation.loss, min)` or `last()`. */
export const selectionText = (selection: Selection): string =>
  callText(selection, selectionForm(selection.kind), textOf);

/**
 * A selection from a value of unknown origin, checked as its constructor checks. Metrics by the names of other tools
 * reach those they have here.
 * @throws TypeError for what is no selection or has an unknown key, RangeError for a value out of range
 */
export function asSelection(value: unknown): Selection {
  const { kind, ...fields } = (typeof value === "object" && value !== null ? value : {}) as Record<
    string,
    unknown
  >;
  if (typeof kind !== "string" || !selectionKinds.includes(kind)) {
    throw new TypeError(`invalid selection: ${shown(value)} (kind ${selectionKinds.join(", ")})`);
  }
  const { metric } = fields;
  return selectionForm(kind).make(
    typeof metric === "string" ? { ...fields, metric: metricNamed(metric) } : fields,
  );
}
