/** One line on the scales of its axes, ready to be drawn many times. */
import { firstAtLeast } from "../curves/axis.ts";
import { minmax, xGaps } from "../curves/downsample.ts";

/** A stretch of a line whose x ascends. */
export interface LinePiece {
  /** on the scale of the axis: a logarithm on a log axis; ascending */
  readonly u: Float64Array;
  /** likewise; what is not finite is a gap */
  readonly v: Float64Array;
  /** the same in fewer points, enough for `THIN_COLUMNS` over the whole piece; null where that is not fewer */
  readonly thin: { readonly u: Float64Array; readonly v: Float64Array } | null;
}
export interface OverlayLine {
  readonly pieces: readonly LinePiece[];
  /** across stretches of x without a point, from the end of a piece to the beginning of the next: u, v, u, v */
  readonly links: readonly (readonly [number, number, number, number])[];
  /** x of values that are not finite, by the edge at which they are marked: u */
  readonly above: Float64Array;
  readonly below: Float64Array;
  /** values that a log axis cannot show */
  readonly hidden: number;
  /** values that were logged and are not finite */
  readonly broken: number;
}

/** Columns that a thinned piece still shows exactly: more than a screen is wide, so that it serves every view of it all. */
export const THIN_COLUMNS = 4_096;

/**
 * A line with its logarithms taken, cut where x goes back or is far from the next, and thinned for wide views by the
 * lowest and highest of each column. NaN and infinities are marked above, −∞ below.
 *
 * @example
 * ```ts
 * overlayLine([1, 10, 100], [4, NaN, 2], true, false).broken; // 1
 * ```
 */
export function overlayLine(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  logX: boolean,
  logY: boolean,
): OverlayLine {
  const count = Math.min(x.length, y.length);
  const pieces: LinePiece[] = [], links: [number, number, number, number][] = [];
  const above: number[] = [], below: number[] = [];
  const u = new Float64Array(count), v = new Float64Array(count);
  const gaps = xGaps(x);
  let from = 0, to = 0, hidden = 0, broken = 0, gap = 0, linked = -1;
  const close = () => {
    if (to > from) pieces.push(piece(u.subarray(from, to), v.subarray(from, to)));
    from = to;
  };
  for (let row = 0; row < count; row++) {
    const at = logX ? Math.log10(x[row]) : x[row];
    const jump = gaps[gap] === row - 1;
    if (jump) gap++;
    if (!Number.isFinite(at)) {
      if (Number.isFinite(x[row])) hidden++;
      continue;
    }
    const back = to > from && at < u[to - 1];
    if (jump && to > from) linked = to - 1;
    if (back || jump) close();
    u[to] = at;
    v[to] = logY ? Math.log10(y[row]) : y[row];
    if (logY && y[row] <= 0 && y[row] > -Infinity) {
      v[to] = NaN;
      hidden++;
    } else if (!Number.isFinite(y[row])) {
      broken++;
      (y[row] === -Infinity ? below : above).push(at);
    }
    if (linked >= 0 && Number.isFinite(v[to])) {
      if (Number.isFinite(v[linked])) links.push([u[linked], v[linked], u[to], v[to]]);
      linked = -1;
    }
    to++;
  }
  close();
  return { pieces, links, above: Float64Array.from(above), below: Float64Array.from(below), hidden, broken };
}

function piece(u: Float64Array, v: Float64Array): LinePiece {
  if (u.length <= 3 * THIN_COLUMNS) return { u, v, thin: null };
  const kept = minmax(u, v, THIN_COLUMNS);
  const column = (values: Float64Array) => Float64Array.from(kept, (row) => values[row]);
  return { u, v, thin: kept.length < u.length ? { u: column(u), v: column(v) } : null };
}

/** What of a piece is drawn when `from` to `to` of u spread over `columns`: exact for each column. */
export function partOf(
  piece: LinePiece,
  from: number,
  to: number,
  columns: number,
): { readonly u: Float64Array; readonly v: Float64Array; readonly start: number; readonly end: number } {
  const { u, v, thin } = piece;
  const share = (to - from) / (u[u.length - 1] - u[0]);
  const drawn = thin !== null && share * THIN_COLUMNS >= columns ? thin : { u, v };
  // One point beyond each side, so that lines run on to the edge.
  const start = Math.max(0, firstAtLeast(drawn.u, from) - 1);
  const end = Math.min(drawn.u.length, firstAtLeast(drawn.u, to) + 2);
  return { u: drawn.u, v: drawn.v, start, end };
}
