/** A chart on the page: head, plot, read-out, key; drawn again when its data or its width changes. */
import { plot } from "@observablehq/plot";
import type { Chart } from "../../lib/charts/chart.ts";
import { adoptStyles } from "./adopt_styles.ts";
import { element } from "./element.ts";
import { keyMark } from "./key_mark.ts";
import { nameMarks } from "./name_marks.ts";
import { joinGroup, pointGroup } from "./pointer_group.ts";
import { dataUnder, type Drawn, placeRule, stepped } from "./rule.ts";
import { safeLinks } from "./safe_links.ts";
import type { View } from "./view.ts";

/** CSS pixels below which labels move off the plot. */
const NARROW = 560;

export function isChart(value: unknown): value is Chart {
  return typeof value === "object" && value !== null && (value as Chart).type === "chart";
}

function drawPlot(chart: Chart, width: number, whole: boolean): Drawn {
  const options = chart.options({ width, narrow: width < NARROW, whole });
  // A style given as text would be an inline style, which the page forbids.
  const style = typeof options.style === "object" ? options.style : { overflow: "visible" };
  const drawn = plot({
    ...options,
    width: options.width ?? width,
    className: "plot",
    style: style as string,
  });
  adoptStyles(drawn);
  safeLinks(drawn);
  const svg = (drawn instanceof SVGSVGElement ? drawn : drawn.querySelector("svg.plot")) as SVGSVGElement;
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", chart.alt);
  nameMarks(svg);
  const scale = drawn.scale("x");
  const [start, end] = (scale?.range ?? [0, 0]) as [number, number];
  const height = Number(svg.getAttribute("height"));
  return {
    svg,
    invert: scale?.invert === undefined ? undefined : (position) => Number(scale.invert!(position)),
    apply: (x) => scale === undefined ? NaN : Number(scale.apply(x)),
    range: [Math.min(start, end), Math.max(start, end)],
    top: options.marginTop ?? 0,
    bottom: height - (options.marginBottom ?? 0),
  };
}

/** One chart in one place. */
class ChartFigure implements View {
  readonly #title = element("h3");
  readonly #meta = element("span", { class: "meta" });
  // The read-out speaks only while the chart has the focus: a training would talk without end.
  readonly #readout = element("output", { "aria-live": "off" });
  readonly #head = element("header", {}, this.#title, this.#meta, this.#readout);
  readonly #legend = element("ul", { class: "plain legend" });
  readonly node = element("figure", { class: "chart" }, this.#head, this.#legend);
  readonly #resized: ResizeObserver;
  #chart: Chart;
  #drawn: Drawn | null = null;
  #width = 0;
  #x: number | null = null;
  /** every value is shown, also those that would flatten the rest */
  #whole = false;
  #leave = () => {};

  constructor(chart: Chart, readonly cell: Element) {
    this.#chart = chart;
    this.#resized = new ResizeObserver(() => this.#fit());
    this.#resized.observe(this.node);
    this.node.addEventListener("focusin", () => this.#readout.setAttribute("aria-live", "polite"));
    this.node.addEventListener("focusout", () => {
      this.#readout.setAttribute("aria-live", "off");
      this.#point(null);
    });
    this.#join();
    this.#describe();
  }

  update(value: unknown): boolean {
    if (!isChart(value)) return false;
    const regrouped = value.group !== this.#chart.group;
    this.#chart = value;
    if (regrouped) this.#join();
    this.#describe();
    if (this.#width > 0) this.#draw();
    return true;
  }

  close(): void {
    this.#resized.disconnect();
    this.#leave();
  }

  point(x: number | null): void {
    this.#x = x;
    if (this.#drawn !== null) placeRule(this.#drawn, x);
    this.#read();
  }

  #join(): void {
    this.#leave();
    const group = this.#chart.group;
    this.#leave = group === undefined ? () => {} : joinGroup(this.cell, group, this);
  }

  #point(x: number | null): void {
    const group = this.#chart.group;
    if (group === undefined) this.point(x);
    else pointGroup(this.cell, group, x);
  }

  #read(): void {
    const text = this.#x === null ? null : this.#chart.readout?.(this.#x);
    this.#readout.textContent = text ?? this.#chart.rest ?? "";
  }

  #describe(): void {
    this.#title.textContent = this.#chart.title;
    this.#meta.textContent = this.#chart.meta ?? "";
    this.#meta.hidden = this.#chart.meta === undefined;
    const keys = this.#chart.legend ?? [];
    this.#legend.replaceChildren(...keys.map(({ kind, label }) => element("li", {}, keyMark(kind), label)));
    this.#legend.hidden = keys.length === 0;
    this.#read();
  }

  #fit(): void {
    const width = Math.round(this.node.clientWidth);
    if (width === 0 || width === this.#width) return;
    this.#width = width;
    this.#draw();
  }

  #draw(): void {
    const focused = this.#drawn !== null && document.activeElement === this.#drawn.svg;
    this.node.querySelector(":scope > .plot, :scope > .empty, :scope > figure")?.remove();
    this.#drawn = null;
    if (this.#chart.empty !== undefined) {
      this.#legend.before(element("div", { class: "empty" }, this.#chart.empty));
      return;
    }
    const drawn = drawPlot(this.#chart, this.#width, this.#whole);
    this.#drawn = drawn;
    this.#listen(drawn);
    this.#legend.before(drawn.svg.closest("figure") ?? drawn.svg);
    placeRule(drawn, this.#x);
    if (focused) drawn.svg.focus({ preventScroll: true });
  }

  #listen(drawn: Drawn): void {
    drawn.svg.addEventListener("dblclick", () => {
      this.#whole = !this.#whole;
      this.#draw();
    });
    if (this.#chart.readout === undefined && this.#chart.group === undefined) return;
    const stops = this.#chart.stops;
    drawn.svg.addEventListener("pointermove", (event) => {
      this.#point(dataUnder(drawn, event.clientX, stops));
    });
    drawn.svg.addEventListener("pointerleave", () => this.#point(null));
    if (stops === undefined || stops.length === 0) return;
    drawn.svg.setAttribute("tabindex", "0");
    drawn.svg.addEventListener("keydown", (event) => {
      const direction = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
      if (event.key === "Escape") this.#point(null);
      if (direction === 0) return;
      event.preventDefault();
      this.#point(stepped(stops, this.#x, direction * (event.shiftKey ? 10 : 1)));
    });
  }
}

/**
 * Draws a chart and keeps it at the width of its place.
 * @param cell the element of the cell: charts of one cell with the same group share the pointer
 */
export function chartView(chart: Chart, cell: Element): View {
  return new ChartFigure(chart, cell);
}
