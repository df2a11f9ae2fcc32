/** The numbers of a figure, for other tools: of a chart what its marks stand for, of a table its cells. */
import type { Markish, PlotOptions } from "@observablehq/plot";
import type { Chart, Table, TableCell } from "./chart.ts";
import { csvField } from "./csv_field.ts";

export type FigureValue = number | string | boolean | null;

/** Rows under named columns. */
export interface FigureNumbers {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly FigureValue[])[];
}

/** Curves are thinned to two values a pixel: at this width one of so many values is whole. */
const WIDTH = 4096;
/** What a mark may say with a number: place, size, words. */
const CHANNELS = /^(?:[xy][12]?|f[xy]|z|r|length|text|title)$/;
/** A mark without a place stands beside the data, as the name of an axis. */
const PLACE = /^[xy][12]?$/;
/** What says it only where it is a number; otherwise it is a colour. */
const SHADES = /^(?:fill|stroke|fillOpacity|strokeOpacity|opacity)$/;
/** Marks that say nothing of the data. */
const SCENERY = /axis|grid|tip|frame/;

/** What is used of a mark; Plot's types keep it to themselves. */
interface DrawnMark {
  readonly ariaLabel?: string;
  initialize(
    facets: undefined,
    facetChannels: object,
    options: PlotOptions,
  ): { readonly channels: Readonly<Record<string, { readonly value?: ArrayLike<unknown> }>> };
}

/**
 * What the marks of a chart stand for, one row a mark: `mark,index,x,y,text`, with the columns that its marks have. The
 * lines of scenery (axes, grid) are left out; a curve of more than 4,096 values is thinned, its extremes kept.
 *
 * @example
 * ```ts
 * import { chartNumbers } from "./figure_numbers.ts";
 * import { confusionMatrix } from "./confusion_matrix.ts";
 * const { columns } = chartNumbers(confusionMatrix({ matrix: [[9, 1], [0, 10]], classes: ["cat", "dog"] }));
 * columns; // ["mark", "index", "x", "y", "fillOpacity", "text"]
 * ```
 */
export function chartNumbers(chart: Chart): FigureNumbers {
  if (chart.empty !== undefined) return { columns: [], rows: [] };
  const options = chart.options({ width: WIDTH, narrow: false, whole: true });
  const marks = marksOf(options.marks ?? []).map((mark) => ({
    name: mark.ariaLabel ?? "mark",
    channels: channelsOf(mark, options),
  })).filter(({ channels }) => [...channels.keys()].some((channel) => PLACE.test(channel)));
  const names = [...new Set(marks.flatMap(({ channels }) => [...channels.keys()]))];
  const rows = marks.flatMap(({ name, channels }) => {
    const length = Math.max(0, ...[...channels.values()].map((values) => values.length));
    return Array.from({ length }, (_, i) => [
      name,
      i,
      ...names.map((channel) => figureValue(channels.get(channel)?.[i])),
    ]);
  });
  return filled({ columns: ["mark", "index", ...names], rows });
}

/**
 * The cells of a table: a number where the cell sorts by one, its text otherwise; quieter words in brackets.
 *
 * @example
 * ```ts
 * import { tableNumbers } from "./figure_numbers.ts";
 * const rows = [[{ text: "Early stopping", sub: "patience 8" }, { text: "52%", value: 0.52 }]];
 * tableNumbers({ type: "table", columns: [{ label: "policy" }, { label: "saved" }], rows }).rows;
 * // [["Early stopping (patience 8)", 0.52]]
 * ```
 */
export function tableNumbers({ columns, rows }: Table): FigureNumbers {
  return filled({
    columns: columns.map(({ label }) => label),
    rows: rows.map((row) =>
      row.map((cell, i) => columns[i]?.clock === true ? milliseconds(cellValue(cell)) : cellValue(cell))
    ),
  });
}

/**
 * Rows as text for a spreadsheet. NaN and Infinity stand as these words, what is missing as nothing.
 *
 * @example
 * ```ts
 * import { numbersCsv } from "./figure_numbers.ts";
 * numbersCsv({ columns: ["step", "loss"], rows: [[100, 0.5], [200, null]] }); // "step,loss\n100,0.5\n200,\n"
 * ```
 */
export function numbersCsv({ columns, rows }: FigureNumbers): string {
  const lines = [columns.map(csvHeader), ...rows.map((row) => row.map(csvValue))];
  return `${lines.map((line) => line.join(",")).join("\n")}\n`;
}

/**
 * Rows as JSON, with the words that stand beside the figure. NaN and Infinity are text there.
 *
 * @example
 * ```ts
 * import { numbersJson } from "./figure_numbers.ts";
 * numbersJson({ title: "Loss" }, { columns: ["step"], rows: [[100]] });
 * // '{"title":"Loss","columns":["step"],"rows":[[100]]}\n'
 * ```
 */
export function numbersJson(words: Readonly<Record<string, string>>, numbers: FigureNumbers): string {
  const finite = (_: string, value: unknown) =>
    typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
  return `${JSON.stringify({ ...words, ...numbers }, finite)}\n`;
}

/** A unit after a comma stands in brackets, so that the head needs no quotes: `saved, %` is `saved (%)`. */
const csvHeader = (label: string): string => csvField(label.replace(/^([^,]+), ([^,]+)$/, "$1 ($2)"));

const csvValue = (value: FigureValue): string =>
  value === null ? "" : typeof value === "string" ? csvField(value) : String(value);

function cellValue(cell: TableCell | string | number): FigureValue {
  if (typeof cell !== "object") return cell;
  if (typeof cell.value === "number") return cell.value;
  return cell.sub === undefined ? cell.text : `${cell.text} (${cell.sub})`;
}

/** Readings of a clock are no finer than that. */
const milliseconds = (value: FigureValue): FigureValue =>
  typeof value === "number" ? Number(value.toFixed(3)) : value;

/** Without the columns in which no row says anything. */
function filled({ columns, rows }: FigureNumbers): FigureNumbers {
  const says = columns.map((_, i) =>
    rows.length === 0 || rows.some((row) => !["", null, undefined].includes(row[i] as string))
  );
  const kept = <T>(of: readonly T[]) => of.filter((_, i) => says[i] ?? true);
  return { columns: kept(columns), rows: rows.map(kept) };
}

/** Marks stand in lists, and lists in lists. */
function marksOf(marks: Markish | readonly Markish[]): DrawnMark[] {
  if (Array.isArray(marks)) return marks.flatMap(marksOf);
  const mark = marks as unknown as Partial<DrawnMark> | null;
  return typeof mark?.initialize !== "function" || SCENERY.test(mark.ariaLabel ?? "")
    ? []
    : [mark as DrawnMark];
}

function channelsOf(mark: DrawnMark, options: PlotOptions): Map<string, ArrayLike<unknown>> {
  const { channels } = mark.initialize(undefined, {}, options);
  return new Map(
    Object.entries(channels).flatMap(([name, { value }]) => {
      if (value === undefined || value === null) return [];
      const kept = CHANNELS.test(name) || SHADES.test(name) && typeof value[0] === "number";
      return kept ? [[name, value] as const] : [];
    }),
  );
}

function figureValue(value: unknown): FigureValue {
  if (value === null || value === undefined) return null;
  if (typeof value === "number" || typeof value === "boolean") return value;
  return value instanceof Date ? value.toISOString() : String(value);
}
