/** The lines of a crowd, painted anew when there is time and moved as a picture when there is not. */
import type { OverlayLayout } from "../../lib/charts/overlay_layout.ts";
import type { Pixels } from "../../lib/charts/overlay_raster.ts";
import { paintCrowd } from "./overlay_canvas.ts";
import type { Colors } from "./overlay_colors.ts";

/** Painting may take this share of the time while the view moves; the rest belongs to the reader. */
const SHARE = 1 / 5;
/** Milliseconds under which painting is never put off. */
const CHEAP = 6;

export class OverlayCrowd {
  readonly #canvas: HTMLCanvasElement;
  /** the last picture that was painted, and where it was */
  readonly #last = document.createElement("canvas");
  #pixels: Pixels | null = null;
  #paintedAt = -Infinity;
  #cost = 0;
  #sharp = true;

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
  }

  /** Whether every pixel is where it belongs: false while a moved picture stands for the lines. */
  get sharp(): boolean {
    return this.#sharp;
  }

  /** @param moving more frames follow at once, so that a moved picture may do for some of them */
  paint(layout: OverlayLayout, ratio: number, colors: Colors, moving: boolean): void {
    const context = this.#canvas.getContext("2d")!, pixels = layout.pixels(ratio), now = performance.now();
    const soon = this.#cost > CHEAP && now - this.#paintedAt < this.#cost / SHARE;
    if (moving && soon && this.#pixels !== null && this.#pixels.width === pixels.width) {
      this.#move(context, this.#pixels, pixels);
      this.#sharp = false;
      return;
    }
    paintCrowd(context, layout, ratio, colors);
    this.#sharp = true;
    this.#cost = performance.now() - now;
    this.#paintedAt = now;
    if (this.#cost <= CHEAP) return;
    this.#pixels = pixels;
    Object.assign(this.#last, { width: pixels.width, height: pixels.height });
    this.#last.getContext("2d")!.drawImage(this.#canvas, 0, 0);
  }

  /** The last picture at its place in another view; what it does not reach is empty until it is painted. */
  #move(context: CanvasRenderingContext2D, from: Pixels, to: Pixels): void {
    const x = to.ax / from.ax, y = to.ay / from.ay;
    context.clearRect(0, 0, to.width, to.height);
    context.drawImage(
      this.#last,
      to.bx - from.bx * x,
      to.by - from.by * y,
      this.#last.width * x,
      this.#last.height * y,
    );
  }
}
