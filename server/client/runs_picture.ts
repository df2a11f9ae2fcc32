/** The comparison at the right: controls, picture, what is lacking, and what differs. It follows the state and the runs. */
import { thousands } from "../../lib/charts/format.ts";
import type { OverlayFigure, OverlayRange } from "../../lib/charts/overlay.ts";
import { metricNamed } from "../../lib/criteria/metric.ts";
import { modeOf } from "../../lib/curves/logged_metrics.ts";
import type { RunRow } from "../../lib/store/store.ts";
import type { RunLine } from "../lines_codec.ts";
import { metricTitle, sharedMetrics } from "../metric_words.ts";
import { element } from "./element.ts";
import { overlayView } from "./overlay_view.ts";
import { drawAsk, lackingIn } from "./runs_ask.ts";
import { drawConfig } from "./runs_config.ts";
import { runsControls } from "./runs_controls.ts";
import { runsDiff } from "./runs_diff.ts";
import { type FigureLook, runsFigure } from "./runs_figure.ts";
import { seedGroups } from "./runs_groups.ts";
import { runsLines, type Wanted } from "./runs_lines.ts";
import { runsParallel } from "./runs_parallel.ts";
import { type SaveKind, saveOverlay } from "./runs_save.ts";
import type { RunsState, ShownState } from "./runs_state.ts";

export interface PictureHooks {
  change(change: Partial<RunsState>): void;
  pin(id: string): void;
  /** the line of a run is pointed at; null: none */
  pointed(id: string | null): void;
  /** something came that changes the picture */
  ready(): void;
  /** in one line; "" when all is well again */
  failed(why: string): void;
}

/** Lines as they came, and for what. */
interface Answer {
  readonly number: number;
  readonly lines: ReadonlyMap<string, RunLine>;
  readonly wanted: Wanted;
}

/** Curves behind which the raw values are drawn; of more they would hide each other. */
const MOST_RAW = 8;
/** Widths are rounded up to it, so that a small change of the window asks for nothing. */
const PIXELS = 64;

const byId = <E extends HTMLElement>(id: string) => document.getElementById(id) as E;

/** The part that is asked for when one is shown: as much again at both sides, so that it can be moved. */
function around({ x: [from, to] }: OverlayRange, logX: boolean): [number, number] {
  if (logX) return [from * from / to, to * to / from];
  return [2 * from - to, 2 * to - from];
}

/** The metric that is shown: the one asked for, when any compared run has it. */
function metricOf(chosen: readonly RunRow[], asked: string | null): string | null {
  const shared = sharedMetrics(chosen);
  const found = asked === null ? undefined : shared.find(({ name }) => name === metricNamed(asked));
  return (found ?? shared[0])?.name ?? null;
}

export class RunsPicture {
  readonly #controls = runsControls((change) => this.hooks.change(change));
  readonly #metricBox = element("select", { id: "metric", "aria-label": "Metric" });
  readonly #overlay = overlayView(byId("overlay"), {
    heading: this.#metricBox,
    ranged: (zoom) => {
      this.#shown = { figure: this.#figure, zoom: JSON.stringify(zoom) }; // it is on the screen already
      this.hooks.change({ zoom });
    },
    hovered: (id) => this.hooks.pointed(id),
    pinned: (id) => this.hooks.pin(id),
  });
  readonly #parallel = runsParallel(byId("parallel"), {
    brushed: (ids) => {
      this.#brushed = ids ?? [];
      this.hooks.ready();
    },
    only: (ids) => this.hooks.change({ choice: { ids, matching: null, except: [] } }),
  });
  readonly #lines = this.#asks((answer) => this.#whole = answer);
  readonly #details = this.#asks((answer) => this.#part = answer);
  #answers = 0;
  #zoom: OverlayRange | null = null;
  #next: (() => void) | null = null;
  /** come forward as if they were pinned, for as long as they are brushed */
  #brushed: readonly string[] = [];
  /** lines as they came last, of all of the axis and of the part that is shown */
  #whole: Answer | null = null;
  #part: Answer | null = null;
  /** what the picture was made of, so that it is drawn again only when that changes */
  #pictured = "";
  #figure: OverlayFigure | null = null;
  #shown: { readonly figure: OverlayFigure | null; readonly zoom: string } | null = null;

  constructor(readonly hooks: PictureHooks) {
    this.#metricBox.addEventListener("change", () => {
      const zoom = this.#zoom && { x: this.#zoom.x, y: null }; // its y axis is another
      this.hooks.change({ metric: this.#metricBox.value, zoom });
    });
    byId("all").addEventListener("click", () => this.hooks.change({ zoom: null }));
    byId("saving").addEventListener("click", (event) => {
      const kind = (event.target as Element).closest<HTMLElement>("[data-save]")?.dataset.save;
      if (kind !== undefined) saveOverlay(this.#overlay, kind as SaveKind, this.#metricBox.value);
    });
    new ResizeObserver(() => this.hooks.ready()).observe(byId("controls"));
  }

  /** @param some there are runs at all */
  show(state: ShownState, chosen: readonly RunRow[], some: boolean): void {
    const metric = metricOf(chosen, state.metric);
    const logY = state.logY ?? (metric !== null && modeOf(metric) === "min");
    const seeds = [...seedGroups(chosen).values()].some((group) => group !== null);
    this.#zoom = state.zoom;
    this.#controls.show(state, { logY, seeds });
    byId("all").hidden = state.zoom === null;
    byId("overlay").hidden = byId("saving").hidden = metric === null;
    if (metric === null) return this.#showNothing(chosen, some);
    this.#showMetrics(chosen, metric);
    this.#ask(state, chosen, metric);
    const { axis, logX, bands } = state, pinned = new Set([...state.pinned, ...this.#brushed]);
    this.#draw(state, chosen, { axis, metric, mode: modeOf(metric), logX, logY, bands, pinned });
  }

  /** A run of the list is pointed at: its curve comes forward, if it has one. */
  highlight(id: string | null): void {
    if (this.#figure === null) return;
    this.#overlay.highlight(this.#figure.runs.some((run) => run.id === id) ? id : null);
  }

  #asks(take: (answer: Answer) => void) {
    return runsLines({
      ready: (lines, wanted) => {
        take({ number: ++this.#answers, lines, wanted });
        this.hooks.failed("");
        this.hooks.ready();
      },
      failed: (why) => this.hooks.failed(why),
    });
  }

  #showNothing(chosen: readonly RunRow[], some: boolean): void {
    byId("nothing").hidden = false;
    byId("nothing").textContent = !some
      ? "No runs yet. Run a notebook."
      : chosen.length === 0
      ? "No run is compared. Select one in the list."
      : "Waiting for the first value.";
    byId("config").hidden = true;
    this.#parallel.hide();
    this.#pictured = "";
    this.#after(() => {}); // what was to be said of the last picture is said no more
    drawAsk(byId<HTMLFormElement>("ask"), null, {}, () => {});
  }

  #showMetrics(chosen: readonly RunRow[], metric: string): void {
    const select = this.#metricBox, shared = sharedMetrics(chosen);
    const key = JSON.stringify([shared, chosen.length]);
    if (select.dataset.shows !== key) {
      select.dataset.shows = key;
      select.replaceChildren(...shared.map(({ name, runs }) => {
        const few = runs < chosen.length ? ` (${thousands(runs)} of ${thousands(chosen.length)})` : "";
        return element("option", { value: name }, metricTitle(name) + few);
      }));
    }
    select.value = metric;
  }

  /** Asks for the curves; and for more detail of the part that is shown, where the first answer left some out. */
  #ask(
    { axis, smoothing, logX, batches, zoom }: ShownState,
    chosen: readonly RunRow[],
    metric: string,
  ): void {
    const width = byId("controls").clientWidth;
    if (width === 0) return;
    const pixels = Math.ceil(width / PIXELS) * PIXELS;
    const raw = smoothing.amount > 0 && chosen.length <= MOST_RAW;
    const wanted: Wanted = { metric, axis, smoothing, range: null, logX, pixels, raw, batches };
    this.#lines.want(chosen, wanted);
    const reduced = chosen.filter(({ id }) => this.#whole?.lines.get(id)?.whole === false);
    if (zoom !== null && reduced.length > 0) {
      this.#details.want(reduced, { ...wanted, range: around(zoom, logX), pixels: 3 * pixels });
    }
  }

  #draw(state: ShownState, chosen: readonly RunRow[], look: FigureLook): void {
    const whole = this.#whole;
    // Until the curves of another metric or axis are here the last picture stays.
    if (whole === null || !fits(whole.wanted, look)) return;
    const part = this.#part !== null && isPartOf(this.#part.wanted, whole.wanted, state.zoom)
      ? this.#part
      : null;
    const of = chosen.map(({ id, version, state }) => `${id} ${version} ${state}`).join();
    const pictured = JSON.stringify([whole.number, part?.number, of, [...look.pinned], look]);
    if (pictured !== this.#pictured || this.#figure === null) {
      this.#pictured = pictured;
      this.#figure = runsFigure(chosen, whole.lines, part?.lines ?? new Map(), look);
      this.#after(() => this.#drawAround(state, chosen, whole.lines, look));
    }
    const zoom = JSON.stringify(state.zoom);
    if (this.#shown?.figure !== this.#figure || this.#shown.zoom !== zoom) {
      this.#shown = { figure: this.#figure, zoom };
      this.#overlay.show(this.#figure, state.zoom);
    }
    const waits = part === null && chosen.some(({ id }) => whole.lines.get(id)?.whole === false);
    this.#tell(this.#figure.runs.length, state.zoom === null ? "all" : waits ? "" : state.zoom.x.join());
  }

  /** When the picture is on the screen: of two things only the later is done. */
  #after(act: () => void): void {
    if (this.#next === null) {
      requestAnimationFrame(() =>
        setTimeout(() => {
          const next = this.#next;
          this.#next = null;
          next?.();
        })
      );
    }
    this.#next = act;
  }

  /** What the picture holds now, for those who wait for it; and a sentence when that is nothing. */
  #tell(lines: number, detail: string): void {
    Object.assign(byId("overlay").dataset, { lines: String(lines), detail });
    byId("nothing").hidden = lines > 0;
    byId("nothing").textContent = "No compared run can stand on this axis.";
    byId("saving").classList.toggle("nothing", lines === 0);
  }

  /** What is said beside the picture: what is lacking, who is not there, and what differs. */
  #drawAround(
    { batches, axis }: ShownState,
    chosen: readonly RunRow[],
    lines: ReadonlyMap<string, RunLine>,
    look: FigureLook,
  ): void {
    const { metric, pinned } = look;
    const here = chosen.flatMap(({ id }) => lines.get(id) ?? []);
    const form = byId<HTMLFormElement>("ask");
    drawAsk(form, lackingIn(here), batches, (batches) => this.hooks.change({ batches }));
    const without = here.filter(({ tag }) => tag === null).length;
    const nowhere = here.filter(({ tag, curve, missing }) =>
      tag !== null && curve === null && missing.length === 0
    );
    byId("unplaced").textContent = [
      without > 0 ? `${thousands(without)} without ${metricTitle(metric).toLowerCase()}` : "",
      nowhere.length > 0
        ? `${thousands(nowhere.length)} without ${axis === "seconds" ? "wall time" : axis}`
        : "",
    ].filter(Boolean).join(" · ");
    this.#parallel.show(chosen, lines, look);
    drawConfig(byId("config"), runsDiff(chosen, pinned, lines), pinned, { pin: (id) => this.hooks.pin(id) });
  }
}

const fits = (wanted: Wanted, { metric, axis, logX }: FigureLook): boolean =>
  wanted.metric === metric && wanted.axis === axis && wanted.logX === logX;

/** Whether lines are more detail of others, and have all that is shown. */
function isPartOf(part: Wanted, whole: Wanted, zoom: OverlayRange | null): boolean {
  const { range } = part;
  if (range === null || zoom === null || range[0] > zoom.x[0] || zoom.x[1] > range[1]) return false;
  const rest = { range: null, pixels: 0 };
  return JSON.stringify({ ...part, ...rest }) === JSON.stringify({ ...whole, ...rest });
}
