/** What is written on learning curves, beside the marks themselves. */
import * as Plot from "@observablehq/plot";
import type { Markish } from "@observablehq/plot";
import { decimals } from "./format.ts";
import { LABEL_ROW, MARGIN_LEFT, marginRight, note, pixelOf } from "./frame.ts";
import type { Canvas, StopMark } from "./learning_canvas.ts";
import { INK, INK_3, labelColor, PAGE, symbolOptions } from "./palette.ts";
import { type Bounds, placeLabels } from "./place_labels.ts";
import { type Line, valueAt } from "./series.ts";
import { fitText, textWidth } from "./text_width.ts";

/** Name and place of each stop, in the row that the staircase gave it. */
export function stopLabels(stops: readonly StopMark[]): Markish[] {
  return stops.map((mark) =>
    Plot.text([mark], {
      x: "x",
      frameAnchor: "top",
      dy: -8 - mark.row * LABEL_ROW,
      dx: mark.left ? -5 : 5,
      textAnchor: mark.left ? "end" : "start",
      text: "text",
      fill: labelColor(mark.stop.kind),
      stroke: PAGE,
      strokeWidth: 4,
      paintOrder: "stroke",
    })
  );
}

/** The best in hindsight: an ink ring with its value, where neither a curve nor a marker is. */
export function bestMark(canvas: Canvas, stops: readonly StopMark[]): Markish[] {
  const { curves: { main, scale }, size, yPixel, plotHeight } = canvas;
  const { best } = main;
  if (best === null) return [];
  const text = `best ${decimals(best.y)}`;
  const point = { x: pixelOf(best.x, scale, size), y: yPixel(best.y), width: textWidth(text), height: 15 };
  const bounds = { left: MARGIN_LEFT, right: size.width, top: 0, bottom: plotHeight };
  const [{ dx, dy, anchor }] = placeLabels([point], bounds, obstacles(canvas, stops));
  return [
    Plot.dot([best], { x: "x", y: "y", ...symbolOptions("oracle", 5.5) }),
    note(text, best.x, best.y, { fill: INK, dx, dy, textAnchor: anchor }),
  ];
}

/** What a label inside the plot must not cover: symbols, stems, and the lines in short pieces. */
function obstacles(
  { curves: { main, changed, scale }, size, yPixel }: Canvas,
  stops: readonly StopMark[],
): Bounds[] {
  const around = (x: number, top: number, bottom: number, half: number) => ({
    left: x - half,
    right: x + half,
    top,
    bottom,
  });
  const boxes = stops.flatMap(({ x, y }) => {
    const [px, py] = [pixelOf(x, scale, size), yPixel(y)];
    return [around(px, py - 8, py + 8, 8), around(px, 0, py, 1.5)];
  });
  for (const series of changed === null ? [main] : [main, changed]) {
    for (let px = MARGIN_LEFT; px < size.width - marginRight(size); px += 5) {
      const value = valueAt(
        series,
        (px - MARGIN_LEFT) / (size.width - MARGIN_LEFT - marginRight(size)) * scale.max,
      );
      if (value !== null) boxes.push(around(px, yPixel(value) - 2.5, yPixel(value) + 2.5, 2.5));
    }
  }
  return boxes;
}

/** What each line is, at its right end; in a narrow figure above or below it. */
export function endLabels({ curves: { main, changed, label, scale }, size, yPixel }: Canvas): Markish[] {
  const ends = [
    { series: main, text: label, color: INK },
    ...(changed === null ? [] : [{ series: changed, text: changed.name, color: labelColor(changed.kind) }]),
  ].flatMap((end) => {
    const row = end.series.middle.findLastIndex(Number.isFinite);
    return row < 0 ? [] : [{ ...end, x: end.series.x[row], y: end.series.middle[row] }];
  }).sort((a, b) => b.y - a.y);
  if (size.narrow) {
    return ends.map(({ x, y, text, color }, index) => {
      const lower = ends.length > 1 && index === ends.length - 1;
      return note(text, x, y, { fill: color, textAnchor: "end", dx: -8, dy: lower ? 12 : -10 });
    });
  }
  let last = -Infinity;
  return ends.map(({ x, y, text, color }) => {
    const wanted = yPixel(y);
    last = Math.max(wanted, last + 15);
    const room = marginRight(size) - 10 + pixelOf(scale.max, scale, size) - pixelOf(x, scale, size);
    return note(fitText(text, room), x, y, { fill: color, textAnchor: "start", dx: 8, dy: last - wanted });
  });
}

/** Named where it leaves the plot, or at its end. */
export function trainingLabel(
  training: Line,
  { y, size, curves: { scale }, yPixel, plotHeight }: Canvas,
): Markish {
  // A line of a few pixels has no room for a name.
  if (training.x.length === 0 || training.x.at(-1)! < 0.08 * scale.max) return null;
  const leaves = training.y.findIndex((value, row) => value < y[0] && training.x[row] > 0.02 * scale.max);
  const row = leaves > 0 ? leaves - 1 : training.y.findLastIndex(Number.isFinite);
  if (row < 0) return null;
  const value = Math.max(y[0], Math.min(y[1], training.y[row]));
  const dy = plotHeight - yPixel(value) < 12 ? -12 : 10;
  const nearAxis = pixelOf(training.x[row], scale, size) - MARGIN_LEFT < 60;
  if (nearAxis) {
    return note("training", training.x[row], value, { fill: INK_3, textAnchor: "start", dx: 8, dy });
  }
  if (leaves > 0 || size.narrow) {
    return note("training", training.x[row], value, { fill: INK_3, textAnchor: "end", dx: -8, dy });
  }
  return note("training", training.x[row], value, { fill: INK_3, textAnchor: "start", dx: 8 });
}
