/** Draws very many lines as how many of them cover each pixel. */
import { partOf } from "./overlay_line.ts";
import type { OverlayLine } from "./overlay_line.ts";

/** From the scales of the axes to device pixels: `x = ax · u + bx`, `y = ay · v + by`. */
export interface Pixels {
  readonly ax: number;
  readonly bx: number;
  readonly ay: number;
  readonly by: number;
  /** of the area drawn to, in device pixels; whole */
  readonly width: number;
  readonly height: number;
}

/** Room of one column: differences reach one pixel beyond the last. */
const BEYOND = 2;

/**
 * How many lines cover each pixel, column after column, as differences from the pixel above. In every column a line
 * covers what lies between the lowest and the highest that it has there, interpolated at the column's sides, so a
 * spike of one point is drawn in full; at its ends it covers part of a pixel. Costs a few additions per line and column,
 * however high the line climbs in it.
 * @param thick width of a line in device pixels
 * @param into of `(height + 2) · width` numbers; added to
 *
 * @example
 * ```ts
 * import { overlayLine } from "./overlay_line.ts";
 * const pixels = { ax: 1, bx: 0, ay: 1, by: 0, width: 10, height: 10 };
 * const cover = rasterise([overlayLine([0, 10], [5, 5], false, false)], pixels, 1);
 * ```
 */
export function rasterise(
  lines: readonly OverlayLine[],
  pixels: Pixels,
  thick: number,
  into: Float32Array = new Float32Array((pixels.height + BEYOND) * pixels.width),
): Float32Array {
  const { ax, bx, width } = pixels;
  const from = -bx / ax, to = (width - bx) / ax;
  for (const { pieces } of lines) {
    for (const piece of pieces) {
      if (piece.u[0] > to || piece.u[piece.u.length - 1] < from) continue;
      const { u, v, start, end } = partOf(piece, from, to, width);
      sweep(u, v, start, end, pixels, thick, into);
    }
  }
  return into;
}

/** One line, from left to right, column by column. */
function sweep(
  u: Float64Array,
  v: Float64Array,
  start: number,
  end: number,
  { ax, bx, ay, by, width, height }: Pixels,
  thick: number,
  into: Float32Array,
): void {
  let open = false, column = 0, low = 0, high = 0, x0 = 0, y0 = 0;
  for (let row = start; row < end; row++) {
    const y = ay * v[row] + by;
    if (!(y - y === 0)) { // a gap: not finite
      if (open) cover(into, column, low, high, width, height, thick);
      open = false;
      continue;
    }
    const x = ax * u[row] + bx, last = Math.floor(x);
    if (!open) {
      open = true;
      column = last;
      low = high = y;
    } else if (last > column) {
      const slope = (y - y0) / (x - x0);
      for (; column < last && column < width; column++) {
        if (column < -1) column = Math.min(last, -1); // what lies left of the area is passed at once
        const side = y0 + slope * (column + 1 - x0);
        if (side < low) low = side;
        else if (side > high) high = side;
        if (column >= 0) cover(into, column, low, high, width, height, thick);
        low = high = side;
      }
      if (column >= width) return;
    }
    if (y < low) low = y;
    else if (y > high) high = y;
    x0 = x;
    y0 = y;
  }
  if (open) cover(into, column, low, high, width, height, thick);
}

/** Adds the span of one line in one column: the part of the first and the last pixel that it covers, all between. */
function cover(
  into: Float32Array,
  column: number,
  low: number,
  high: number,
  width: number,
  height: number,
  thick: number,
): void {
  if (column < 0 || column >= width) return;
  const climb = high - low;
  // A slanted line of this thickness covers this share of the column's span.
  const weight = thick * Math.sqrt(1 + climb * climb) / (climb + thick);
  let top = low - thick / 2, bottom = high + thick / 2;
  if (top < 0) top = 0;
  if (bottom > height) bottom = height;
  if (!(bottom > top)) return;
  const first = Math.floor(top), last = Math.floor(bottom), base = column * (height + BEYOND);
  const skipped = weight * (top - first), covered = weight * (bottom - last);
  into[base + first] += weight - skipped;
  into[base + first + 1] += skipped;
  into[base + last] -= weight - covered;
  into[base + last + 1] -= covered;
}

/** Share of ink where one line lies, and the most where very many do. */
const ONE = 0.4;
const MOST = 0.92;
/** Steps of the table between counts, per line. */
const FINE = 8;

/**
 * Colours an image by how many lines cover each pixel: 40 % ink for one line, more with the logarithm of their number,
 * so that a single line stays visible beside hundreds and hundreds do not drown what is denser still.
 * @param cover as `rasterise` gives it
 * @param into red, green, blue, opacity of each pixel, row by row; overwritten
 */
export function tint(
  cover: Float32Array,
  width: number,
  height: number,
  [red, green, blue]: readonly [number, number, number],
  into: Uint8ClampedArray,
): void {
  const most = densest(cover, width, height);
  const table = new Uint8Array(Math.ceil(most * FINE) + 2);
  const steep = most > 1 ? (MOST - ONE) / Math.log(Math.max(most, 8)) : 0;
  for (let step = 0; step < table.length; step++) {
    const lines = step / FINE;
    table[step] = Math.round(255 * (lines <= 1 ? ONE * lines : ONE + steep * Math.log(lines)));
  }
  const little = new Uint8Array([red, green, blue, 0]), shade = new Uint32Array(table.length);
  for (let step = 0; step < shade.length; step++) {
    little[3] = table[step];
    shade[step] = table[step] === 0 ? 0 : new Uint32Array(little.buffer)[0];
  }
  const image = new Uint32Array(into.buffer, into.byteOffset, width * height);
  for (let column = 0; column < width; column++) {
    let lines = 0;
    const base = column * (height + BEYOND);
    for (let row = 0, at = column; row < height; row++, at += width) {
      lines += cover[base + row];
      image[at] = lines > 0.06 ? shade[(lines * FINE + 0.5) | 0] : 0;
    }
  }
}

function densest(cover: Float32Array, width: number, height: number): number {
  let most = 0;
  for (let column = 0; column < width; column++) {
    let lines = 0;
    const base = column * (height + BEYOND);
    for (let row = 0; row < height; row++) {
      lines += cover[base + row];
      if (lines > most) most = lines;
    }
  }
  return most;
}
