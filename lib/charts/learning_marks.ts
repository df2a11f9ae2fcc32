/** How learning curves are drawn. */
import * as Plot from "@observablehq/plot";
import type { Markish, PlotOptions } from "@observablehq/plot";
import { minmax } from "../curves/downsample.ts";
import { ema } from "../curves/smooth.ts";
import type { Size } from "./chart.ts";
import { decimals, onAxis } from "./format.ts";
import {
  frame,
  LABEL_ROW,
  MARGIN_LEFT,
  marginRight,
  note,
  pixelOf,
  xAxis,
  xAxisHeight,
  yAxis,
} from "./frame.ts";
import type { LearningCurves } from "./learning_curves.ts";
import { ERROR, INK, INK_3, labelColor, PAGE, palette, symbolOptions } from "./palette.ts";
import type { PolicyStops } from "./policy_stops.ts";
import { type Line, type Series, valueAt } from "./series.ts";
import { type Bounds, placeLabels } from "./place_labels.ts";
import { staircase } from "./staircase.ts";
import { fitText, textWidth } from "./text_width.ts";

/** Where things are in this drawing, in both units. */
interface Canvas {
  readonly size: Size;
  readonly curves: LearningCurves;
  readonly marginTop: number;
  readonly plotHeight: number;
  readonly y: readonly [number, number];
  /** CSS pixels from the top of the plot to a value */
  yPixel(value: number): number;
  /** the value at CSS pixels from the top of the plot */
  yValue(pixel: number): number;
}
interface StopMark {
  readonly stop: PolicyStops;
  readonly x: number;
  readonly y: number;
  readonly row: number;
  readonly left: boolean;
  readonly text: string;
}

/** The figure at a size. `sentence` is drawn in the empty plot while there is no curve. */
export function drawLearningCurves(curves: LearningCurves, size: Size, sentence: string | null): PlotOptions {
  const canvas = canvasOf(curves, size);
  const { marginTop, plotHeight, y } = canvas;
  const marginBottom = xAxisHeight(curves.scale);
  return frame(size, curves.scale, {
    height: marginTop + plotHeight + marginBottom,
    marginTop,
    marginBottom,
    y: { domain: [...y], label: null, ...(sentence === null ? {} : { axis: null }) },
    marks: sentence === null ? curveMarks(canvas) : waitingMarks(canvas, sentence),
  });
}

function canvasOf(curves: LearningCurves, size: Size): Canvas {
  // Room for every policy, however the labels fall, so that nothing below moves while a slider is dragged.
  const marginTop = size.narrow || curves.stops.length === 0 ? 14 : curves.stops.length * LABEL_ROW + 12;
  const plotHeight = size.narrow ? 216 : 340;
  const y = curves.yDomain(size.whole ?? false);
  return {
    size,
    curves,
    marginTop,
    plotHeight,
    y,
    yPixel: (value) => plotHeight * (y[1] - value) / (y[1] - y[0]),
    yValue: (pixel) => y[1] - pixel / plotHeight * (y[1] - y[0]),
  };
}

function waitingMarks({ curves: { scale }, size }: Canvas, sentence: string): Markish[] {
  return [
    ...xAxis(scale, size, true),
    Plot.ruleY([0], { stroke: INK_3, strokeOpacity: 0.4 }),
    Plot.text([sentence], { frameAnchor: "middle", fill: INK_3, fontSize: 13 }),
  ];
}

/** Back to front: axes, ranges, quiet lines, lines, markers, texts. */
function curveMarks(canvas: Canvas): Markish[] {
  const { curves, size } = canvas;
  const { main, changed, training, scale, smoothing } = curves;
  const pixels = Math.max(1, Math.round(size.width - MARGIN_LEFT - marginRight(size)));
  const colors = changed === null ? null : palette[changed.kind].color;
  const stops = stopMarks(canvas);
  return [
    ...yAxis({ ticks: size.narrow ? 4 : 6 }),
    ...xAxis(scale, size, true),
    range(main, INK, 0.1),
    changed === null ? null : range(changed, colors!, 0.12),
    training === null ? null : line(thinned(training, pixels), INK_3, 1, 0.75),
    changed === null ? null : seriesLines(changed, colors!, 1.5, smoothing, pixels),
    seriesLines(main, INK, 1.75, smoothing, pixels),
    crosses(main, canvas),
    changed === null ? null : crosses(changed, canvas),
    stemsAndSymbols(stops, canvas),
    bestMark(canvas, stops),
    size.narrow ? null : stopLabels(stops),
    endLabels(canvas),
    training === null ? null : trainingLabel(training, canvas),
  ];
}

/** Min to max over the seeds, where a median stands for them. */
function range({ banded, x, low, high, median }: Series, color: string, opacity: number): Markish {
  if (!banded) return null;
  const gap = (values: Float64Array) =>
    Float64Array.from(values, (v, row) => Number.isNaN(median.y[row]) ? NaN : v);
  return Plot.areaY({ length: x.length }, {
    x,
    y1: gap(low),
    y2: gap(high),
    fill: color,
    fillOpacity: opacity,
    clip: true,
  });
}

/** The median or the seeds; with smoothing the raw values stay behind. */
function seriesLines(
  series: Series,
  color: string,
  width: number,
  smoothing: number,
  pixels: number,
): Markish[] {
  const lines = series.banded ? [{ of: series.median, width }] : [];
  const single = series.banded ? 0.75 : series.seeds === 1 ? width : 1.25;
  lines.push(...series.singles.map((of) => ({ of, width: single })));
  return lines.flatMap(({ of, width }) => {
    const raw = thinned(of, pixels);
    if (smoothing === 0) return [line(raw, color, width, 1)];
    const smooth = { x: of.x, y: Float64Array.from(ema(of.y, smoothing)) };
    return [line(raw, color, 1, 0.3), line(thinned(smooth, pixels), color, width, 1)];
  });
}

function line({ x, y }: Line, stroke: string, strokeWidth: number, strokeOpacity: number): Markish {
  return Plot.lineY({ length: x.length }, { x, y, stroke, strokeWidth, strokeOpacity, clip: true });
}

/** Two points per pixel column at most. */
function thinned({ x, y }: Line, pixels: number): Line {
  if (x.length <= 2 * pixels) return { x, y };
  const kept = minmax(x, y, pixels);
  return { x: Float64Array.from(kept, (row) => x[row]), y: Float64Array.from(kept, (row) => y[row]) };
}

/** Where a run diverged, at the edge when its last value lies outside. */
function crosses({ diverged }: Series, { y, size }: Canvas): Markish[] {
  const places = diverged.map((place) => ({ ...place, y: Math.max(y[0], Math.min(y[1], place.y)) }));
  return [
    Plot.dot(places, { x: "x", y: "y", symbol: "times", r: 5, stroke: ERROR, strokeWidth: 2 }),
    ...(size.narrow
      ? []
      : places.slice(0, 1).map((place) =>
        note("diverged", place.x, place.y, { fill: ERROR, textAnchor: "start", dx: 10 })
      )),
  ];
}

/** The stops on their curve, and the row of each label. */
function stopMarks(canvas: Canvas): StopMark[] {
  const { curves: { stops, main, changed, scale }, size, y } = canvas;
  const shown = stops.flatMap((stop) => {
    const { median } = stop;
    if (median === null || median > scale.max) return [];
    const series = changed !== null && stop.kind === changed.kind ? changed : main;
    const value = valueAt(series, median) ?? finiteBefore(series, median);
    if (value === undefined) return [];
    const text = `${fitText(stop.policy, 150)}  ${onAxis(median, scale.axis)}`;
    return [{ stop, x: median, y: Math.max(y[0], Math.min(y[1], value)), text }];
  });
  const stems = shown.map(({ x, text }) => ({ x: pixelOf(x, scale, size), width: textWidth(text) + 6 }));
  // The page's gutter takes the end of a label that stands at the very right.
  const stairs = staircase(stems, size.width + 12);
  return shown.map((mark, index) => ({ ...mark, ...stairs[index] }));
}

function stemsAndSymbols(stops: readonly StopMark[], { size, yValue, y }: Canvas): Markish[] {
  // Above the plot a stem ends beside its label: the linear scale goes on there.
  const top = (mark: StopMark) => size.narrow ? y[1] : yValue(-(mark.row * LABEL_ROW + 13));
  return [
    Plot.ruleX(stops, {
      x: "x",
      y1: top,
      y2: "y",
      stroke: (mark: StopMark) => palette[mark.stop.kind].color,
      strokeWidth: 1,
    }),
    ...stops.map((mark) =>
      Plot.dot([mark], { x: "x", y: "y", ...symbolOptions(mark.stop.kind, size.narrow ? 4.5 : 5.5) })
    ),
  ];
}

function stopLabels(stops: readonly StopMark[]): Markish[] {
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
function bestMark(canvas: Canvas, stops: readonly StopMark[]): Markish[] {
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

/** The drawn middle before a gap, or the first one there is. */
function finiteBefore({ x, middle }: Series, at: number): number | undefined {
  return middle.findLast((value, row) => x[row] <= at && Number.isFinite(value)) ??
    middle.find(Number.isFinite);
}

/** What each line is, at its right end; in a narrow figure above or below it. */
function endLabels({ curves: { main, changed, label, scale }, size, yPixel }: Canvas): Markish[] {
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
function trainingLabel(training: Line, { y, size, curves: { scale }, yPixel, plotHeight }: Canvas): Markish {
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
