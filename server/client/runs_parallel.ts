/** Settings against results of many compared runs; those that are brushed come forward in the overlay. */
import { thousands } from "../../lib/charts/format.ts";
import type { ParallelFigure } from "../../lib/charts/parallel.ts";
import { metricNamed } from "../../lib/criteria/metric.ts";
import { configDiff } from "../../lib/store/config_diff.ts";
import type { RunRow } from "../../lib/store/store.ts";
import type { RunLine } from "../lines_codec.ts";
import { element } from "./element.ts";
import { type ParallelView, parallelView } from "./parallel_view.ts";
import type { FigureLook } from "./runs_figure.ts";

export interface ParallelHooks {
  /** runs within every brushed range; null: nothing is brushed */
  brushed(ids: readonly string[] | null): void;
  /** these alone are to be compared */
  only(ids: readonly string[]): void;
}

export interface RunsParallel {
  show(chosen: readonly RunRow[], lines: ReadonlyMap<string, RunLine>, look: FigureLook): void;
  hide(): void;
}

/** Runs up to which the table of settings says all that axes would. */
const FEW = 8;

/** The result of a run in the metric that is shown: its best where that is known, else its last. */
function resultOf({ best }: RunRow, line: RunLine | undefined, metric: string): number {
  if (best !== null && metricNamed(best.metric) === metric) return best.value;
  return line?.last ?? NaN;
}

/** @param panel hidden while there is nothing to show */
export function runsParallel(panel: HTMLElement, hooks: ParallelHooks): RunsParallel {
  const place = element("div"), words = element("span");
  const only = element("button", { type: "button", class: "bare" }, "Compare only these");
  const none = element("button", { type: "button", class: "bare" }, "Clear brushes");
  const acts = element("div", { class: "acts meta", hidden: true }, words);
  acts.append(element("span", { class: "does" }, only, none));
  panel.append(place, acts);
  let view: ParallelView | null = null, shown = "", brushed: readonly string[] | null = null;

  function take(ids: readonly string[] | null): void {
    brushed = ids;
    acts.hidden = ids === null;
    words.textContent = ids === null ? "" : `${thousands(ids.length)} brushed`;
    only.disabled = ids?.length === 0;
    hooks.brushed(ids);
  }
  only.addEventListener("click", () => {
    const ids = brushed ?? [];
    view?.clear();
    take(null);
    hooks.only(ids);
  });
  none.addEventListener("click", () => {
    view?.clear();
    take(null);
  });

  return {
    show(chosen, lines, { metric, mode }) {
      panel.hidden = chosen.length <= FEW || configDiff(chosen).differing.length === 0;
      if (panel.hidden) return this.hide();
      const runs = chosen.map((row) => ({
        id: row.id,
        name: row.name,
        kind: row.kind,
        config: row.config,
        value: resultOf(row, lines.get(row.id), metric),
      }));
      const key = JSON.stringify([metric, runs.map(({ id, value }) => [id, value])]);
      if (key === shown) return;
      shown = key;
      view ??= parallelView(place, { chosen: take });
      view.show({ runs, metric, mode, pinned: new Set() } satisfies ParallelFigure);
    },
    hide() {
      panel.hidden = true;
      shown = "";
      if (brushed !== null) {
        view?.clear();
        take(null);
      }
    },
  };
}
