/** The rule that follows the pointer or the arrow keys over a chart. */
import { svgElement } from "./element.ts";

/** What the rule needs of a drawn plot. */
export interface Drawn {
  readonly svg: SVGSVGElement;
  /** position → x of the data; undefined on scales that cannot be inverted */
  invert?(position: number): number;
  /** x of the data → position in CSS pixels of the drawing */
  apply(x: number): number;
  readonly range: readonly [number, number];
  /** where the rule begins and ends */
  readonly top: number;
  readonly bottom: number;
}

/** Index of the stop that is nearest to x, in stops that ascend; −1 when there are none. */
export function nearest(stops: ArrayLike<number>, x: number): number {
  let low = 0, high = stops.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (stops[middle] < x) low = middle + 1;
    else high = middle;
  }
  return low > 0 && x - stops[low - 1] < stops[low] - x ? low - 1 : high < 0 ? -1 : low;
}

/** The stop `by` places after the one nearest to x; at the ends it stays. Null x begins at the near end. */
export function stepped(stops: ArrayLike<number>, x: number | null, by: number): number | null {
  if (stops.length === 0) return null;
  const from = x === null ? (by > 0 ? -1 : stops.length) : nearest(stops, x);
  return stops[Math.min(stops.length - 1, Math.max(0, from + by))];
}

/** x of the data under a pointer, at the nearest stop when there are stops; null beside the plot. */
export function dataUnder(drawn: Drawn, clientX: number, stops?: ArrayLike<number>): number | null {
  const box = drawn.svg.getBoundingClientRect();
  const width = drawn.svg.viewBox.baseVal?.width || box.width;
  const position = (clientX - box.left) * width / box.width;
  const [start, end] = drawn.range;
  if (drawn.invert === undefined || position < start - 8 || position > end + 8) return null;
  const x = drawn.invert(Math.min(end, Math.max(start, position)));
  const index = stops === undefined ? -1 : nearest(stops, x);
  return index < 0 ? x : stops![index];
}

/** Draws, moves or (x null) removes the rule of a plot. */
export function placeRule(drawn: Drawn, x: number | null): void {
  const line = drawn.svg.querySelector(":scope > .rule");
  const position = x === null ? NaN : drawn.apply(x);
  if (!Number.isFinite(position) || position < drawn.range[0] - 1 || position > drawn.range[1] + 1) {
    line?.remove();
    return;
  }
  const at = Math.round(position) + 0.5;
  const rule = line ?? drawn.svg.appendChild(svgElement("line", { class: "rule" }));
  for (const [name, value] of Object.entries({ x1: at, x2: at, y1: drawn.top, y2: drawn.bottom })) {
    rule.setAttribute(name, String(value));
  }
}
