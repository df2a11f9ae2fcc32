/** Columns of logged series: cut, joined, compared. */
import type { Series } from "../curves/logged.ts";

/** The columns that several series may share. */
export const X_COLUMNS = ["step", "epoch", "examples", "seconds"] as const;
export type XColumns = Omit<Series, "value">;

/** @throws RangeError `invalid series: val_loss has 3 values and 2 numbers of epoch` */
export function checkLengths(tag: string, series: Series): void {
  for (const column of X_COLUMNS) {
    const length = series[column]?.length ?? series.value.length;
    if (length === series.value.length) continue;
    throw new RangeError(
      `invalid series: ${tag} has ${series.value.length} values and ${length} numbers of ${column}`,
    );
  }
}

/** Whether two series have the same rows: then their columns are kept once. */
export const sameRows = (a: XColumns, b: XColumns): boolean =>
  X_COLUMNS.every((column) => sameNumbers(a[column], b[column]));

function sameNumbers(a: Float64Array | undefined, b: Float64Array | undefined): boolean {
  if (a === b) return true;
  if (!a || !b || a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false;
  return true;
}

/** The first rows. */
export function firstRows(x: XColumns, points: number): XColumns {
  const cut = X_COLUMNS.flatMap((column) => {
    const numbers = x[column];
    return numbers ? [[column, numbers.subarray(0, points)]] : [];
  });
  return Object.fromEntries(cut);
}

/** Stretches one after another. A column that some of them lack is NaN there; one that all lack is left out. */
export function joinedRows(stretches: readonly XColumns[]): XColumns {
  const lengths = stretches.map(({ step }) => step.length);
  const columns = X_COLUMNS.flatMap((column) => {
    if (column !== "step" && stretches.every((stretch) => stretch[column] === undefined)) return [];
    const parts = stretches.map((stretch, i) => stretch[column] ?? new Float64Array(lengths[i]).fill(NaN));
    return [[column, joined(parts)]];
  });
  return Object.fromEntries(columns);
}

export function joined(parts: readonly Float64Array[]): Float64Array<ArrayBuffer> {
  const all = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Where series with the same rows go together: tags by rows. */
export function byRows(rows: Readonly<Record<string, Series>>): { x: XColumns; tags: string[] }[] {
  const groups: { x: XColumns; tags: string[] }[] = [];
  for (const [tag, series] of Object.entries(rows)) {
    const group = groups.find(({ x }) => sameRows(x, series));
    if (group) group.tags.push(tag);
    else groups.push({ x: series, tags: [tag] });
  }
  return groups;
}

/** Lowest and highest finite value, each with its step, the earliest of equal ones; null when there is none. */
export interface Extremes {
  readonly lowest: number | null;
  readonly lowestStep: number | null;
  readonly highest: number | null;
  readonly highestStep: number | null;
}
export const NO_EXTREMES: Extremes = { lowest: null, lowestStep: null, highest: null, highestStep: null };

/** @param before those of what comes before these rows */
export function extremes(before: Extremes, step: Float64Array, value: Float64Array): Extremes {
  let { lowest, lowestStep, highest, highestStep } = before;
  for (let i = 0; i < value.length; i++) {
    if (!Number.isFinite(value[i])) continue;
    if (lowest === null || value[i] < lowest) [lowest, lowestStep] = [value[i], step[i]];
    if (highest === null || value[i] > highest) [highest, highestStep] = [value[i], step[i]];
  }
  return { lowest, lowestStep, highest, highestStep };
}
