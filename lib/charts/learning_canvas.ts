/** Where things are in a drawing of learning curves. */
import type { Size } from "./chart.ts";
import { onAxis } from "./format.ts";
import { LABEL_ROW, pixelOf } from "./frame.ts";
import type { LearningCurves } from "./learning_curves.ts";
import type { PolicyStops } from "./policy_stops.ts";
import { type Series, valueAt } from "./series.ts";
import { staircase } from "./staircase.ts";
import { fitText, textWidth } from "./text_width.ts";

/** Where things are in this drawing, in both units. */
export interface Canvas {
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
export interface StopMark {
  readonly stop: PolicyStops;
  readonly x: number;
  /** null where nothing was evaluated yet: a stem without a symbol claims a time and no value */
  readonly y: number | null;
  readonly row: number;
  readonly left: boolean;
  readonly text: string;
}

/** The drawing at a size. */
export function canvasOf(curves: LearningCurves, size: Size): Canvas {
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

/** The stops on their curve, and the row of each label. */
export function stopMarks(canvas: Canvas): StopMark[] {
  const { curves: { stops, main, changed, scale }, size, y } = canvas;
  const shown = stops.flatMap((stop) => {
    const { median } = stop;
    if (median === null || median > scale.max) return [];
    const series = changed !== null && stop.kind === changed.kind ? changed : main;
    const value = valueAt(series, median) ?? finiteBefore(series, median);
    const text = `${fitText(stop.policy, 150)}  ${onAxis(median, scale.axis)}`;
    return [{ stop, x: median, y: value === null ? null : Math.max(y[0], Math.min(y[1], value)), text }];
  });
  const stems = shown.map(({ x, text }) => ({ x: pixelOf(x, scale, size), width: textWidth(text) + 6 }));
  // The page's gutter takes the end of a label that stands at the very right.
  const stairs = staircase(stems, size.width + 12);
  return shown.map((mark, index) => ({ ...mark, ...stairs[index] }));
}

/** The drawn middle before a gap. */
function finiteBefore({ x, middle }: Series, at: number): number | null {
  return middle.findLast((value, row) => x[row] <= at && Number.isFinite(value)) ?? null;
}
