/** Where things are in a drawing of many runs. */
import type { Size } from "./chart.ts";
import { dashed, DISTINCT_LINES, type Overlay, type OverlayCurve, type OverlayRange } from "./overlay.ts";
import { scaleOf, valueOf } from "./overlay_domain.ts";
import type { LinePiece } from "./overlay_line.ts";
import type { Pixels } from "./overlay_raster.ts";

export interface OverlayName {
  readonly curve: OverlayCurve;
  /** where the line ends, or leaves the plot: CSS pixels */
  readonly x: number;
  readonly y: number;
  /** where its name stands: CSS pixels */
  readonly row: number;
  /** the last value shown, in the unit of y */
  readonly value: number;
}
export interface OverlayLayout {
  readonly overlay: Overlay;
  readonly size: Size;
  readonly height: number;
  /** the area of the lines, in CSS pixels from the figure's left top */
  readonly plot: {
    readonly left: number;
    readonly top: number;
    readonly width: number;
    readonly height: number;
  };
  readonly margin: {
    readonly top: number;
    readonly right: number;
    readonly bottom: number;
    readonly left: number;
  };
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
  /** lines with a colour and a name */
  readonly told: readonly OverlayCurve[];
  toX(x: number): number;
  toY(y: number): number;
  fromX(pixel: number): number;
  fromY(pixel: number): number;
  /** from the scales of the axes to device pixels of the plot alone */
  pixels(ratio: number): Pixels;
}

const MARGIN = { top: 12, bottom: 40, left: 44 };
/** Width of the column of names, and the distance of its rows. */
const NAMES = 176;
export const NAME_ROW = 18;

/**
 * The drawing at a size and range.
 * @param asked ids of the lines that are hovered or pinned
 */
export function overlayLayout(
  overlay: Overlay,
  size: Size,
  range: OverlayRange | null,
  asked: ReadonlySet<string>,
): OverlayLayout {
  const { curves, crowd, figure: { logX, logY } } = overlay;
  // Of a crowd, the dashes tell apart those that are named.
  const told = crowd ? dashed(curves.filter(({ ids }) => ids.some((id) => asked.has(id)))) : curves;
  const margin = { ...MARGIN, right: size.narrow ? 14 : NAMES };
  const height = size.narrow ? 280 : 400;
  const plot = {
    left: margin.left,
    top: margin.top,
    width: Math.max(1, size.width - margin.left - margin.right),
    height: height - margin.top - margin.bottom,
  };
  const { x, y } = overlay.domain(range);
  const [u0, u1] = x.map((value) => scaleOf(value, logX)), [v0, v1] = y.map((value) => scaleOf(value, logY));
  const perU = plot.width / (u1 - u0), perV = plot.height / (v1 - v0);
  return {
    overlay,
    size,
    height,
    plot,
    margin,
    x,
    y,
    told,
    toX: (value) => plot.left + (scaleOf(value, logX) - u0) * perU,
    toY: (value) => plot.top + (v1 - scaleOf(value, logY)) * perV,
    fromX: (pixel) => valueOf(u0 + (pixel - plot.left) / perU, logX),
    fromY: (pixel) => valueOf(v1 - (pixel - plot.top) / perV, logY),
    pixels: (ratio) => ({
      ax: perU * ratio,
      bx: -u0 * perU * ratio,
      ay: -perV * ratio,
      by: v1 * perV * ratio,
      width: Math.round(plot.width * ratio),
      height: Math.round(plot.height * ratio),
    }),
  };
}

/** The names that fit the column, from top to bottom by the last value that is shown; the rest are counted. */
export function overlayNames(
  layout: OverlayLayout,
): { readonly names: readonly OverlayName[]; readonly left: number } {
  const { plot, told, size } = layout;
  if (size.narrow) return { names: [], left: 0 };
  const ends = told.flatMap((curve) => {
    const end = endOf(curve, layout);
    return end === null ? [] : [{ curve, ...end }];
  });
  const room = Math.max(DISTINCT_LINES, Math.floor(plot.height / NAME_ROW));
  const shown = ends.slice(0, ends.length > room ? room - 1 : room).sort((a, b) => a.y - b.y);
  const rows = spread(shown.map(({ y }) => y), NAME_ROW, plot.top + 4, plot.top + plot.height);
  return {
    names: shown.map((end, index) => ({ ...end, row: rows[index] })),
    left: told.length - shown.length,
  };
}

/**
 * Moves ascending places apart until neighbours are `distance` from each other, as little as possible and within
 * `from` to `to` where they fit.
 *
 * @example
 * ```ts
 * spread([10, 12, 90], 18, 0, 100); // 10, 28, 90
 * ```
 */
export function spread(places: readonly number[], distance: number, from: number, to: number): number[] {
  const rows: number[] = [];
  for (const place of places) rows.push(Math.max(place, from, (rows.at(-1) ?? -Infinity) + distance));
  let limit = to;
  for (let index = rows.length - 1; index >= 0 && rows[index] > limit; index--) {
    rows[index] = limit;
    limit -= distance;
  }
  return rows;
}

/** Where a line ends within the plot, or leaves it at the right; null where nothing of it is shown. */
function endOf(
  { line, diverged }: OverlayCurve,
  layout: OverlayLayout,
): { x: number; y: number; value: number } | null {
  const { plot, overlay: { figure: { logX, logY } } } = layout;
  const limit = scaleOf(layout.x[1], logX);
  for (const piece of line.pieces.toReversed()) {
    const end = lastBefore(piece, limit);
    if (end === null) continue;
    const [u, v] = end;
    const x = layout.toX(valueOf(u, logX));
    if (x < plot.left) return null;
    const value = valueOf(v, logY);
    const y = Math.min(plot.top + plot.height, Math.max(plot.top, layout.toY(value)));
    return { x, y, value: diverged ? NaN : value };
  }
  return null;
}

/** The last finite point of a piece at or before u, or where it crosses u. */
function lastBefore({ u, v }: LinePiece, limit: number): readonly [number, number] | null {
  for (let row = u.length - 1; row >= 0; row--) {
    if (u[row] > limit || !Number.isFinite(v[row])) continue;
    if (u[row] < limit && row + 1 < u.length && Number.isFinite(v[row + 1])) {
      return [limit, v[row] + (v[row + 1] - v[row]) * (limit - u[row]) / (u[row + 1] - u[row])];
    }
    return [u[row], v[row]];
  }
  return null;
}
