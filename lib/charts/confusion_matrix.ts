/** Which classes a model takes for which. */
import * as Plot from "@observablehq/plot";
import type { Markish, PlotOptions } from "@observablehq/plot";
import type { Chart, Size } from "./chart.ts";
import { percent, thousands } from "./format.ts";
import { GRID, INK, INK_2, INK_3, PAGE } from "./palette.ts";

export interface ConfusionMatrixOptions {
  /** counts: one row per true class, one column per predicted class */
  readonly matrix: readonly (readonly number[])[];
  /** names in the order of the rows */
  readonly classes: readonly string[];
  /** default `Confusion matrix` */
  readonly title?: string;
}
interface Cell {
  readonly actual: string;
  readonly predicted: string;
  readonly count: number;
  readonly right: boolean;
  /** share of the most frequent error, 0 to 1 */
  readonly weight: number;
}

/**
 * A confusion matrix, rows true and columns predicted, with the counts on the cells. What is right stays
 * quiet and errors are inked by their count, so that the eye goes to what is wrong.
 *
 * Errors: `invalid matrix: 2 rows (3 classes)`, `invalid matrix: row 1 has 2 columns (3 classes)`,
 * `invalid count: -1 (row 0, column 1: a whole number, at least 0)`.
 *
 * @example
 * ```ts
 * import { confusionMatrix } from "./confusion_matrix.ts";
 * const chart = confusionMatrix({ matrix: [[9, 1], [0, 10]], classes: ["cat", "dog"] });
 * chart.rest; // "most often cat taken for dog, 1 time"
 * ```
 */
export function confusionMatrix(
  { matrix, classes, title = "Confusion matrix" }: ConfusionMatrixOptions,
): Chart {
  validate(matrix, classes);
  const total = matrix.flat().reduce((sum, count) => sum + count, 0);
  const right = matrix.reduce((sum, row, index) => sum + row[index], 0);
  const errors = matrix.flatMap((row, actual) =>
    row.map((count, predicted) => ({ actual: classes[actual], predicted: classes[predicted], count }))
      .filter((_, predicted) => predicted !== actual)
  );
  const most = errors.reduce((max, error) => error.count > max.count ? error : max, {
    actual: "",
    predicted: "",
    count: 0,
  });
  const cells: Cell[] = matrix.flatMap((row, actual) =>
    row.map((count, predicted) => ({
      actual: classes[actual],
      predicted: classes[predicted],
      count,
      right: actual === predicted,
      weight: count / Math.max(1, most.count),
    }))
  );
  const often = most.count === 0
    ? "nothing taken for anything else"
    : `most often ${most.actual} taken for ${most.predicted}, ${times(most.count)}`;
  const score = total === 0
    ? "no examples"
    : `${thousands(right)} of ${thousands(total)} right, ${percent(right / total)}`;
  return {
    type: "chart",
    title,
    meta: `rows true, columns predicted; ${score}`,
    alt: `${title} of ${classes.length} classes: ${score}; ${often}.`,
    rest: often,
    options: (size) => draw(cells, matrix, classes, size),
    text: (columns) => print(title, score, errors, columns),
    ...(total === 0 ? { empty: "No examples to count." } : {}),
  };
}

function draw(
  cells: readonly Cell[],
  matrix: readonly (readonly number[])[],
  classes: readonly string[],
  size: Size,
): PlotOptions {
  const marginLeft = Math.min(120, 40 + 7 * Math.max(...classes.map((name) => name.length)));
  const marginRight = size.narrow ? 10 : 110;
  const side = Math.min(40, (size.width - marginLeft - marginRight) / classes.length);
  const width = marginLeft + marginRight + side * classes.length;
  const wrong = matrix.map((row, index) => row.reduce((sum, count) => sum + count, 0) - row[index]);
  const totals = matrix.map((row) => row.reduce((sum, count) => sum + count, 0));
  const cellText = { x: "predicted", y: "actual", text: (cell: Cell) => thousands(cell.count) };
  const errors = cells.filter((cell) => !cell.right && cell.count > 0);
  const rowNotes: Markish[] = size.narrow ? [] : [
    Plot.text(classes, {
      frameAnchor: "right",
      y: (name: string) => name,
      text: (_, index) => wrong[index] === 0 ? "all right" : `${wrong[index]} of ${totals[index]} wrong`,
      textAnchor: "start",
      dx: 12,
      fill: INK_3,
    }),
  ];
  return {
    className: "plot",
    width,
    height: 44 + side * classes.length + 8,
    marginLeft,
    marginRight,
    marginTop: 44,
    marginBottom: 8,
    x: { type: "band", domain: [...classes], padding: 0, axis: null },
    y: { type: "band", domain: [...classes], padding: 0, axis: null },
    marks: [
      Plot.cell(cells, {
        x: "predicted",
        y: "actual",
        fill: (cell: Cell) => cell.right ? GRID : PAGE,
        stroke: GRID,
      }),
      Plot.cell(errors, {
        x: "predicted",
        y: "actual",
        fill: INK,
        fillOpacity: (cell: Cell) => 0.12 + 0.68 * cell.weight,
        inset: 0.5,
      }),
      Plot.text(cells.filter((cell) => cell.right), { ...cellText, fill: INK_3 }),
      Plot.text(errors, {
        ...cellText,
        fill: (cell: Cell) => cell.weight > 0.55 ? PAGE : INK,
        fontWeight: 650,
      }),
      Plot.axisX({ anchor: "top", tickSize: 0, tickPadding: 8, label: null, color: INK_2 }),
      Plot.axisY({ tickSize: 0, tickPadding: 8, label: null, color: INK_2 }),
      Plot.text(["predicted"], { frameAnchor: "top-left", lineAnchor: "bottom", dy: -26, fill: INK_3 }),
      Plot.text(["true"], {
        frameAnchor: "top-left",
        textAnchor: "end",
        lineAnchor: "bottom",
        dx: -8,
        dy: -8,
        fill: INK_3,
      }),
      ...rowNotes,
    ],
    // The opacity is the datum here; Plot must not rescale it.
    opacity: { type: "identity" },
  };
}

/** The errors by their count: a grid of numbers would not fit a terminal line. */
function print(
  title: string,
  score: string,
  errors: readonly { actual: string; predicted: string; count: number }[],
  columns: number,
): string {
  const worst = errors.filter((error) => error.count > 0).sort((a, b) => b.count - a.count).slice(0, 8);
  const lines = [
    title,
    score,
    ...worst.map((e) => `${e.actual} taken for ${e.predicted}: ${times(e.count)}`),
  ];
  return lines.map((line) => [...line].slice(0, columns).join("")).join("\n");
}

function times(count: number): string {
  return count === 1 ? "1 time" : `${thousands(count)} times`;
}

function validate(matrix: readonly (readonly number[])[], classes: readonly string[]): void {
  const size = `${classes.length} ${classes.length === 1 ? "class" : "classes"}`;
  if (classes.length === 0) throw new RangeError("invalid classes: none (at least 1)");
  if (new Set(classes).size !== classes.length) throw new RangeError("invalid classes: a name occurs twice");
  if (matrix.length !== classes.length) {
    throw new RangeError(`invalid matrix: ${matrix.length} rows (${size})`);
  }
  matrix.forEach((row, index) => {
    if (row.length !== classes.length) {
      throw new RangeError(`invalid matrix: row ${index} has ${row.length} columns (${size})`);
    }
    row.forEach((count, column) => {
      if (Number.isInteger(count) && count >= 0) return;
      throw new RangeError(
        `invalid count: ${count} (row ${index}, column ${column}: a whole number, at least 0)`,
      );
    });
  });
}
