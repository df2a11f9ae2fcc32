/** Reads what a figure would draw, without drawing it. */
import type { PlotOptions } from "@observablehq/plot";
import type { Chart, Size } from "../../lib/charts/chart.ts";

export const WIDE: Size = { width: 900, narrow: false };
export const NARROW: Size = { width: 360, narrow: true };

/** As much of a mark of Plot as the tests look at. */
export interface DrawnMark {
  readonly ariaLabel: string;
  readonly data: readonly unknown[];
  readonly channels: Readonly<Record<string, { readonly value: unknown }>>;
  readonly stroke?: string;
  readonly fill?: string;
}

/** All marks of one kind: `line`, `area`, `dot`, `text`, `rule`, `tick`, … */
export function marksOf(options: PlotOptions, kind: string): DrawnMark[] {
  const all = (options.marks ?? []).flat(Infinity as 1) as unknown as (DrawnMark | null)[];
  return all.filter((mark): mark is DrawnMark => mark?.ariaLabel === kind);
}

/** The values of a channel, one per datum. */
export function channelOf(mark: DrawnMark, name: string): unknown[] {
  const value = mark.channels[name]?.value;
  const data = Array.from(mark.data ?? []);
  if (typeof value === "function") return data.map((datum, index) => value(datum, index));
  if (typeof value === "string") return data.map((datum) => (datum as Record<string, unknown>)[value]);
  if (value === undefined) return data;
  if (typeof value === "object" && value !== null && "transform" in value) {
    return Array.from((value.transform as (data: unknown[]) => ArrayLike<unknown>)(data));
  }
  return Array.from(value as ArrayLike<unknown>);
}

/** Every text of the figure, axes left out. */
export function textsOf(options: PlotOptions): string[] {
  return marksOf(options, "text").flatMap((mark) => channelOf(mark, "text").map(String));
}

/** Number of marks and of the points in them: an upper bound of what is drawn. */
export function sizeOf(chart: Chart, size: Size): { marks: number; points: number } {
  const all = (chart.options(size).marks ?? []).flat(Infinity as 1) as unknown as (DrawnMark | null)[];
  const drawn = all.filter((mark) => mark !== null);
  return { marks: drawn.length, points: drawn.reduce((sum, mark) => sum + (mark.data?.length ?? 0), 0) };
}
