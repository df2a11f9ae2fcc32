/** Charts in places that stay: each is drawn when the page has nothing better to do, and updated where it is. */
import type { NamedChart } from "./study_figures.ts";
import { chartView } from "./chart_view.ts";
import type { View } from "./view.ts";

export interface ChartPlaces {
  show(charts: readonly NamedChart[]): void;
}

/** @param host what the charts are put into, in their order */
export function chartPlaces(host: HTMLElement): ChartPlaces {
  const views = new Map<string, View>();
  let waiting: NamedChart[] = [], planned = false;

  function draw(): void {
    planned = false;
    const next = waiting.shift();
    if (next === undefined) return;
    const view = views.get(next.name);
    if (view === undefined) views.set(next.name, chartView(next.chart, host));
    else view.update!(next.chart);
    order();
    plan();
  }
  let names: readonly string[] = [];
  function order(): void {
    const nodes = names.flatMap((name) => views.get(name)?.node ?? []);
    if (nodes.some((node, i) => host.children[i] !== node)) host.replaceChildren(...nodes);
  }
  /** One chart between two frames, so that keys and scrolling are never waited for. */
  function plan(): void {
    if (planned || waiting.length === 0) return;
    planned = true;
    requestAnimationFrame(() => setTimeout(draw));
  }
  return {
    show(charts) {
      names = charts.map(({ name }) => name);
      for (const [name, view] of views) {
        if (names.includes(name)) continue;
        view.close?.();
        view.node.remove();
        views.delete(name);
      }
      waiting = [...charts];
      order();
      plan();
    },
  };
}
