/** Which line lies under the pointer, and what it says there. */
import { firstAtLeast } from "../curves/axis.ts";
import { decimals, onAxis, positionText } from "./format.ts";
import type { Overlay, OverlayCurve } from "./overlay.ts";
import { scaleOf, valueOf } from "./overlay_domain.ts";
import type { OverlayLayout } from "./overlay_layout.ts";
import type { OverlayLine } from "./overlay_line.ts";

/** CSS pixels from which on a line is not meant. */
const REACH = 24;
/** A line that climbs within so many pixels of the pointer is under it. */
const BESIDE = 3;

/** The line nearest to a place of the drawing in CSS pixels; null when none is near. Named lines win over the crowd. */
export function curveUnder(
  layout: OverlayLayout,
  x: number,
  y: number,
  reach: number = REACH,
): OverlayCurve | null {
  const { overlay: { curves, figure: { logX, logY } }, told } = layout;
  const named = new Set(told.map(({ id }) => id));
  let nearest: OverlayCurve | null = null, least = reach;
  const at = [x - BESIDE, x, x + BESIDE].map((pixel) => scaleOf(layout.fromX(pixel), logX));
  for (const curve of curves) {
    let low = Infinity, high = -Infinity;
    for (const u of at) {
      const pixel = layout.toY(valueOf(valueAt(curve.line, u), logY));
      if (pixel < low) low = pixel;
      if (pixel > high) high = pixel;
    }
    const distance = Math.max(low - y, y - high, 0) -
      (named.has(curve.id) && curves.length > told.length ? 4 : 0);
    if (distance < least) {
      least = distance;
      nearest = curve;
    }
  }
  return nearest;
}

/** The curves by their height at x, from top to bottom, those that say nothing there left out. */
export function curvesAt(layout: OverlayLayout, x: number): OverlayCurve[] {
  const { overlay: { curves, figure: { logX } } } = layout, u = scaleOf(x, logX);
  return curves.map((curve) => ({ curve, v: valueAt(curve.line, u) })).filter(({ v }) => Number.isFinite(v))
    .sort((a, b) => b.v - a.v).map(({ curve }) => curve);
}

/** A line at u, interpolated within a piece; NaN where there is none or a gap. */
export function valueAt({ pieces }: OverlayLine, at: number): number {
  for (let index = pieces.length - 1; index >= 0; index--) {
    const { u, v } = pieces[index];
    if (at < u[0] || at > u[u.length - 1]) continue;
    const next = firstAtLeast(u, at);
    if (u[next] === at) return v[next];
    const share = (at - u[next - 1]) / (u[next] - u[next - 1]);
    return v[next - 1] + share * (v[next] - v[next - 1]);
  }
  return NaN;
}

/** What the read-out says at x: the line that is meant with its value, else the best line there. */
export function overlayReadout({ curves, figure }: Overlay, x: number, meant: OverlayCurve | null): string {
  const { axis, mode, logX, logY } = figure, place = positionText(x, axis);
  const valueOfCurve = (curve: OverlayCurve) => valueOf(valueAt(curve.line, scaleOf(x, logX)), logY);
  if (meant !== null) {
    const value = valueOfCurve(meant);
    const measured = meant.raw === null ? NaN : valueOf(valueAt(meant.raw, scaleOf(x, logX)), logY);
    const beside = Number.isFinite(measured) && decimals(measured) !== decimals(value)
      ? ` (measured ${decimals(measured)})`
      : "";
    const stopped = meant.band === null && meant.stops.length > 0
      ? `   stopped at ${onAxis(meant.stops[0].x, axis)}`
      : "";
    return `${place}   ${meant.name} ${decimals(value)}${beside}${stopped}`;
  }
  let best: { name: string; value: number } | null = null;
  for (const curve of curves) {
    const value = valueOfCurve(curve);
    if (!Number.isFinite(value)) continue;
    if (best === null || (mode === "min" ? value < best.value : value > best.value)) {
      best = { name: curve.name, value };
    }
  }
  return best === null ? place : `${place}   best ${decimals(best.value)}, ${best.name}`;
}
