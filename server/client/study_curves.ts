/** The curves of the best trials of a study in one picture, and the way to the page where they are compared. */
import type { OverlayRun } from "../../lib/charts/overlay.ts";
import type { TrialRow } from "../../lib/store/study_store.ts";
import type { RunLine } from "../lines_codec.ts";
import type { StudyHead } from "../study_summary.ts";
import { address } from "./address.ts";
import { element } from "./element.ts";
import { overlayView } from "./overlay_view.ts";
import { runsLines } from "./runs_lines.ts";
import { sortedBy } from "./runs_sorted.ts";

export interface StudyCurves {
  show(study: StudyHead, trials: readonly TrialRow[]): void;
}

/** Curves that can be told apart. */
const BEST = 6;

/** The best trials that have a run; of equals the first. */
export function bestTrials(
  trials: readonly TrialRow[],
  { mode }: Pick<StudyHead, "mode">,
  most = BEST,
): TrialRow[] {
  const measured = trials.filter(({ run, best }) => run !== null && best !== null);
  return sortedBy(measured, ({ best }) => best!.value, mode === "min").slice(0, most);
}

/** @param panel hidden while there is nothing to show */
export function studyCurves(panel: HTMLElement, failed: (why: string) => void): StudyCurves {
  const title = element("h3"), place = element("div"), link = element("a");
  panel.append(place, element("p", { class: "acts meta" }, link));
  const overlay = overlayView(place, { heading: title, ranged() {}, hovered() {}, pinned() {} });
  let now: { readonly study: StudyHead; readonly best: readonly TrialRow[] } | null = null, drawn = "";
  const lines = runsLines({ ready: (lines) => draw(lines), failed });

  function draw(lines: ReadonlyMap<string, RunLine>): void {
    if (now === null) return;
    const { study: { metric, mode }, best } = now;
    const runs = best.flatMap(({ run, name, state }): OverlayRun[] => {
      const line = lines.get(run!);
      if (!line?.curve) return [];
      const { curve: { x, y }, stop } = line;
      return [{ id: run!, name, kind: "steps", x, y, stop, diverged: state === "diverged", group: null }];
    });
    panel.hidden = runs.length === 0;
    overlay.show({
      runs,
      axis: "step",
      metric,
      mode,
      logX: false,
      logY: mode === "min",
      bands: false,
      pinned: new Set(),
    }, null);
  }

  return {
    show(study, trials) {
      const best = bestTrials(trials, study), key = JSON.stringify(best.map(({ run, step }) => [run, step]));
      if (key === drawn) return;
      drawn = key;
      now = { study, best };
      panel.hidden = best.length === 0;
      if (best.length === 0) return;
      const runs = best.map(({ run }) => run!);
      title.textContent = `${study.metric.replaceAll(".", " ")} of the best ${best.length}`;
      link.textContent = `Compare these ${best.length} among the runs`;
      link.href = address(`/runs?runs=${runs.map(encodeURIComponent).join(",")}`);
      lines.want(best.map(({ run, step }) => ({ id: run!, version: step })), {
        metric: study.metric,
        axis: "step",
        smoothing: { kind: "ema", amount: 0 },
        range: null,
        logX: false,
        pixels: 1024,
        raw: false,
        batches: {},
      });
    },
  };
}
