/** The lines of many runs, painted in device pixels. */
import { ERROR, INK_3, palette } from "../../lib/charts/palette.ts";
import type { OverlayCurve } from "../../lib/charts/overlay.ts";
import { scaleOf } from "../../lib/charts/overlay_domain.ts";
import type { OverlayLayout } from "../../lib/charts/overlay_layout.ts";
import { traceBand, traceLinks, tracePath } from "../../lib/charts/overlay_path.ts";
import { type Pixels, rasterise, tint } from "../../lib/charts/overlay_raster.ts";
import type { Colors } from "./overlay_colors.ts";

/** Sets a canvas over the plot, in device pixels. */
export function fitCanvas(canvas: HTMLCanvasElement, { plot }: OverlayLayout, ratio: number): void {
  const width = Math.round(plot.width * ratio), height = Math.round(plot.height * ratio);
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  Object.assign(canvas.style, {
    left: `${plot.left}px`,
    top: `${plot.top}px`,
    width: `${plot.width}px`,
    height: `${plot.height}px`,
  });
}

/** Paints every line of a crowd in one ink, darker where more lie; what was there before is gone. */
export function paintCrowd(
  context: CanvasRenderingContext2D,
  layout: OverlayLayout,
  ratio: number,
  colors: Colors,
): void {
  const pixels = layout.pixels(ratio), { width, height } = pixels;
  const { curves } = layout.overlay;
  const cover = rasterise(curves.map(({ line }) => line), pixels, ratio);
  const image = context.createImageData(width, height);
  tint(cover, width, height, colors.rgb(INK_3), image.data);
  context.putImageData(image, 0, 0);
  paintEnds(context, curves.filter(({ diverged }) => diverged), layout, pixels, ratio, colors);
}

/** Small crosses where lines of the crowd diverged. */
function paintEnds(
  context: CanvasRenderingContext2D,
  lost: readonly OverlayCurve[],
  { overlay: { figure: { logX, logY } } }: OverlayLayout,
  { ax, bx, ay, by, height }: Pixels,
  ratio: number,
  colors: Colors,
): void {
  context.strokeStyle = colors.hex(ERROR);
  context.lineWidth = 1.25 * ratio;
  context.beginPath();
  for (const { x, y } of lost) {
    const row = y.findLastIndex(Number.isFinite);
    if (row < 0) continue;
    const half = 2.5 * ratio, px = ax * scaleOf(x[row], logX) + bx;
    const py = Math.max(half, Math.min(height - half, ay * scaleOf(y[row], logY) + by));
    context.moveTo(px - half, py - half);
    context.lineTo(px + half, py + half);
    context.moveTo(px + half, py - half);
    context.lineTo(px - half, py + half);
  }
  context.stroke();
}

/**
 * Paints the lines that have a colour, back to front: ranges, what was measured before smoothing, lines, and the
 * one that is meant last and thicker.
 */
export function paintTold(
  context: CanvasRenderingContext2D,
  layout: OverlayLayout,
  ratio: number,
  colors: Colors,
  meant: string | null,
): void {
  const pixels = layout.pixels(ratio), { told } = layout;
  const is = (curve: OverlayCurve) => meant !== null && curve.ids.includes(meant);
  const ordered = [...told.filter((curve) => !is(curve)), ...told.filter(is)];
  for (const curve of told) paintBand(context, curve, pixels, colors);
  for (const curve of ordered) {
    if (curve.raw === null) continue;
    context.globalAlpha = 0.3;
    strokeLine(
      context,
      ratio,
      colors.hex(palette[curve.kind].color),
      1,
      [],
      () => tracePath(curve.raw!, pixels, context),
    );
  }
  for (const curve of ordered) {
    const color = colors.hex(palette[curve.kind].color), width = is(curve) ? 2.5 : 1.6;
    context.globalAlpha = 1;
    strokeLine(context, ratio, color, width, curve.dash, () => tracePath(curve.line, pixels, context));
    context.globalAlpha = 0.5;
    strokeLine(context, ratio, color, 1, [1, 3], () => traceLinks(curve.line, pixels, context));
  }
  context.globalAlpha = 1;
}

function paintBand(
  context: CanvasRenderingContext2D,
  { band, kind }: OverlayCurve,
  pixels: Pixels,
  colors: Colors,
): void {
  if (band === null) return;
  context.globalAlpha = 0.12;
  context.fillStyle = colors.hex(palette[kind].color);
  context.beginPath();
  traceBand(band, pixels, context);
  context.fill();
}

function strokeLine(
  context: CanvasRenderingContext2D,
  ratio: number,
  color: string,
  width: number,
  dash: readonly number[],
  trace: () => void,
): void {
  context.strokeStyle = color;
  context.lineWidth = width * ratio;
  context.lineJoin = "round";
  context.setLineDash(dash.map((length) => length * ratio));
  context.beginPath();
  trace();
  context.stroke();
}
