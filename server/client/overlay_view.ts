/** Many runs in one figure on the page: lines on a canvas between Plot's axes and Plot's symbols and names. */
import { plot } from "@observablehq/plot";
import type { PlotOptions } from "@observablehq/plot";
import {
  type Overlay,
  overlay,
  type OverlayCurve,
  type OverlayFigure,
  type OverlayRange,
} from "../../lib/charts/overlay.ts";
import { scaleOf, valueOf } from "../../lib/charts/overlay_domain.ts";
import { PAGE, palette } from "../../lib/charts/palette.ts";
import { overlayCsv } from "../../lib/charts/overlay_csv.ts";
import { type OverlayLayout, overlayLayout } from "../../lib/charts/overlay_layout.ts";
import { overlayGround, overlayTop } from "../../lib/charts/overlay_marks.ts";
import { zoomed } from "../../lib/charts/overlay_range.ts";
import { curvesAt, curveUnder, overlayReadout, valueAt } from "../../lib/charts/overlay_under.ts";
import type { PolicyKind } from "../../lib/policies/policy.ts";
import { adoptStyles } from "./adopt_styles.ts";
import { element, svgElement } from "./element.ts";
import { keyMark } from "./key_mark.ts";
import { fitCanvas, paintTold } from "./overlay_canvas.ts";
import { OverlayCrowd } from "./overlay_crowd.ts";
import { type Colors, overlayColors } from "./overlay_colors.ts";
import { exportLayout, overlayPng, overlaySvg } from "./overlay_export.ts";
import { overlayGestures } from "./overlay_gestures.ts";
import { OverlayRoom } from "./overlay_room.ts";
import { nearest, stepped } from "./rule.ts";

export type { OverlayFigure, OverlayRange, OverlayRun } from "../../lib/charts/overlay.ts";

export interface OverlayTold {
  /** after pan or zoom has come to rest; null: all */
  ranged(range: OverlayRange | null): void;
  /** the line under the pointer or the arrow keys; null: none */
  hovered(id: string | null): void;
  /** a line was clicked, or chosen with Enter: the page adds it to or takes it out of `pinned` */
  pinned(id: string): void;
  /** stands in the place of the metric's name in the head, as a choice of metrics does */
  readonly heading?: Element;
}
export interface OverlayView {
  show(figure: OverlayFigure, range: OverlayRange | null): void;
  /** a run of the list is pointed at: its line comes forward; null: none */
  highlight(id: string | null): void;
  /** a self-contained vector file in light colours */
  svg(): string;
  /** the same as a picture, twice the size */
  png(): Promise<Blob>;
  /** what is shown, one row per run and value, as measured */
  csv(): string;
  destroy(): void;
}

/** CSS pixels below which names move under the plot. */
const NARROW = 560;
/** One press of + zooms to this share. */
const KEY_ZOOM = 0.7;
/** Milliseconds without a new frame after which lines that were only moved are painted. */
const SHARPEN = 60;

class OverlayChart implements OverlayView {
  readonly #title = element("h3");
  readonly #meta = element("span", { class: "meta" });
  readonly #readout = element("output", { "aria-live": "off" });
  readonly #ground = element("div", { class: "ground", "aria-hidden": "true" });
  readonly #crowd = element("canvas", { "aria-hidden": "true" });
  readonly #painter = new OverlayCrowd(this.#crowd);
  readonly #lines = element("canvas", { "aria-hidden": "true" });
  readonly #top = element("div", { class: "top", "aria-hidden": "true" });
  readonly #stage = element("div", { class: "stage" }, this.#ground, this.#crowd, this.#lines, this.#top);
  readonly #empty = element("div", { class: "empty" });
  readonly #legend = element("ul", { class: "plain legend" });
  readonly #node: HTMLElement;
  readonly #end = new AbortController();
  readonly #room = new OverlayRoom();
  #overlay: Overlay | null = null;
  #layout: OverlayLayout | null = null;
  #range: OverlayRange | null = null;
  /** from the first movement until it has come to rest, the view's own range holds */
  #moving = false;
  #width = 0;
  #colors: Colors | null = null;
  #meant: string | null = null;
  #x: number | null = null;
  #planned: "all" | "told" | null = null;
  #sharpening: ReturnType<typeof setTimeout> | undefined;
  #printing = false;

  constructor(host: HTMLElement, readonly told: OverlayTold) {
    const head = element("header", {}, told.heading ?? this.#title, this.#meta, this.#readout);
    this.#node = element("figure", { class: "chart overlay" }, head, this.#stage, this.#empty, this.#legend);
    Object.assign(this.#stage, { tabIndex: 0 });
    this.#stage.setAttribute("role", "img");
    host.append(this.#node);
    this.#listen();
  }

  show(figure: OverlayFigure, range: OverlayRange | null): void {
    if (this.#overlay?.figure !== figure) this.#overlay = overlay(figure, this.#room.reach(figure));
    if (!this.#moving) this.#range = range;
    if (this.#meant !== null && !figure.runs.some(({ id }) => id === this.#meant)) this.#mean(null);
    this.#describe(this.#overlay);
    this.#width ||= Math.round(this.#node.clientWidth);
    this.#draw("all");
  }

  highlight(id: string | null): void {
    this.#meant = id;
    this.#read();
    this.#plan("told");
  }

  svg(): string {
    return overlaySvg(this.#exported(), overlayColors(this.#node, "light"));
  }

  async png(): Promise<Blob> {
    return await overlayPng(this.#exported(), overlayColors(this.#node, "light"));
  }

  csv(): string {
    if (this.#overlay === null) throw new Error("nothing is shown yet");
    return overlayCsv(this.#overlay.figure, this.#range);
  }

  destroy(): void {
    this.#end.abort();
    clearTimeout(this.#sharpening);
    this.#planned = null;
    this.#node.remove();
  }

  #exported(): OverlayLayout {
    if (this.#overlay === null) throw new Error("nothing is shown yet");
    return exportLayout(this.#overlay, this.#width, this.#range);
  }

  #listen(): void {
    const options = { signal: this.#end.signal };
    const resized = new ResizeObserver(() => {
      const width = Math.round(this.#node.clientWidth);
      if (width === 0 || width === this.#width) return;
      this.#width = width;
      this.#draw("all");
    });
    resized.observe(this.#node);
    // Canvases cannot read the theme's variables: they are painted again when it changes, and light for print.
    const recolor = () => {
      this.#colors = null;
      this.#draw("all");
    };
    const themed = new MutationObserver(recolor);
    themed.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", recolor, options);
    for (const moment of ["beforeprint", "afterprint"]) {
      addEventListener(moment, () => {
        this.#printing = moment === "beforeprint";
        recolor();
      }, options);
    }
    const stopGestures = overlayGestures(this.#stage, {
      layout: () => this.#layout,
      range: () => this.#range,
      move: (range) => {
        this.#moving = true;
        this.#range = range;
        this.#plan("all");
      },
      rest: () => this.#rest(),
      point: (at) => this.#point(at),
      click: () => this.#meant !== null && this.told.pinned(this.#meant),
      all: () => this.#all(),
    });
    this.#stage.addEventListener("keydown", (event) => this.#press(event), options);
    // The read-out speaks only while the figure has the focus: a training would talk without end.
    this.#stage.addEventListener("focus", () => this.#readout.setAttribute("aria-live", "polite"), options);
    this.#stage.addEventListener("blur", () => {
      this.#readout.setAttribute("aria-live", "off");
      this.#point(null);
    }, options);
    this.#end.signal.addEventListener("abort", () => {
      resized.disconnect();
      themed.disconnect();
      stopGestures();
    });
  }

  #rest(): void {
    if (!this.#moving) return;
    this.#moving = false;
    this.#sharpen();
    this.told.ranged(this.#range);
  }

  /** Paints what a moved picture stands for. */
  #sharpen(): void {
    if (this.#painter.sharp) return;
    const moving = this.#moving;
    this.#moving = false;
    this.#draw("all");
    this.#moving = moving;
  }

  /** Everything; where that is shown already, every value, also those that would flatten the rest; and back. */
  #all(): void {
    if (this.#overlay === null) return;
    const whole = this.#range === null ? this.#overlay.whole() : null;
    this.#range = whole;
    this.#moving = true;
    this.#plan("all");
    this.#rest();
  }

  #point(at: { readonly x: number; readonly y: number } | null): void {
    const layout = this.#layout;
    if (layout === null) return;
    const { left, top, width, height } = layout.plot;
    const over = at !== null && at.x >= left - 8 && at.x <= left + width + 8 && at.y >= top &&
      at.y <= top + height;
    if (!over) {
      this.#x = null;
      this.#mean(null);
      return;
    }
    const curve = curveUnder(layout, at.x, at.y);
    const x = layout.fromX(Math.min(left + width, Math.max(left, at.x)));
    const stops = curve?.x ?? layout.told[0]?.x, index = stops === undefined ? -1 : nearest(stops, x);
    this.#x = index < 0 ? x : stops![index];
    this.#mean(curve?.id ?? null);
  }

  #mean(id: string | null): void {
    if (id !== this.#meant) this.told.hovered(id);
    const changed = id !== this.#meant;
    this.#meant = id;
    this.#read();
    if (changed) this.#plan("told");
    else this.#placeRule();
  }

  #press(event: KeyboardEvent): void {
    const layout = this.#layout;
    if (layout === null || event.ctrlKey || event.metaKey || event.altKey) return;
    const curve = this.#curve() ?? layout.told[0] ?? layout.overlay.curves[0];
    const many = event.shiftKey ? 10 : 1;
    const does: Record<string, () => void> = {
      ArrowLeft: () => this.#step(curve, -many),
      ArrowRight: () => this.#step(curve, many),
      ArrowUp: () => this.#choose(-1),
      ArrowDown: () => this.#choose(1),
      "+": () => this.#zoom(KEY_ZOOM),
      "=": () => this.#zoom(KEY_ZOOM),
      "-": () => this.#zoom(1 / KEY_ZOOM),
      "0": () => {
        if (this.#range !== null) this.#all();
      },
      Enter: () => this.#meant !== null && this.told.pinned(this.#meant),
      " ": () => this.#meant !== null && this.told.pinned(this.#meant),
      Escape: () => this.#point(null),
    };
    if (!Object.hasOwn(does, event.key)) return;
    event.preventDefault();
    does[event.key]();
  }

  #step(curve: OverlayCurve | undefined, by: number): void {
    if (curve === undefined || this.#layout === null) return;
    const [from, to] = this.#layout.x;
    const next = stepped(curve.x.filter((x) => x >= from && x <= to), this.#x, by);
    if (next === null) return;
    this.#x = next;
    this.#mean(curve.id);
  }

  /** The line above or below the one that is meant, at the rule. */
  #choose(by: number): void {
    if (this.#layout === null) return;
    this.#x ??= this.#layout.x[1];
    const there = curvesAt(this.#layout, this.#x);
    const index = there.findIndex(({ id }) => id === this.#meant);
    const next = there[Math.min(there.length - 1, Math.max(0, index < 0 ? 0 : index + by))];
    if (next !== undefined) this.#mean(next.id);
  }

  #zoom(factor: number): void {
    const { plot } = this.#layout!;
    const at = this.#x === null ? plot.left + plot.width / 2 : this.#layout!.toX(this.#x);
    this.#range = zoomed(this.#layout!, this.#range, factor, "x", at);
    this.#moving = true;
    this.#plan("all");
    this.#rest();
  }

  #curve(): OverlayCurve | null {
    const id = this.#meant;
    return id === null ? null : this.#overlay?.curves.find(({ ids }) => ids.includes(id)) ?? null;
  }

  #read(): void {
    const overlay = this.#overlay;
    if (overlay === null) return;
    const curve = this.#curve();
    const x = this.#x ?? (curve === null ? null : curve.x.at(-1) ?? null);
    this.#readout.textContent = x === null ? overlay.rest ?? "" : overlayReadout(overlay, x, curve);
  }

  #describe(overlay: Overlay): void {
    this.#title.textContent = overlay.title;
    this.#meta.textContent = overlay.meta;
    this.#meta.hidden = overlay.meta === "";
    this.#stage.setAttribute("aria-label", overlay.alt);
    this.#empty.textContent = overlay.empty ?? "";
    this.#empty.hidden = overlay.empty === null;
    this.#stage.hidden = overlay.empty !== null;
    this.#read();
  }

  /** Draws before the next frame; many wishes of one frame are one drawing. */
  #plan(what: "all" | "told"): void {
    const planned = this.#planned;
    this.#planned = what === "all" || planned === "all" ? "all" : "told";
    if (planned !== null) return;
    requestAnimationFrame(() => {
      if (this.#planned !== null) this.#draw(this.#planned);
    });
  }

  /** `told`: only lines with a colour and what stands over them. */
  #draw(what: "all" | "told"): void {
    this.#planned = null;
    const overlay = this.#overlay;
    if (overlay === null || overlay.empty !== null || this.#width === 0 || this.#end.signal.aborted) return;
    const { pinned } = overlay.figure;
    const asked = this.#meant === null ? pinned : new Set([...pinned, this.#meant]);
    const size = { width: this.#width, narrow: this.#width < NARROW };
    const layout = overlayLayout(overlay, size, this.#range, asked);
    this.#layout = layout;
    const colors = this.#colors ??= overlayColors(this.#node, this.#printing ? "light" : "page");
    const ratio = devicePixelRatio;
    if (what === "all") {
      this.#ground.replaceChildren(drawn(overlayGround(layout)));
      this.#crowd.hidden = !overlay.crowd;
      if (overlay.crowd) {
        fitCanvas(this.#crowd, layout, ratio);
        this.#painter.paint(layout, ratio, colors, this.#moving);
        clearTimeout(this.#sharpening);
        if (!this.#painter.sharp) this.#sharpening = setTimeout(() => this.#sharpen(), SHARPEN);
      }
    }
    fitCanvas(this.#lines, layout, ratio);
    const context = this.#lines.getContext("2d")!;
    context.clearRect(0, 0, this.#lines.width, this.#lines.height);
    paintTold(context, layout, ratio, colors, this.#meant);
    this.#top.replaceChildren(drawn(overlayTop(layout)));
    this.#placeRule();
    this.#key(layout);
  }

  /** The rule at x, and the place of the line that is meant. */
  #placeRule(): void {
    const layout = this.#layout, svg = this.#top.querySelector("svg");
    for (const old of svg?.querySelectorAll(":scope > .rule, :scope > .here") ?? []) old.remove();
    if (layout === null || svg === null || this.#x === null) return;
    const { left, top, width, height } = layout.plot, x = layout.toX(this.#x);
    if (!(x >= left - 1 && x <= left + width + 1)) return;
    const at = Math.round(x) + 0.5;
    svg.append(svgElement("line", { class: "rule", x1: at, x2: at, y1: top, y2: top + height }));
    const curve = this.#curve(), { logX, logY } = layout.overlay.figure;
    if (curve === null) return;
    const y = layout.toY(valueOf(valueAt(curve.line, scaleOf(this.#x, logX)), logY));
    if (!(y >= top && y <= top + height)) return;
    const fill = palette[curve.kind].color;
    svg.append(
      svgElement("circle", { class: "here", cx: x, cy: y, r: 3.5, fill, stroke: PAGE, "stroke-width": 1.5 }),
    );
  }

  /** Names under a narrow plot. */
  #key({ told, size }: OverlayLayout): void {
    this.#legend.hidden = !size.narrow || told.length === 0;
    if (this.#legend.hidden) return;
    this.#legend.replaceChildren(
      ...told.slice(0, 24).map(({ kind, dash, name }) =>
        element("li", {}, keyMark(kind), dashMark(kind, dash), name)
      ),
    );
  }
}

/** How a line is dashed, for the key; a solid one needs no sample. */
function dashMark(kind: PolicyKind, dash: readonly number[]): SVGSVGElement | null {
  if (dash.length === 0) return null;
  const line = { x1: 0, y1: 5, x2: 20, y2: 5, "stroke-width": 1.6, "stroke-dasharray": dash.join(" ") };
  const mark = svgElement("line", { ...line, stroke: palette[kind].color });
  return svgElement("svg", {
    class: "dash",
    viewBox: "0 0 20 10",
    width: 20,
    height: 10,
    "aria-hidden": "true",
  }, mark);
}

/** A part of the figure, with its style sheet adopted by the page. */
function drawn(options: PlotOptions): Element {
  const node = plot(options);
  adoptStyles(node);
  return node;
}

/**
 * Puts a figure of many runs into `host` and keeps it at its width. Nothing is shown before the first `show`.
 * @param told what the reader does with it
 */
export function overlayView(host: HTMLElement, told: OverlayTold): OverlayView {
  return new OverlayChart(host, told);
}
