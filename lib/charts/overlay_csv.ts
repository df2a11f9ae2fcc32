/** What a figure of many runs shows, as a table for other tools. */
import { csvField } from "./csv_field.ts";
import type { OverlayFigure, OverlayRange } from "./overlay.ts";

/**
 * One row per run and value, in long form: `run,name,step,validation.loss (raw)`. Raw: as it was measured, whatever
 * smoothing is drawn. NaN, Infinity and -Infinity stand as these words. With a range, what of x lies in it.
 *
 * @example
 * ```ts
 * import type { OverlayFigure } from "./overlay.ts";
 * const rows = (figure: OverlayFigure) => overlayCsv(figure, { x: [0, 100], y: null }).split("\n").length - 2;
 * ```
 */
export function overlayCsv({ runs, axis, metric }: OverlayFigure, range: OverlayRange | null): string {
  const [from, to] = range?.x ?? [-Infinity, Infinity];
  const lines = [["run", "name", axis, `${metric} (raw)`].map(csvField).join(",")];
  for (const { id, name, x, y, raw } of runs) {
    const measured = raw ?? { x, y }, head = `${csvField(id)},${csvField(name)}`;
    for (let row = 0; row < measured.x.length; row++) {
      if (measured.x[row] < from || measured.x[row] > to) continue;
      lines.push(`${head},${measured.x[row]},${measured.y[row]}`);
    }
  }
  return `${lines.join("\n")}\n`;
}
