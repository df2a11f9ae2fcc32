/** A small line in a table: one path, and a dot where something stopped. No axes. */
import type { TableCell } from "../../lib/charts/chart.ts";
import { palette } from "../../lib/charts/palette.ts";
import { svgElement } from "./element.ts";

const WIDTH = 112;
const HEIGHT = 22;

type Spark = NonNullable<TableCell["spark"]>;

function extent(values: ArrayLike<number>): [number, number] {
  let low = Infinity, high = -Infinity;
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high];
}

/** Path of the line; a gap in y is a gap in the path, and what lies above the domain is drawn at its edge. */
export function sparkPath(spark: Spark): { path: string; dot: readonly [number, number] | null } {
  const [left, right] = spark.xDomain ?? extent(spark.x);
  const [low, high] = spark.domain ?? extent(spark.y);
  const column = (x: number) => right === left ? WIDTH : (x - left) / (right - left) * WIDTH;
  const row = (y: number) =>
    high === low ? HEIGHT / 2 : 1 + (high - Math.min(high, Math.max(low, y))) / (high - low) * (HEIGHT - 2);
  let path = "", pen = "M", dot: [number, number] | null = null, distance = Infinity;
  for (let index = 0; index < spark.x.length; index++) {
    const x = spark.x[index], y = spark.y[index];
    if (!Number.isFinite(y) || x < left) {
      pen = "M";
      continue;
    }
    path += `${pen}${column(x).toFixed(1)},${row(y).toFixed(1)}`;
    pen = "L";
    const away = Math.abs(x - (spark.stop ?? right));
    if (away <= distance) {
      distance = away;
      dot = [column(x), row(y)];
    }
  }
  return { path, dot };
}

export function sparkMark(spark: Spark): SVGSVGElement {
  const { path, dot } = sparkPath(spark);
  const line = svgElement("path", { d: path, class: "spark-line" });
  const mark = dot && svgElement("circle", { cx: dot[0].toFixed(1), cy: dot[1].toFixed(1), r: 2.5 });
  if (mark) mark.style.setProperty("fill", spark.policy ? palette[spark.policy].color : "var(--ink)");
  const box = { width: WIDTH, height: HEIGHT, viewBox: `0 0 ${WIDTH} ${HEIGHT}` };
  return svgElement("svg", { class: "spark", ...box, "aria-hidden": "true" }, line, mark);
}
