/** Settings of all trials against their results; those that are brushed are listed alone. */
import type { TrialRow } from "../../lib/store/study_store.ts";
import type { StudyHead } from "../study_summary.ts";
import { type ParallelView, parallelView } from "./parallel_view.ts";

export interface StudySettings {
  show(study: StudyHead, trials: readonly TrialRow[], parameters: readonly string[]): void;
}

/**
 * @param panel hidden while there is nothing to show
 * @param brushed numbers of the trials within every brushed range; null: nothing is brushed
 */
export function studySettings(
  panel: HTMLElement,
  brushed: (numbers: ReadonlySet<number> | null) => void,
): StudySettings {
  let view: ParallelView | null = null;
  return {
    show({ metric, mode }, trials, parameters) {
      const measured = trials.filter(({ best }) => best !== null);
      panel.hidden = measured.length < 2 || parameters.length === 0;
      if (panel.hidden) return;
      view ??= parallelView(panel, { chosen: (ids) => brushed(ids && new Set(ids.map(Number))) });
      const runs = measured.map(({ number, name, parameters, best }) => ({
        id: String(number),
        name,
        kind: "steps" as const,
        config: parameters,
        value: best!.value,
      }));
      view.show({ runs, metric, mode, pinned: new Set() });
    },
  };
}
