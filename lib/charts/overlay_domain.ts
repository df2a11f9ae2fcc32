/** Which part of the axes a figure of many runs shows. */
import type { OverlayCurve, OverlayFigure, OverlayRange } from "./overlay.ts";
import { firstAtLeast } from "../curves/axis.ts";
import type { LinePiece } from "./overlay_line.ts";

type Span = readonly [number, number];
interface Domain {
  readonly x: Span;
  readonly y: Span;
}

/** Beyond it the width of a domain would not be finite. */
const HUGE = 1e300;
/** The first fall ends where the slowest run has passed this share of the axis. */
const START = 0.1;

/**
 * The domains of a figure. At rest x is everything, and y begins where the slowest run has passed 10 % of x: the floor is
 * what is compared, a first fall and a single spike are cut off. Runs that diverged do not set the scale unless all did.
 * @param reach x goes on to here at least, so that runs that grow have room
 *
 * @example
 * ```ts
 * import { overlay, type OverlayFigure } from "./overlay.ts";
 * const all = (figure: OverlayFigure) => overlayDomain(figure, overlay(figure).curves).whole();
 * ```
 */
export function overlayDomain(
  { mode, logX, logY }: OverlayFigure,
  curves: readonly OverlayCurve[],
  reach = -Infinity,
): { whole(): Domain; domain(range: OverlayRange | null): Domain } {
  const sound = curves.filter(({ diverged }) => !diverged);
  const shown = sound.length > 0 ? sound : curves;
  const pieces = shown.flatMap(({ line, band }) =>
    band === null ? line.pieces : [band.low, band.high].map((v) => ({ u: band.u, v, thin: null }))
  );
  const [first, last] = extentOf(curves.flatMap(({ line }) => line.pieces), logX);
  const full: Span = [first, Math.max(last, scaleOf(reach, logX) || last)];
  const start = full[0] + START * (full[1] - full[0]);
  const values = (span: Span, y: Span | null): Domain => ({
    x: [valueOf(span[0], logX), valueOf(span[1], logX)],
    y: y === null ? (logY ? [1, 10] : [0, 1]) : [valueOf(y[0], logY), valueOf(y[1], logY)],
  });
  return {
    whole: () => values(full, padded(rangeOf(pieces, full, -Infinity, "all", mode), mode, logY)),
    domain: (range) => {
      if (range?.y) return { x: range.x, y: range.y };
      const span: Span = range === null ? full : [scaleOf(range.x[0], logX), scaleOf(range.x[1], logX)];
      const found = rangeOf(pieces, span, start, "ends", mode) ??
        rangeOf(pieces, span, -Infinity, "all", mode);
      const all = values(span, padded(found, mode, logY));
      return range === null ? all : { x: range.x, y: all.y };
    },
  };
}

/** A value on its scale, and back. */
export const scaleOf = (value: number, log: boolean): number => log ? Math.log10(value) : value;
export const valueOf = (scaled: number, log: boolean): number => log ? 10 ** scaled : scaled;

function extentOf(pieces: readonly LinePiece[], log: boolean): Span {
  let low = Infinity, high = -Infinity;
  for (const { u } of pieces) {
    low = Math.min(low, u[0]);
    high = Math.max(high, u[u.length - 1]);
  }
  if (low > high) return [0, 1];
  // Counts begin at 0; a logarithm at the first that was counted.
  const from = log ? low : Math.min(0, low);
  return high > from ? [from, high] : [from, from + 1];
}

/**
 * Lowest and highest of the pieces in a span of u, signed so that lower is better: the floor from all of it, the top
 * from all, or only from where each piece enters the span after the first fall and where it leaves it.
 */
function rangeOf(
  pieces: readonly LinePiece[],
  [from, to]: Span,
  start: number,
  top: "all" | "ends",
  mode: "min" | "max",
): Span | null {
  const sign = mode === "min" ? 1 : -1, begin = Math.max(from, start);
  let floor = Infinity, highest = -Infinity;
  for (const piece of pieces) {
    const { u, v } = piece.thin ?? piece;
    const first = firstAtLeast(u, from), end = firstAtLeast(u, to + 1e-12 * Math.abs(to));
    const until = end < u.length && u[end] === to ? end + 1 : end;
    let entered = NaN, left = NaN;
    for (let row = first; row < until; row++) {
      const value = sign * v[row];
      if (!(value - value === 0)) continue;
      if (value < floor) floor = value;
      if (top === "all" && value > highest) highest = value;
      if (u[row] < begin) continue;
      if (entered !== entered) entered = value;
      left = value;
    }
    if (top === "ends" && entered === entered) highest = Math.max(highest, entered, left);
  }
  return floor === Infinity || highest === -Infinity ? null : [floor, Math.max(highest, floor)];
}

/** Some room at both sides, and the sign taken off. */
function padded(range: Span | null, mode: "min" | "max", log: boolean): Span | null {
  if (range === null) return null;
  const [floor, top] = range.map((value) => Math.min(HUGE, Math.max(-HUGE, value))), span = top - floor;
  const [low, high] = span > 0
    ? [floor - 0.08 * span, top + 0.04 * span]
    : [floor - (log ? 0.1 : Math.abs(floor) / 2 || 0.5), top + (log ? 0.1 : Math.abs(top) / 2 || 0.5)];
  const domain: Span = mode === "min" ? [low, high] : [-high, -low];
  // Losses do not go below 0: an axis that does would suggest otherwise.
  return !log && mode === "min" && floor >= 0 && domain[0] < 0 ? [0, domain[1]] : domain;
}
