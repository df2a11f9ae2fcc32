/** A line as a path: the same for a canvas and for a vector file. */
import { minmax } from "../curves/downsample.ts";
import { type OverlayLine, partOf } from "./overlay_line.ts";
import type { Pixels } from "./overlay_raster.ts";

/** What a path is drawn with: a canvas, or `pathText`. */
export interface Pen {
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
}

/** Beyond this many pixels a place is no longer told exactly: drawing libraries count in 32 bits. */
const FAR = 1e5;
/** Points per column from which on only the lowest and the highest are drawn. */
const DENSE = 4;

/**
 * Draws the part of a line that is in view, and one point beyond at each side; gaps lift the pen, a point between two
 * gaps is a dot. Where points are denser than the columns, the lowest and highest of each are drawn.
 * @param columns to thin to; default those of the area
 */
export function tracePath(line: OverlayLine, pixels: Pixels, pen: Pen, columns: number = pixels.width): void {
  const { ax, bx, width } = pixels;
  const from = -bx / ax, to = (width - bx) / ax;
  for (const piece of line.pieces) {
    if (piece.u[0] > to || piece.u[piece.u.length - 1] < from) continue;
    const { u, v, start, end } = partOf(piece, from, to, columns);
    if (end - start <= DENSE * columns) {
      stroke(u, v, start, end, null, pixels, pen);
      continue;
    }
    const kept = minmax(u.subarray(start, end), v.subarray(start, end), Math.max(1, columns));
    stroke(u, v, start, start + kept.length, kept, pixels, pen);
  }
}

function stroke(
  u: Float64Array,
  v: Float64Array,
  start: number,
  end: number,
  kept: readonly number[] | null,
  { ax, bx, ay, by }: Pixels,
  pen: Pen,
): void {
  let down = false, alone = false, x = 0, y = 0;
  for (let index = start; index < end; index++) {
    const row = kept === null ? index : start + kept[index - start];
    if (!Number.isFinite(v[row])) {
      if (alone) pen.lineTo(x + 0.01, y);
      down = alone = false;
      continue;
    }
    x = near(ax * u[row] + bx);
    y = near(ay * v[row] + by);
    if (down) pen.lineTo(x, y);
    else pen.moveTo(x, y);
    alone = !down;
    down = true;
  }
  if (alone) pen.lineTo(x + 0.01, y);
}

const near = (pixel: number): number => pixel > FAR ? FAR : pixel < -FAR ? -FAR : pixel;

/** Draws the stretches of x without a point, from the last value before to the first after. */
export function traceLinks({ links }: OverlayLine, { ax, bx, ay, by }: Pixels, pen: Pen): void {
  for (const [u0, v0, u1, v1] of links) {
    pen.moveTo(near(ax * u0 + bx), near(ay * v0 + by));
    pen.lineTo(near(ax * u1 + bx), near(ay * v1 + by));
  }
}

/**
 * Draws the area between two columns of values over x, one closed shape for every stretch that is finite.
 * @param scaled values on the scales of the axes
 */
export function traceBand(
  scaled: { readonly u: Float64Array; readonly low: Float64Array; readonly high: Float64Array },
  { ax, bx, ay, by }: Pixels,
  pen: Pen & { closePath(): void },
): void {
  const { u, low, high } = scaled;
  const finite = (row: number) => row < u.length && Number.isFinite(low[row]) && Number.isFinite(high[row]);
  for (let from = 0; from < u.length; from++) {
    if (!finite(from)) continue;
    let end = from;
    while (finite(end)) end++;
    pen.moveTo(near(ax * u[from] + bx), near(ay * high[from] + by));
    for (let row = from + 1; row < end; row++) pen.lineTo(near(ax * u[row] + bx), near(ay * high[row] + by));
    for (let row = end - 1; row >= from; row--) pen.lineTo(near(ax * u[row] + bx), near(ay * low[row] + by));
    pen.closePath();
    from = end;
  }
}

/**
 * A pen that writes the path of a vector file, to a tenth of a pixel.
 *
 * @example
 * ```ts
 * const pen = pathText();
 * pen.moveTo(0, 1.04);
 * pen.lineTo(10, 2);
 * pen.text(); // "M0,1L10,2"
 * ```
 */
export function pathText(): Pen & { closePath(): void; text(): string } {
  const parts: string[] = [];
  const tenth = (value: number) => Math.round(value * 10) / 10;
  return {
    moveTo: (x, y) => void parts.push(`M${tenth(x)},${tenth(y)}`),
    lineTo: (x, y) => void parts.push(`L${tenth(x)},${tenth(y)}`),
    closePath: () => void parts.push("Z"),
    text: () => parts.join(""),
  };
}
