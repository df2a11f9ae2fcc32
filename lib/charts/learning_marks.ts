/** How learning curves are drawn. */
import * as Plot from "@observablehq/plot";
import type { Markish, PlotOptions } from "@observablehq/plot";
import { minmax } from "../curves/downsample.ts";
import { ema } from "../curves/smooth.ts";
import type { Size } from "./chart.ts";
import { frame, LABEL_ROW, MARGIN_LEFT, marginRight, note, xAxis, xAxisHeight, yAxis } from "./frame.ts";
import { type Canvas, canvasOf, type StopMark, stopMarks } from "./learning_canvas.ts";
import type { LearningCurves } from "./learning_curves.ts";
import { bestRing, plotTexts, stopLabels } from "./learning_labels.ts";
import { ERROR, INK, INK_3, palette, symbolOptions } from "./palette.ts";
import { drawText } from "./placed_text.ts";
import type { Line, Series } from "./series.ts";

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
    bestRing(canvas),
    size.narrow ? null : stopLabels(stops),
    plotTexts(canvas, stops).map(drawText),
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

function stemsAndSymbols(stops: readonly StopMark[], { size, yValue, y }: Canvas): Markish[] {
  // Above the plot a stem ends beside its label: the linear scale goes on there.
  const top = (mark: StopMark) => size.narrow ? y[1] : yValue(-(mark.row * LABEL_ROW + 13));
  return [
    Plot.ruleX(stops, {
      x: "x",
      y1: top,
      y2: (mark: StopMark) => mark.y ?? y[0],
      stroke: (mark: StopMark) => palette[mark.stop.kind].color,
      strokeWidth: 1,
    }),
    ...stops.filter((mark) => mark.y !== null).map((mark) =>
      Plot.dot([mark], { x: "x", y: "y", ...symbolOptions(mark.stop.kind, size.narrow ? 4.5 : 5.5) })
    ),
  ];
}
