/** What is written on learning curves, beside the marks themselves. */
import * as Plot from "@observablehq/plot";
import type { Markish } from "@observablehq/plot";
import { decimals } from "./format.ts";
import { LABEL_ROW, MARGIN_LEFT, marginRight, pixelOf } from "./frame.ts";
import type { Canvas, StopMark } from "./learning_canvas.ts";
import { INK, INK_3, labelColor, PAGE, symbolOptions } from "./palette.ts";
import {
  type Bounds,
  labelBox,
  type LabelledPoint,
  type LabelPlace,
  overlap,
  placeLabels,
} from "./place_labels.ts";
import { type PlacedText, roomOf, TEXT_HEIGHT } from "./placed_text.ts";
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

/** The best in hindsight, an ink ring. */
export function bestRing({ curves: { main: { best } } }: Canvas): Markish {
  return best === null ? null : Plot.dot([best], { x: "x", y: "y", ...symbolOptions("oracle", 5.5) });
}

/** Every text of the plot itself, each clear of those before it: the lines' names, then the best. */
export function plotTexts(canvas: Canvas, stops: readonly StopMark[]): PlacedText[] {
  const { curves: { scale, training }, size, yPixel } = canvas;
  const covered = obstacles(canvas, stops);
  const rooms = (placed: readonly PlacedText[]) =>
    placed.map((text) => roomOf(text, { x: pixelOf(text.x, scale, size), y: yPixel(text.y) }));
  const names = endTexts(canvas);
  if (training !== null) names.push(...trainingText(training, canvas, covered, rooms(names)));
  return [...names, ...bestText(canvas, covered, rooms(names))];
}

/** The value of the best, where neither a curve, a marker nor a name is. */
function bestText(canvas: Canvas, covered: readonly Bounds[], names: readonly Bounds[]): PlacedText[] {
  const { best } = canvas.curves.main;
  if (best === null) return [];
  const text = `best ${decimals(best.y)}`;
  return [{ text, x: best.x, y: best.y, fill: INK, ...placeIn(canvas, best, text, covered, names) }];
}

function placeIn(
  canvas: Canvas,
  at: { readonly x: number; readonly y: number },
  text: string,
  covered: readonly Bounds[],
  names: readonly Bounds[],
): Omit<LabelPlace, "away"> {
  const bounds = { left: MARGIN_LEFT, right: canvas.size.width, top: 0, bottom: canvas.plotHeight };
  const [{ dx, dy, anchor }] = placeLabels([labelled(canvas, at, text)], bounds, covered, names);
  return { dx, dy, anchor };
}

function labelled(
  { curves: { scale }, size, yPixel }: Canvas,
  { x, y }: { readonly x: number; readonly y: number },
  text: string,
): LabelledPoint {
  return { x: pixelOf(x, scale, size), y: yPixel(y), width: textWidth(text), height: TEXT_HEIGHT };
}

/** What a label inside the plot must not cover: symbols, stems, and the lines in short pieces. */
function obstacles(
  { curves: { main, changed, scale }, size, yPixel, plotHeight }: Canvas,
  stops: readonly StopMark[],
): Bounds[] {
  const around = (x: number, top: number, bottom: number, half: number) => ({
    left: x - half,
    right: x + half,
    top,
    bottom,
  });
  const boxes = stops.flatMap(({ x, y }) => {
    const px = pixelOf(x, scale, size);
    if (y === null) return [around(px, 0, plotHeight, 1.5)];
    const py = yPixel(y);
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
function endTexts({ curves: { main, changed, label, scale }, size, yPixel }: Canvas): PlacedText[] {
  const ends = [
    { series: main, text: label, fill: INK },
    ...(changed === null ? [] : [{ series: changed, text: changed.name, fill: labelColor(changed.kind) }]),
  ].flatMap(({ series, text, fill }) => {
    const row = series.middle.findLastIndex(Number.isFinite);
    return row < 0 ? [] : [{ text, fill, x: series.x[row], y: series.middle[row] }];
  }).sort((a, b) => b.y - a.y);
  if (size.narrow) {
    return ends.map((end, index) => {
      const lower = ends.length > 1 && index === ends.length - 1;
      return { ...end, anchor: "end", dx: -8, dy: lower ? 12 : -10 };
    });
  }
  let last = -Infinity;
  return ends.map((end) => {
    const wanted = yPixel(end.y);
    last = Math.max(wanted, last + TEXT_HEIGHT);
    const room = marginRight(size) - 10 + pixelOf(scale.max, scale, size) - pixelOf(end.x, scale, size);
    return { ...end, text: fitText(end.text, room), anchor: "start", dx: 8, dy: last - wanted };
  });
}

/** Named where it leaves the plot, or at its end; when another name stands there, further back on its line. */
function trainingText(
  training: Line,
  canvas: Canvas,
  covered: readonly Bounds[],
  names: readonly Bounds[],
): PlacedText[] {
  const { y: [low, high], size, curves: { scale } } = canvas;
  // A line of a few pixels has no room for a name.
  if (training.x.length === 0 || training.x.at(-1)! < 0.08 * scale.max) return [];
  const leaves = training.y.findIndex((value, row) => value < low && training.x[row] > 0.02 * scale.max);
  const row = leaves > 0 ? leaves - 1 : training.y.findLastIndex(Number.isFinite);
  if (row < 0) return [];
  const at = (row: number) => (
    { text: "training", x: training.x[row], y: Math.max(low, Math.min(high, training.y[row])), fill: INK_3 }
  );
  const rows = [row, Math.round(0.7 * row), Math.round(0.45 * row)].filter((each) =>
    Number.isFinite(training.y[each])
  );
  for (const each of rows) {
    const beside = each === row && leaves <= 0 && !size.narrow;
    const place = trainingPlace(canvas, at(each), beside);
    const box = labelBox(labelled(canvas, at(each), "training"), { ...place, away: false });
    if (names.every((name) => overlap(name, box) === 0)) return [{ ...at(each), ...place }];
  }
  return [{ ...at(row), ...placeIn(canvas, at(row), "training", covered, names) }];
}

/** Beside the end of the line, otherwise under a point of it, or above where the axis is near. */
function trainingPlace(
  canvas: Canvas,
  at: { readonly x: number; readonly y: number },
  beside: boolean,
): Omit<LabelPlace, "away"> {
  const { x, y } = labelled(canvas, at, "training");
  const dy = canvas.plotHeight - y < 12 ? -12 : 10;
  if (x - MARGIN_LEFT < 60) return { anchor: "start", dx: 8, dy };
  return beside ? { anchor: "start", dx: 8, dy: 0 } : { anchor: "end", dx: -8, dy };
}
