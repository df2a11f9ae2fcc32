/** Wheel, drag and keys over a figure of many runs. */
import type { OverlayRange } from "../../lib/charts/overlay.ts";
import type { OverlayLayout } from "../../lib/charts/overlay_layout.ts";
import { panned, zoomed } from "../../lib/charts/overlay_range.ts";

export interface OverlayGestures {
  layout(): OverlayLayout | null;
  range(): OverlayRange | null;
  /** the view is to be this; more may follow at once */
  move(range: OverlayRange | null): void;
  /** it has come to rest */
  rest(): void;
  /** the pointer is here, in CSS pixels of the figure; null: it has left */
  point(at: { readonly x: number; readonly y: number } | null): void;
  /** pressed and released in one place */
  click(): void;
  /** everything, or back from it */
  all(): void;
}

/** Milliseconds without movement after which a view is at rest. */
const REST = 150;
/** A wheel that began to scroll the page goes on to, for so many milliseconds. */
const SCROLLING = 250;
/** CSS pixels that a press may move and still be a click. */
const STILL = 4;

/** Listens on the figure; the returned function stops listening. */
export function overlayGestures(surface: HTMLElement, told: OverlayGestures): () => void {
  const stop = new AbortController(), options = { signal: stop.signal };
  let resting: ReturnType<typeof setTimeout> | undefined, scrolled = -Infinity;
  let drag: { x: number; y: number; far: boolean; layout: OverlayLayout } | null = null;
  const place = (event: MouseEvent) => {
    const box = surface.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const moved = (range: OverlayRange | null) => {
    clearTimeout(resting);
    told.move(range);
    resting = setTimeout(() => told.rest(), REST);
  };
  const inPlot = ({ plot }: OverlayLayout, { x, y }: { x: number; y: number }) =>
    x >= plot.left && x <= plot.left + plot.width && y >= plot.top && y <= plot.top + plot.height;

  addEventListener("scroll", () => scrolled = performance.now(), {
    ...options,
    capture: true,
    passive: true,
  });
  surface.addEventListener("wheel", (event) => {
    const layout = told.layout(), at = place(event);
    if (layout === null || !inPlot(layout, at) || performance.now() - scrolled < SCROLLING) return;
    event.preventDefault();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    if (Math.abs(event.deltaX) > Math.abs(event.deltaY) && !event.shiftKey) {
      const { x, y } = panned(layout, -event.deltaX * lines, 0), range = told.range();
      return moved(range && { x, y: range.y && y });
    }
    const turned = event.deltaY === 0 ? event.deltaX : event.deltaY; // some systems turn the wheel with Shift
    const factor = Math.exp(Math.max(-120, Math.min(120, turned * lines)) * 0.0025);
    const axis = event.shiftKey ? "y" : "x";
    moved(zoomed(layout, told.range(), factor, axis, axis === "x" ? at.x : at.y));
  }, { ...options, passive: false });

  surface.addEventListener("pointerdown", (event) => {
    const layout = told.layout(), at = place(event);
    if (layout === null || event.button !== 0 || !inPlot(layout, at)) return;
    drag = { ...at, far: false, layout };
    surface.setPointerCapture(event.pointerId);
  }, options);
  surface.addEventListener("pointermove", (event) => {
    const at = place(event);
    if (drag === null) return told.point(at);
    const dx = at.x - drag.x, dy = at.y - drag.y;
    if (!drag.far && Math.hypot(dx, dy) < STILL) return;
    if (!drag.far) surface.classList.add("dragged");
    drag.far = true;
    told.point(null);
    moved(panned(drag.layout, dx, dy));
  }, options);
  const release = (event: PointerEvent) => {
    if (drag === null) return;
    const { far } = drag;
    drag = null;
    surface.classList.remove("dragged");
    if (far) {
      clearTimeout(resting);
      told.rest();
    } else if (event.type === "pointerup") told.click();
  };
  surface.addEventListener("pointerup", release, options);
  surface.addEventListener("pointercancel", release, options);
  surface.addEventListener("pointerleave", () => drag === null && told.point(null), options);
  surface.addEventListener("dblclick", (event) => {
    const layout = told.layout();
    if (layout !== null && inPlot(layout, place(event))) told.all();
  }, options);
  stop.signal.addEventListener("abort", () => clearTimeout(resting));
  return () => stop.abort();
}
