/** The frame of a figure whose x axis is its own: a grid, ticks, and under them what x is. */
import * as Plot from "@observablehq/plot";
import type { Markish, PlotOptions, ScaleOptions } from "@observablehq/plot";
import type { Size } from "./chart.ts";
import { yAxis } from "./frame.ts";
import { INK_3 } from "./palette.ts";

export interface NamedAxis {
  /** CSS pixels */
  readonly height: number;
  readonly x: {
    /** what it counts, as `step` */
    readonly name: string;
    readonly scale: ScaleOptions;
    /** how many ticks there are, or where */
    readonly ticks: number | readonly number[];
    readonly tickFormat: (value: number) => string;
  };
  readonly y: {
    readonly scale: ScaleOptions;
    readonly ticks: number;
    readonly tickFormat?: (value: number) => string;
  };
  /** back to front, upon the axes */
  readonly marks: readonly Markish[];
  readonly marginLeft?: number;
}

/** Ticks of an axis of steps. */
export const stepTicks = ({ narrow }: Size): number => narrow ? 4 : 7;

/**
 * Options of a figure between its axes.
 * @example
 * ```ts
 * const x = { name: "step", scale: { domain: [0, 100] }, ticks: 4, tickFormat: String };
 * const options = namedAxis({ width: 600, narrow: false }, { height: 200, x, y: { scale: {}, ticks: 4 }, marks: [] });
 * ```
 */
export const namedAxis = (
  { width }: Size,
  { height, x, y: { scale, ...y }, marks, marginLeft = 58 }: NamedAxis,
): PlotOptions => ({
  className: "plot",
  width,
  height,
  marginBottom: 44,
  marginLeft,
  x: { label: null, ...x.scale },
  y: { label: null, ...scale },
  marks: [
    ...yAxis(y),
    Plot.axisX({
      tickSize: 4,
      ticks: x.ticks as number,
      tickFormat: x.tickFormat,
      label: null,
      color: INK_3,
    }),
    ...marks,
    Plot.text([x.name], { frameAnchor: "bottom", dy: 36, fill: INK_3 }),
  ],
});
