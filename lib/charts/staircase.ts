/** Rows for labels above a plot, so that no label covers another or is crossed by a stem. */

export interface Stem {
  /** where the stem stands, in CSS pixels */
  readonly x: number;
  /** width of its label with the gap to the stem, in CSS pixels */
  readonly width: number;
}
export interface Stair {
  /** 0 is the row nearest to the plot */
  readonly row: number;
  /** the label ends at the stem instead of starting there: it would leave the figure otherwise */
  readonly left: boolean;
}

/**
 * Gives every label a row. Labels start at their stem and are placed right to left, each one row above every
 * stem it would cross. A label that would pass `right` is turned to end at its stem; the turned ones are
 * placed left to right, for the same reason. Same order as the input.
 *
 * @example
 * ```ts
 * import { staircase } from "./staircase.ts";
 * staircase([{ x: 100, width: 120 }, { x: 150, width: 120 }], 900); // rows 1 and 0
 * ```
 */
export function staircase(stems: readonly Stem[], right: number): Stair[] {
  const order = stems.map((_, index) => index).sort((a, b) => stems[a].x - stems[b].x || a - b);
  const turned = turnedFrom(order.map((index) => stems[index]), right);
  const placed: Placed[] = [];
  const rows = new Map<number, Stair>();
  for (const index of [...order.slice(0, turned).reverse(), ...order.slice(turned)]) {
    const { x, width } = stems[index];
    const left = order.indexOf(index) >= turned;
    const label = { x, from: left ? x - width : x, to: left ? x : x + width };
    const row = lowestRow(label, placed);
    placed.push({ ...label, row });
    rows.set(index, { row, left });
  }
  return stems.map((_, index) => rows.get(index)!);
}

interface Label {
  readonly x: number;
  readonly from: number;
  readonly to: number;
}
interface Placed extends Label {
  readonly row: number;
}

/** The first of the sorted stems whose label is turned: from there on all are, so that stems never cross both ways. */
function turnedFrom(sorted: readonly Stem[], right: number): number {
  let first = sorted.findIndex((stem) => stem.x + stem.width > right);
  if (first < 0) return sorted.length;
  for (let before = first - 1; before >= 0; before--) {
    if (sorted[before].x + sorted[before].width > sorted[first].x) first = before;
  }
  return first;
}

function lowestRow(label: Label, placed: readonly Placed[]): number {
  const crossed = placed.filter((other) =>
    label.from <= other.x && other.x < label.to || label.x === other.x
  );
  let row = 1 + Math.max(-1, ...crossed.map((other) => other.row));
  const taken = (at: number) =>
    placed.some((other) => other.row === at && label.from < other.to && other.from < label.to);
  while (taken(row)) row++;
  return row;
}
