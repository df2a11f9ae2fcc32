/** The files that a figure can be saved as: its picture, and its numbers. */
import type { Chart, Table } from "../../lib/charts/chart.ts";
import { chartNumbers, numbersCsv, numbersJson, tableNumbers } from "../../lib/charts/figure_numbers.ts";
import { overlayColors } from "./overlay_colors.ts";
import { PICTURE_RATIO, plainSvg, pngBlob, svgFile, svgImage } from "./svg_file.ts";

/** CSS pixels of a saved figure. */
const WIDTH = 864;

export type FigureFile = "svg" | "png" | "csv" | "json";

export const CHART_FILES: readonly FigureFile[] = ["svg", "png", "csv", "json"];
export const TABLE_FILES: readonly FigureFile[] = ["csv", "json"];

const textBlob = (text: string, type: string) => new Blob([text], { type });

/**
 * A chart as a file; pictures are in the light theme.
 * @param host an element of the page, whose style sheet says what the colours are
 */
export async function chartFile(chart: Chart, kind: FigureFile, host: Element): Promise<Blob> {
  if (kind === "svg") return textBlob(chartSvg(chart, host), "image/svg+xml");
  if (kind === "png") return await chartPng(chartSvg(chart, host));
  const { title, meta = "", alt } = chart;
  const numbers = chartNumbers(chart);
  return kind === "csv"
    ? textBlob(numbersCsv(numbers), "text/csv")
    : textBlob(numbersJson({ title, meta, alt }, numbers), "application/json");
}

/** A table as a file. */
export function tableFile(table: Table, kind: FigureFile): Blob {
  const numbers = tableNumbers(table);
  return kind === "csv"
    ? textBlob(numbersCsv(numbers), "text/csv")
    : textBlob(numbersJson({ caption: table.caption ?? "" }, numbers), "application/json");
}

function chartSvg(chart: Chart, host: Element): string {
  const options = chart.options({ width: WIDTH, narrow: false });
  const svg = plainSvg({ ...options, width: options.width ?? WIDTH });
  const height = Number(svg.getAttribute("height"));
  return svgFile(chart, { width: WIDTH, height }, [svg], overlayColors(host, "light"));
}

async function chartPng(svg: string): Promise<Blob> {
  const image = await svgImage(svg);
  const canvas = document.createElement("canvas");
  canvas.width = image.naturalWidth * PICTURE_RATIO;
  canvas.height = image.naturalHeight * PICTURE_RATIO;
  canvas.getContext("2d")!.drawImage(image, 0, 0, canvas.width, canvas.height);
  return await pngBlob(canvas);
}
