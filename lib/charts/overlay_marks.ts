/** What Plot draws of many runs: axes and grid under the lines; symbols, names and error marks over them. */
import * as Plot from "@observablehq/plot";
import type { Markish, PlotOptions } from "@observablehq/plot";
import { median } from "../curves/median.ts";
import { decimals } from "./format.ts";
import { interpolated } from "./overlay_band.ts";
import { ERROR, GRID, INK, INK_3, labelColor, PAGE, palette, symbolOptions } from "./palette.ts";
import type { OverlayCurve } from "./overlay.ts";
import { type OverlayLayout, type OverlayName, overlayNames } from "./overlay_layout.ts";
import { linearTicks, logTicks, positionTick, valueTicks } from "./overlay_ticks.ts";
import { valueOf } from "./overlay_domain.ts";
import { fitText, textWidth } from "./text_width.ts";

/** Margins and scales in CSS pixels, so that the layout alone says where a value lies. */
function framed(layout: OverlayLayout, marks: Markish[]): PlotOptions {
  const { size, height } = layout;
  return {
    className: "plot",
    width: size.width,
    height,
    margin: 0,
    axis: null,
    x: { type: "identity" },
    y: { type: "identity" },
    marks,
  };
}

/** The ground of the figure: grid, ticks and the name of the x axis. */
export function overlayGround(layout: OverlayLayout): PlotOptions {
  const { plot, x, y, size, overlay: { figure: { axis, logX, logY } } } = layout;
  const right = plot.left + plot.width, bottom = plot.top + plot.height;
  const xCount = size.narrow ? 4 : 7, yCount = size.narrow ? 4 : 6;
  const xTicks = logX ? logTicks(x[0], x[1], xCount, axis) : linearTicks(x[0], x[1], xCount, axis);
  const yTicks = logY ? logTicks(y[0], y[1], yCount) : linearTicks(y[0], y[1], yCount);
  const xStep = logX || xTicks.length < 2 ? 0 : xTicks[1] - xTicks[0];
  const name = axis === "seconds" ? "wall time" : axis === "examples" ? "examples seen" : axis;
  return framed(layout, [
    Plot.ruleY(yTicks, { y: (tick: number) => layout.toY(tick), x1: plot.left, x2: right, stroke: GRID }),
    Plot.text(yTicks, {
      y: (tick: number) => layout.toY(tick),
      x: () => plot.left - 8,
      text: valueTicks(yTicks),
      textAnchor: "end",
      fill: INK_3,
    }),
    Plot.ruleX(xTicks, { x: (tick: number) => layout.toX(tick), y1: bottom, y2: bottom + 4, stroke: INK_3 }),
    Plot.text(xTicks, {
      x: (tick: number) => layout.toX(tick),
      y: () => bottom + 8,
      lineAnchor: "top",
      text: (tick: number) => positionTick(tick, axis, xStep),
      fill: INK_3,
    }),
    Plot.text([name], { x: [plot.left + plot.width / 2], y: [bottom + 25], lineAnchor: "top", fill: INK_3 }),
  ]);
}

/** What stands over the lines. */
export function overlayTop(layout: OverlayLayout): PlotOptions {
  const { names, left } = overlayNames(layout);
  return framed(layout, [
    brokenMarks(layout),
    ...layout.told.flatMap((curve) => stopMarks(curve, layout)),
    crosses(layout),
    ...bestRing(layout),
    ...leaders(names, layout),
    ...names.map((name) => nameMark(name, layout)),
    left > 0 && names.length > 0 ? restMark(left, names, layout) : null,
  ]);
}

const inside = ({ plot }: OverlayLayout, x: number, y: number): boolean =>
  x >= plot.left - 0.5 && x <= plot.left + plot.width + 0.5 && y >= plot.top - 0.5 &&
  y <= plot.top + plot.height + 0.5;

/** The symbol where a run stopped; of a group each small, and the median on its line. */
function stopMarks(curve: OverlayCurve, layout: OverlayLayout): Markish[] {
  const { kind, stops, band } = curve;
  const shown = (places: readonly { x: number; y: number }[]) =>
    places.map(({ x, y }) => ({ x: layout.toX(x), y: layout.toY(y) })).filter(({ x, y }) =>
      inside(layout, x, y)
    );
  const full = symbolOptions(kind, layout.size.narrow ? 4.5 : 5.5);
  if (band === null) return [Plot.dot(shown(stops), { x: "x", y: "y", ...full })];
  const middle = median(stops.map(({ x }) => x));
  return [
    Plot.dot(shown(stops), {
      x: "x",
      y: "y",
      symbol: full.symbol,
      r: 2.5,
      fill: palette[kind].color,
      fillOpacity: 0.45,
    }),
    Plot.dot(shown([{ x: middle, y: interpolated(curve, middle) }]), { x: "x", y: "y", ...full }),
  ];
}

/** The best of all in hindsight: a ring with its value, around a symbol that stands there already. */
function bestRing(layout: OverlayLayout): Markish[] {
  const { overlay: { best, figure: { mode } }, told, plot, size } = layout;
  if (best === null) return [];
  const at = { x: layout.toX(best.x), y: layout.toY(best.y) };
  if (!inside(layout, at.x, at.y)) return [];
  const taken = told.some(({ stops, band }) =>
    band === null && stops.some(({ x, y }) => Math.hypot(layout.toX(x) - at.x, layout.toY(y) - at.y) < 9)
  );
  const ring = { r: taken ? 9 : 5, fill: taken ? "none" : PAGE, stroke: INK, strokeWidth: 1.5 };
  const said = `best ${decimals(best.y)}`, half = textWidth(said) / 2 + 6;
  const away = taken ? 19 : 15, lower = mode === "min";
  const room = lower ? plot.top + plot.height - at.y : at.y - plot.top;
  const label = Plot.text([at], {
    x: [Math.min(Math.max(at.x, plot.left + half), plot.left + plot.width - half)],
    y: "y",
    dy: lower === room >= away + 6 ? away : -away,
    text: [said],
    fill: INK,
    stroke: PAGE,
    strokeWidth: 4,
    paintOrder: "stroke",
  });
  return [Plot.dot([at], { x: "x", y: "y", ...ring }), size.narrow ? null : label];
}

/** Where lines that have a name diverged, at the edge when their last value lies outside. */
function crosses(layout: OverlayLayout): Markish {
  const { told, plot } = layout;
  const places = told.filter(({ diverged }) => diverged).flatMap(({ x, y }) => {
    const row = y.findLastIndex(Number.isFinite);
    if (row < 0) return [];
    const at = { x: layout.toX(x[row]), y: layout.toY(y[row]) };
    if (at.x < plot.left || at.x > plot.left + plot.width || Number.isNaN(at.y)) return [];
    return [{ x: at.x, y: Math.max(plot.top, Math.min(plot.top + plot.height, at.y)) }];
  });
  return Plot.dot(places, { x: "x", y: "y", symbol: "times", r: 5, stroke: ERROR, strokeWidth: 2 });
}

/** Values that are not finite: a small cross at the edge of the plot, one per four pixels at most. */
function brokenMarks(layout: OverlayLayout): Markish {
  const { told, plot, overlay: { figure: { logX } } } = layout;
  const taken = new Set<string>();
  const places = told.flatMap(({ line }) => [
    ...marksAt(line.above, plot.top),
    ...marksAt(line.below, plot.top + plot.height),
  ]);
  function* marksAt(positions: Float64Array, y: number): Generator<{ x: number; y: number }> {
    for (const u of positions) {
      const x = layout.toX(valueOf(u, logX)), key = `${Math.round(x / 4)} ${y}`;
      if (x < plot.left || x > plot.left + plot.width || taken.has(key)) continue;
      taken.add(key);
      yield { x, y };
    }
  }
  return Plot.dot(places, { x: "x", y: "y", symbol: "times", r: 2.5, stroke: ERROR, strokeWidth: 1.25 });
}

/** Dotted, from the end of a line to its name. */
function leaders(names: readonly OverlayName[], { plot }: OverlayLayout): Markish[] {
  const right = plot.left + plot.width;
  return [Plot.link(names.filter(({ x, y, row }) => right - x > 8 || Math.abs(row - y) > 3), {
    x1: ({ x }: OverlayName) => Math.min(x + 7, right),
    y1: "y",
    x2: () => right + 4,
    y2: "row",
    stroke: ({ curve }: OverlayName) => palette[curve.kind].color,
    strokeOpacity: 0.45,
    strokeDasharray: "1 3",
  })];
}

function nameMark({ curve, row, value }: OverlayName, { plot, margin }: OverlayLayout): Markish {
  const said = curve.diverged ? "diverged" : decimals(value);
  const room = margin.right - 18 - textWidth(`${said}  `);
  return Plot.text([curve], {
    x: [plot.left + plot.width + 10],
    y: [row],
    text: [`${said}  ${fitText(curve.name, room)}`],
    textAnchor: "start",
    fill: curve.diverged ? ERROR : labelColor(curve.kind),
  });
}

/** `and 12 more` under the names. */
function restMark(left: number, names: readonly OverlayName[], { plot }: OverlayLayout): Markish {
  const last = names[names.length - 1].row;
  return Plot.text([`and ${left} more`], {
    x: [plot.left + plot.width + 10],
    y: [last + 18],
    textAnchor: "start",
    fill: INK_3,
    stroke: PAGE,
  });
}
