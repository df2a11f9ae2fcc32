/** Settings of many runs on the page, and which of them are chosen by brushing the axes. */
import { plot } from "@observablehq/plot";
import {
  parallel,
  parallelChosen,
  type ParallelDrawing,
  parallelDrawing,
  type ParallelFigure,
  type ParallelLayout,
  parallelLayout,
  parallelOptions,
} from "../../lib/charts/parallel.ts";
import { thousands } from "../../lib/charts/format.ts";
import type { ParallelAxis } from "../../lib/charts/parallel_axes.ts";
import { adoptStyles } from "./adopt_styles.ts";
import { nameMarks } from "./name_marks.ts";
import { element, svgElement } from "./element.ts";

export type { ParallelFigure, ParallelRun } from "../../lib/charts/parallel.ts";

export interface ParallelTold {
  /** ids of the runs within every brushed range; null: nothing is brushed. Told when a brush has come to rest */
  chosen(ids: readonly string[] | null): void;
}
export interface ParallelView {
  show(figure: ParallelFigure): void;
  /** nothing is brushed any more */
  clear(): void;
  destroy(): void;
}

/** CSS pixels below which the figure is lower. */
const NARROW = 560;
/** Half the width in which an axis is taken hold of, in CSS pixels. */
const GRIP = 14;
/** Share of an axis by which keys move a brush. */
const KEY_STEP = 0.05;
/** A brush shorter than this share is a click: it clears. */
const LEAST = 0.015;

type Brush = readonly [number, number];

class ParallelChart implements ParallelView {
  readonly #title = element("h3");
  readonly #meta = element("span", { class: "meta" });
  readonly #readout = element("output", { "aria-live": "polite" });
  readonly #stage = element("div", { class: "scroll" });
  readonly #empty = element("div", { class: "empty" });
  readonly #node = element(
    "figure",
    { class: "chart parallel" },
    element("header", {}, this.#title, this.#meta, this.#readout),
    this.#stage,
    this.#empty,
  );
  readonly #resized: ResizeObserver;
  readonly #brushes = new Map<string, Brush>();
  #drawing: ParallelDrawing | null = null;
  #rest = "";
  #width = 0;
  #planned = false;
  #closed = false;

  constructor(host: HTMLElement, readonly told: ParallelTold) {
    host.append(this.#node);
    this.#resized = new ResizeObserver(() => {
      const width = Math.round(this.#node.clientWidth);
      if (width === 0 || width === this.#width) return;
      this.#width = width;
      this.#draw();
    });
    this.#resized.observe(this.#node);
  }

  show(figure: ParallelFigure): void {
    const { title, meta = "", alt, rest = "", empty } = parallel(figure);
    this.#drawing = parallelDrawing(figure);
    this.#title.textContent = title;
    this.#meta.textContent = meta;
    this.#stage.setAttribute("aria-label", alt);
    this.#stage.setAttribute("role", "group");
    this.#stage.hidden = empty !== undefined;
    this.#empty.hidden = empty === undefined;
    this.#empty.textContent = empty ?? "";
    this.#rest = rest;
    for (const key of this.#brushes.keys()) {
      if (!this.#drawing.axes.some((axis) => axis.key === key)) this.#brushes.delete(key);
    }
    this.#width ||= Math.round(this.#node.clientWidth);
    this.#draw();
  }

  clear(): void {
    this.#brushes.clear();
    this.#settle();
  }

  destroy(): void {
    this.#closed = true;
    this.#resized.disconnect();
    this.#node.remove();
  }

  #draw(): void {
    this.#planned = false;
    const drawing = this.#drawing;
    if (drawing === null || this.#width === 0 || this.#stage.hidden || this.#closed) return;
    const layout = parallelLayout(drawing, { width: this.#width, narrow: this.#width < NARROW });
    const focused = (document.activeElement as SVGElement | null)?.dataset?.axis;
    const svg = plot(parallelOptions(drawing, layout, this.#brushes)) as SVGSVGElement;
    adoptStyles(svg);
    nameMarks(svg);
    drawing.axes.forEach((axis, index) => svg.append(this.#grip(axis, layout, index)));
    const { scrollLeft } = this.#stage;
    this.#stage.replaceChildren(svg);
    this.#stage.scrollLeft = scrollLeft;
    if (focused !== undefined) {
      for (const grip of svg.querySelectorAll<SVGElement>("[data-axis]")) {
        if (grip.dataset.axis === focused) grip.focus({ preventScroll: true });
      }
    }
    this.#read();
  }

  #plan(): void {
    if (this.#planned) return;
    this.#planned = true;
    requestAnimationFrame(() => this.#draw());
  }

  /** What is taken hold of: an invisible strip along the axis, with the brush on it. */
  #grip(axis: ParallelAxis, layout: ParallelLayout, index: number): SVGGElement {
    const { top, bottom } = layout, x = layout.x[index], brush = this.#brushes.get(axis.key);
    const y = (at: number) => bottom - at * (bottom - top);
    const strip = svgElement("rect", {
      x: x - GRIP,
      y: top - 8,
      width: 2 * GRIP,
      height: bottom - top + 16,
      class: "strip",
    });
    const mark = brush && svgElement("rect", {
      x: x - 5,
      y: y(brush[1]),
      width: 10,
      height: Math.max(2, y(brush[0]) - y(brush[1])),
      class: "brush",
    });
    const grip = svgElement(
      "g",
      {
        class: "grip",
        tabindex: 0,
        role: "slider",
        "aria-label": axis.key,
        "aria-orientation": "vertical",
        "aria-valuemin": 0,
        "aria-valuemax": 100,
        "aria-valuenow": Math.round(100 * (brush === undefined ? 1 : (brush[0] + brush[1]) / 2)),
        "aria-valuetext": brush === undefined ? "all" : rangeText(axis, brush),
        "data-axis": axis.key,
      },
      strip,
      mark,
    );
    this.#listen(grip, axis, layout);
    return grip;
  }

  #listen(grip: SVGGElement, axis: ParallelAxis, { top, bottom }: ParallelLayout): void {
    grip.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      const box = grip.ownerSVGElement!.getBoundingClientRect();
      const share = ({ clientY }: PointerEvent) =>
        Math.min(1, Math.max(0, (box.top + bottom - clientY) / (bottom - top)));
      const from = share(event), held = this.#brushes.get(axis.key);
      const moves = held !== undefined && from >= held[0] && from <= held[1];
      const stop = new AbortController(), options = { signal: stop.signal };
      // The strip is drawn anew while it is dragged: the window hears the rest.
      addEventListener("pointermove", (next) => {
        const to = share(next);
        this.#brush(axis.key, moves ? moved(held, to - from) : [Math.min(from, to), Math.max(from, to)]);
        this.#plan();
      }, options);
      for (const end of ["pointerup", "pointercancel"]) {
        addEventListener(end, (last) => {
          stop.abort();
          const brush = this.#brushes.get(axis.key);
          const click = Math.abs(share(last as PointerEvent) - from) < LEAST;
          if (click || brush !== undefined && brush[1] - brush[0] < LEAST) this.#brush(axis.key, null);
          this.#settle();
        }, options);
      }
    });
    grip.addEventListener("keydown", (event) => {
      const by = event.key === "ArrowUp" ? KEY_STEP : event.key === "ArrowDown" ? -KEY_STEP : 0;
      const clears = event.key === "Escape" || event.key === "Delete" || event.key === "Backspace";
      if (by === 0 && !clears) return;
      event.preventDefault();
      const held = this.#brushes.get(axis.key);
      if (clears) this.#brush(axis.key, null);
      else if (held === undefined) this.#brush(axis.key, by > 0 ? [0.5, 1] : [0, 0.5]);
      else if (event.shiftKey) {
        this.#brush(axis.key, [held[0], Math.min(1, Math.max(held[0] + KEY_STEP, held[1] + by))]);
      } else this.#brush(axis.key, moved(held, by));
      this.#settle();
    });
  }

  #brush(key: string, brush: Brush | null): void {
    if (brush === null) this.#brushes.delete(key);
    else this.#brushes.set(key, brush);
  }

  #settle(): void {
    this.#draw();
    if (this.#drawing !== null) this.told.chosen(parallelChosen(this.#drawing, this.#brushes));
  }

  #read(): void {
    const drawing = this.#drawing!, chosen = parallelChosen(drawing, this.#brushes);
    const ranges = drawing.axes.flatMap((axis) => {
      const brush = this.#brushes.get(axis.key);
      return brush === undefined ? [] : [`${axis.key} ${rangeText(axis, brush)}`];
    });
    const text = chosen === null
      ? this.#rest
      : `${thousands(chosen.length)} of ${thousands(drawing.figure.runs.length)} runs: ${ranges.join(", ")}`;
    if (this.#readout.textContent !== text) this.#readout.textContent = text;
  }
}

/** The brush moved, within the axis. */
function moved([low, high]: Brush, by: number): Brush {
  const within = Math.min(1 - high, Math.max(-low, by));
  return [low + within, high + within];
}

const rangeText = (axis: ParallelAxis, [low, high]: Brush): string => {
  const [from, to] = [axis.text(low), axis.text(high)];
  return from === to ? from : `${from} to ${to}`;
};

/**
 * Puts parallel coordinates of many runs into `host`. Dragging along an axis keeps the runs that lie there; a
 * click, or Escape on the axis, lets go. Arrow keys move the range, with Shift its upper end.
 * @param told what the reader chooses
 */
export function parallelView(host: HTMLElement, told: ParallelTold): ParallelView {
  return new ParallelChart(host, told);
}
