/** Zoom and pan of a figure of many runs, as ranges of its axes. */
import type { OverlayRange } from "./overlay.ts";
import { scaleOf, valueOf } from "./overlay_domain.ts";
import type { OverlayLayout } from "./overlay_layout.ts";

/** No view is narrower than this share of everything. */
const NARROWEST = 1e-6;
/** A view this near to everything is everything. */
const ALMOST = 0.999;

type Span = readonly [number, number];

/**
 * The range after a zoom by `factor` (below 1: nearer) that keeps what lies at pixel `at` where it is. On x the range
 * stays within what was recorded; null when it is all of it and y was not chosen.
 *
 * @example
 * ```ts
 * import type { OverlayLayout } from "./overlay_layout.ts";
 * const halved = (layout: OverlayLayout) => zoomed(layout, null, 0.5, "x", 300);
 * ```
 */
export function zoomed(
  layout: OverlayLayout,
  range: OverlayRange | null,
  factor: number,
  axis: "x" | "y",
  at: number,
): OverlayRange | null {
  const { x, y, plot, overlay: { figure: { logX, logY } } } = layout;
  if (axis === "y") {
    const share = 1 - Math.min(1, Math.max(0, (at - plot.top) / plot.height));
    return { x: range?.x ?? x, y: unscaled(scaledBy(scaled(y, logY), factor, share), logY) };
  }
  const whole = scaled(layout.overlay.domain(null).x, logX);
  const share = Math.min(1, Math.max(0, (at - plot.left) / plot.width));
  const span = scaledBy(scaled(x, logX), factor, share), all = whole[1] - whole[0];
  if (span[1] - span[0] < NARROWEST * all) return range;
  if (span[1] - span[0] >= ALMOST * all) return range?.y ? { x: unscaled(whole, logX), y: range.y } : null;
  return { x: unscaled(within(span, whole), logX), y: range?.y ?? null };
}

/** The range after the plot was dragged by so many pixels. x stays within what was recorded. */
export function panned(layout: OverlayLayout, dx: number, dy: number): OverlayRange {
  const { x, y, plot, overlay: { figure: { logX, logY } } } = layout;
  const moved = (span: Span, share: number): Span => {
    const by = share * (span[1] - span[0]);
    return [span[0] + by, span[1] + by];
  };
  const whole = scaled(layout.overlay.domain(null).x, logX);
  return {
    x: unscaled(within(moved(scaled(x, logX), -dx / plot.width), whole), logX),
    y: unscaled(moved(scaled(y, logY), dy / plot.height), logY),
  };
}

const scaled = (span: Span, log: boolean): Span => [scaleOf(span[0], log), scaleOf(span[1], log)];
const unscaled = (span: Span, log: boolean): Span => [valueOf(span[0], log), valueOf(span[1], log)];

function scaledBy([low, high]: Span, factor: number, share: number): Span {
  const at = low + share * (high - low);
  return [at + (low - at) * factor, at + (high - at) * factor];
}

/** The span moved into the whole, as it is where it fits. */
function within([low, high]: Span, [first, last]: Span): Span {
  if (high - low >= last - first) return [first, last];
  const by = low < first ? first - low : high > last ? last - high : 0;
  return [low + by, high + by];
}
