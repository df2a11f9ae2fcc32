/** Which settings go with which result: one line per run across axes of settings, ending at its value. */
import * as Plot from "@observablehq/plot";
import type { Markish, PlotOptions, RenderFunction } from "@observablehq/plot";
import type { Mode } from "../criteria/criterion.ts";
import type { PolicyKind } from "../policies/policy.ts";
import { wrapParts } from "./blocks.ts";
import type { Chart, Size } from "./chart.ts";
import { decimals, thousands } from "./format.ts";
import { pathText } from "./overlay_path.ts";
import { INK, INK_2, INK_3, PAGE, palette } from "./palette.ts";
import { numberAxis, parallelAxes, type ParallelAxis, settingText } from "./parallel_axes.ts";
import { fitText } from "./text_width.ts";

export interface ParallelRun {
  readonly id: string;
  readonly name: string;
  readonly kind: PolicyKind;
  readonly config: Readonly<Record<string, unknown>>;
  /** the result that the runs are compared by; NaN where there is none */
  readonly value: number;
}
export interface ParallelFigure {
  readonly runs: readonly ParallelRun[];
  /** what `value` is, as `validation.loss` */
  readonly metric: string;
  readonly mode: Mode;
  /** drawn in the colour of their policy, over the others */
  readonly pinned: ReadonlySet<string>;
}
/** From and to on an axis, 0 to 1, by the axis' key. */
export type ParallelBrushes = ReadonlyMap<string, readonly [number, number]>;

/** The axes of a figure: settings that differ, and the result last. */
export interface ParallelDrawing {
  readonly figure: ParallelFigure;
  readonly axes: readonly ParallelAxis[];
  /** the shade of each run, 0 the worst to `TONES` − 1 the best; −1 without a result */
  readonly tones: Int8Array;
}
/** Where the axes stand, in CSS pixels. */
export interface ParallelLayout {
  readonly width: number;
  readonly height: number;
  readonly top: number;
  readonly bottom: number;
  /** of each axis */
  readonly x: readonly number[];
}

const TONES = 6;
/** So many paths at most are drawn of any number of runs. */
const PATHS = 240;
/** From so many runs on lines become lighter, as they lie over each other. */
const LIGHT = 60;
const MARGIN = { top: 44, right: 60, bottom: 24, left: 68 };
/** Axes nearer than this could not carry their ticks. */
const LEAST_DISTANCE = 84;
/** A name over an axis is no wider: over the outer ones it reaches to the edge. */
const LONGEST_NAME = 2 * MARGIN.right - 4;

/**
 * Parallel coordinates: an axis for every setting in which the runs differ, and one for the result. Hue means a policy, so
 * lines are in ink, darker the better their result ranks; pinned runs have their policy's colour.
 *
 * @example
 * ```ts
 * const runs = [1e-4, 1e-2].map((lr, i) =>
 *   ({ id: `${i}`, name: `run ${i}`, kind: "steps" as const, config: { lr }, value: 0.5 + i }));
 * parallel({ runs, metric: "validation.loss", mode: "min", pinned: new Set() }).meta;
 * // "2 runs by the 1 setting in which they differ; darker is better"
 * ```
 */
export function parallel(figure: ParallelFigure): Chart {
  const drawing = parallelDrawing(figure), { axes } = drawing, settings = axes.length - 1;
  const count = figure.runs.length;
  const meta = `${thousands(count)} ${count === 1 ? "run" : "runs"} by the ${
    settings === 1 ? "1 setting" : `${settings} settings`
  } in which they differ; darker is better`;
  const best = bestRun(figure), rest = best && `best ${decimals(best.value)}: ${settingsText(best, axes)}`;
  const empty = count < 2
    ? "Compare at least 2 runs."
    : settings < 1
    ? "The runs do not differ in any setting."
    : undefined;
  return {
    type: "chart",
    title: "Settings",
    meta,
    alt: `Settings and ${figure.metric} of ${meta}${rest === null ? "" : `. ${rest}`}.`,
    ...(rest === null ? {} : { rest }),
    options: (size) => parallelOptions(drawing, parallelLayout(drawing, size), new Map()),
    text: (columns) => wrapParts(["Settings", meta, ...(rest === null ? [] : [rest])], columns).join("\n"),
    ...(empty === undefined ? {} : { empty }),
  };
}

/** What is drawn, at any size. */
export function parallelDrawing(figure: ParallelFigure): ParallelDrawing {
  const { runs, mode, metric } = figure, values = runs.map(({ value }) => value);
  const ranked = [...values.keys()].filter((row) => Number.isFinite(values[row]))
    .sort((a, b) => mode === "min" ? values[b] - values[a] : values[a] - values[b]);
  const tones = new Int8Array(runs.length).fill(-1);
  // By rank, so that one hopeless run does not make all others alike.
  ranked.forEach((row, rank) => tones[row] = Math.min(TONES - 1, Math.floor(rank / ranked.length * TONES)));
  return {
    figure,
    axes: [...parallelAxes(runs.map(({ config }) => config)), numberAxis(metric, values)],
    tones,
  };
}

export function parallelLayout({ axes }: ParallelDrawing, size: Size): ParallelLayout {
  const gaps = Math.max(1, axes.length - 1);
  const width = Math.max(size.width, MARGIN.left + MARGIN.right + gaps * LEAST_DISTANCE);
  const step = (width - MARGIN.left - MARGIN.right) / gaps, height = size.narrow ? 280 : 340;
  return {
    width,
    height,
    top: MARGIN.top,
    bottom: height - MARGIN.bottom,
    x: axes.map((_, index) => MARGIN.left + index * step),
  };
}

/** Ids of the runs that lie in every brushed range; null where nothing is brushed. */
export function parallelChosen({ figure, axes }: ParallelDrawing, brushes: ParallelBrushes): string[] | null {
  if (brushes.size === 0) return null;
  return figure.runs.filter((_, row) => isChosen(axes, brushes, row)).map(({ id }) => id);
}

function isChosen(axes: readonly ParallelAxis[], brushes: ParallelBrushes, row: number): boolean {
  return axes.every(({ key, at }) => {
    const brush = brushes.get(key);
    return brush === undefined || at[row] >= brush[0] - 1e-9 && at[row] <= brush[1] + 1e-9;
  });
}

/** The figure; runs outside of the brushed ranges stay as a shadow. */
export function parallelOptions(
  drawing: ParallelDrawing,
  layout: ParallelLayout,
  brushes: ParallelBrushes,
): PlotOptions {
  const { axes } = drawing, { width, height, top, bottom, x } = layout;
  const room = Math.min(LONGEST_NAME, x.length > 1 ? x[1] - x[0] - 8 : width);
  const y = (at: number) => bottom - at * (bottom - top);
  return {
    className: "plot",
    width,
    height,
    margin: 0,
    axis: null,
    x: { type: "identity" },
    y: { type: "identity" },
    marks: [
      linesMark(drawing, layout, brushes),
      Plot.ruleX(x, { x: (at: number) => at, y1: top, y2: bottom, stroke: INK_3 }),
      ...axes.flatMap((axis, index) => axisTexts(axis, x[index], y, index === axes.length - 1)),
      Plot.text(axes, {
        x: (_: ParallelAxis, index: number) => x[index],
        y: () => top - 24,
        text: ({ key, scale }: ParallelAxis) => fitText(scale === "log" ? `${key}, log` : key, room),
        fill: INK_2,
      }),
    ],
  };
}

function axisTexts({ ticks }: ParallelAxis, x: number, y: (at: number) => number, last: boolean): Markish[] {
  return [Plot.text(ticks, {
    x: () => x,
    y: ({ at }: { at: number }) => y(at),
    text: ({ text }: { text: string }) => fitText(text, 60),
    textAnchor: last ? "start" : "end",
    dx: last ? 8 : -8,
    fill: INK_3,
    stroke: PAGE,
    strokeWidth: 4,
    paintOrder: "stroke",
  })];
}

/** The worst behind, the best before them, the pinned on top. */
function linesMark(
  drawing: ParallelDrawing,
  layout: ParallelLayout,
  brushes: ParallelBrushes,
): RenderFunction {
  const { figure: { runs, pinned }, axes, tones } = drawing;
  // Lines of one path do not darken each other where they cross: several runs share one only where there are very many.
  const together = Math.ceil(runs.length / PATHS), light = Math.min(1, Math.sqrt(LIGHT / runs.length));
  const rows = [...runs.keys()].sort((a, b) => tones[a] - tones[b]);
  const chosen = rows.filter((row) => isChosen(axes, brushes, row));
  const rest = brushes.size === 0 ? [] : rows.filter((row) => !isChosen(axes, brushes, row));
  const own = chosen.filter((row) => pinned.has(runs[row].id));
  const paths: Record<string, string | number>[] = [
    { d: pathOf(rest, axes, layout), stroke: INK_3, "stroke-opacity": 0.1 },
  ];
  for (let from = 0; from < chosen.length; from += together) {
    const some = chosen.slice(from, from + together), tone = Math.max(0, tones[some[0]]);
    const opacity = light * (0.16 + 0.64 * tone / (TONES - 1));
    const stroke = tone < TONES / 2 ? INK_3 : INK;
    paths.push({ d: pathOf(some, axes, layout), stroke, "stroke-opacity": +opacity.toFixed(3) });
  }
  for (const row of own) {
    paths.push({
      d: pathOf([row], axes, layout),
      stroke: palette[runs[row].kind].color,
      "stroke-width": 2.5,
    });
  }
  return drawPaths(paths);
}

function pathOf(
  rows: readonly number[],
  axes: readonly ParallelAxis[],
  { x, top, bottom }: ParallelLayout,
): string {
  const pen = pathText();
  for (const row of rows) {
    let down = false;
    axes.forEach(({ at }, index) => {
      // Where a setting is missing the line is broken; a claim about it would be false.
      if (Number.isNaN(at[row])) return down = false;
      const y = bottom - at[row] * (bottom - top);
      if (down) pen.lineTo(x[index], y);
      else pen.moveTo(x[index], y);
      down = true;
    });
  }
  return pen.text();
}

function drawPaths(paths: readonly Record<string, string | number>[]): RenderFunction {
  return (_index, _scales, _values, _dimensions, context) => {
    const svg = "http://www.w3.org/2000/svg", group = context.document.createElementNS(svg, "g");
    group.setAttribute("fill", "none");
    group.setAttribute("stroke-linejoin", "round");
    for (const attributes of paths) {
      if (attributes.d === "") continue;
      const path = context.document.createElementNS(svg, "path");
      for (const [name, value] of Object.entries(attributes)) path.setAttribute(name, String(value));
      group.append(path);
    }
    return group;
  };
}

function bestRun({ runs, mode }: ParallelFigure): ParallelRun | null {
  let best: ParallelRun | null = null;
  for (const run of runs) {
    if (!Number.isFinite(run.value)) continue;
    if (best === null || (mode === "min" ? run.value < best.value : run.value > best.value)) best = run;
  }
  return best;
}

/** `run 3, lr 0.01, layers 2`: a run with the settings in which it may differ. */
function settingsText({ name, config }: ParallelRun, axes: readonly ParallelAxis[]): string {
  const told = axes.slice(0, -1).flatMap(({ key }) => {
    const value = config[key];
    if (value === undefined || value === null) return [];
    return [`${key} ${settingText(value)}`];
  });
  return [name, ...told].join(", ");
}
