/** What every figure shares: margins, axes and grid, and single texts placed on the plot. */
import * as Plot from "@observablehq/plot";
import type { Markish, PlotOptions, TextOptions } from "@observablehq/plot";
import type { Axis } from "../curves/trajectory.ts";
import type { Size } from "./chart.ts";
import { axisTick } from "./format.ts";
import { GRID, INK_3, PAGE } from "./palette.ts";
import { clockTicks, ticks } from "./ticks.ts";

/** Left margin of curves and of the strips under them, so that their x scales stand one above the other. */
export const MARGIN_LEFT = 48;
/** Height of one row of labels, in CSS pixels. */
export const LABEL_ROW = 17;

/** An x axis that several charts share. */
export interface XScale {
  readonly axis: Axis;
  /** end of the domain, which begins at 0 */
  readonly max: number;
  /** set on the step axis: updates in one epoch, for the second row */
  readonly updatesPerEpoch: number | null;
}

/** Right margin: room for direct labels, which a narrow figure does not have. */
export function marginRight(size: Size): number {
  return size.narrow ? 10 : 124;
}

/** Where x lies, in CSS pixels from the figure's left edge. */
export function pixelOf(x: number, scale: XScale, size: Size): number {
  return MARGIN_LEFT + (size.width - MARGIN_LEFT - marginRight(size)) * x / scale.max;
}

/** Options of a figure on a shared x axis. */
export function frame(size: Size, scale: XScale, options: PlotOptions): PlotOptions {
  return {
    className: "plot",
    width: size.width,
    marginLeft: MARGIN_LEFT,
    marginRight: marginRight(size),
    ...options,
    x: { domain: [0, scale.max], label: null, ...options.x },
  };
}

/** Positions of the ticks of a shared x axis: about 7, 4 when narrow. */
export function xTicks(scale: XScale, size: Size): number[] {
  const count = size.narrow ? 4 : 7;
  return scale.axis === "seconds"
    ? clockTicks(scale.max, count)
    : ticks(scale.max, count, scale.axis !== "epoch");
}

/** The x axis; with `named`, its name at the left and, under steps, a second row of epochs. */
export function xAxis(scale: XScale, size: Size, named: boolean): Markish[] {
  const { axis, max, updatesPerEpoch } = scale;
  const marks: Markish[] = [
    Plot.axisX(xTicks(scale, size), {
      tickSize: 4,
      tickFormat: (value: number) => axisTick(value, axis),
      label: null,
      color: INK_3,
    }),
  ];
  if (!named) return marks;
  marks.push(axisName(axis === "seconds" ? "time" : axis, 8));
  if (axis === "step" && updatesPerEpoch !== null) {
    const epochs = ticks(max / updatesPerEpoch, size.narrow ? 5 : 7, max / updatesPerEpoch >= 2);
    marks.push(axisName("epoch", 25));
    marks.push(Plot.axisX(epochs.map((epoch) => epoch * updatesPerEpoch), {
      tickSize: 0,
      tickPadding: 24,
      tickFormat: (value: number) => axisTick(value / updatesPerEpoch, "epoch"),
      label: null,
      color: INK_3,
    }));
  }
  return marks;
}

/** Space under the plot that `xAxis` with its names takes. */
export function xAxisHeight(scale: XScale): number {
  return scale.axis === "step" && scale.updatesPerEpoch !== null ? 44 : 28;
}

/** The y axis: grid lines, and ticks without marks. Options go to both. */
export function yAxis(
  options: { ticks?: number | number[]; tickFormat?: (value: number) => string },
): Markish[] {
  const { ticks: at } = options;
  return [
    Plot.gridY({ stroke: GRID, strokeOpacity: 1, ticks: at }),
    Plot.axisY({ tickSize: 0, tickPadding: 8, label: null, color: INK_3, ...options }),
  ];
}

/** Light vertical lines at the ticks of the chart above. */
export function xGrid(scale: XScale, size: Size): Markish {
  return Plot.gridX(xTicks(scale, size), { stroke: GRID, strokeOpacity: 1 });
}

/** One text at one place of the plot, with a page-coloured edge so that lines under it do not disturb. */
export function note(text: string, x: number, y: number | string | undefined, options: TextOptions): Markish {
  const place = y === undefined ? { x: [x] } : { x: [x], y: [y] };
  return Plot.text([text], {
    ...place,
    text: [text],
    stroke: PAGE,
    strokeWidth: 4,
    paintOrder: "stroke",
    ...options,
  });
}

function axisName(name: string, dy: number): Markish {
  return Plot.text([name], {
    frameAnchor: "bottom-left",
    lineAnchor: "top",
    textAnchor: "end",
    dx: -12,
    dy,
    fill: INK_3,
  });
}
