/** Room on the x axis for runs that grow, so that a live picture holds still between steps. */
import type { OverlayFigure } from "../../lib/charts/overlay.ts";

/** Share of the axis that is added when the runs have reached its end. */
const MORE = 0.1;

/** Remembers one figure after another. */
export class OverlayRoom {
  #runs = "";
  #last = -Infinity;
  #reach = -Infinity;

  /**
   * Where the x axis has to end at least: nowhere beyond the data until the same runs have grown, then a tenth more
   * each time that they reach the end.
   */
  reach({ runs, axis }: OverlayFigure): number {
    const key = `${axis} ${runs.map(({ id }) => id).join(" ")}`;
    let last = -Infinity;
    for (const { x } of runs) if (x.length > 0 && x[x.length - 1] > last) last = x[x.length - 1];
    if (key !== this.#runs) this.#reach = -Infinity;
    else if (last > this.#last && last > this.#reach) this.#reach = last * (1 + MORE);
    this.#runs = key;
    this.#last = last;
    return this.#reach;
  }
}
