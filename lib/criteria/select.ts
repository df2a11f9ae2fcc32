/** Applies a selection: over rows at once, or one evaluation at a time as training goes. */
import { shown } from "../durations.ts";
import { best } from "./best.ts";
import type { Metric } from "./criterion.ts";
import { last } from "./last.ts";
import { checkKeys } from "./option_checks.ts";
import type { Selection } from "./selection.ts";

/** What a selection looks at: an evaluation's metrics by name. */
export interface Measured {
  readonly metrics: Readonly<Record<Metric, number>>;
}

/**
 * Whether a later evaluation takes the place of the one kept so far. A value that is not finite never does, and of
 * equal ones the earlier stays.
 * @param incumbent null when nothing is kept yet
 * @example
 * ```ts
 * const moves = isBetter({ kind: "last" }, { metrics: { "validation.loss": 0.3 } }, null); // true
 * ```
 */
export function isBetter(selection: Selection, candidate: Measured, incumbent: Measured | null): boolean {
  if (selection.kind === "last") return true;
  const value = candidate.metrics[selection.metric];
  if (!Number.isFinite(value)) return false;
  if (incumbent === null) return true;
  const kept = incumbent.metrics[selection.metric];
  return selection.mode === "min" ? value < kept : value > kept;
}

/** The row a selection keeps; null when there is none, or none with a finite value. */
export function select<Row extends Measured>(selection: Selection, rows: Iterable<Row>): Row | null {
  let kept: Row | null = null;
  for (const row of rows) if (isBetter(selection, row, kept)) kept = row;
  return kept;
}

/** The metrics a selection reads. */
export const selectionMetrics = (selection: Selection): readonly Metric[] =>
  selection.kind === "best" ? [selection.metric] : [];

/** The call that makes it: `best(validation.loss, min)` or `last()`. */
export const selectionText = (selection: Selection): string =>
  selection.kind === "best" ? `best(${selection.metric}, ${selection.mode})` : "last()";

/**
 * A selection from a value of unknown origin, checked as its constructor checks.
 * @throws TypeError for what is no selection or has an unknown key, RangeError for a value out of range
 */
export function asSelection(value: unknown): Selection {
  const { kind, ...options } = (typeof value === "object" && value !== null ? value : {}) as Record<
    string,
    unknown
  >;
  if (kind === "best") {
    checkKeys("best", options, ["metric", "mode"]);
    return best(options.metric as string, options.mode as "min");
  }
  if (kind !== "last") throw new TypeError(`invalid selection: ${shown(value)} (kind best or last)`);
  checkKeys("last", options, []);
  return last();
}
