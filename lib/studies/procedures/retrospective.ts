/** The best checkpoint of each trial, and the best of them: chosen after the training, with what the choice flatters. */
import type { Mode } from "../../criteria/criterion.ts";
import { valueText } from "../../criteria/observed.ts";
import { median } from "../../curves/median.ts";
import { countText } from "../../durations.ts";
import { permutation } from "../../random.ts";
import type { StudyRecord, TrialRecord } from "../study_record.ts";
import type { Finding } from "./finding.ts";
import { gainOf, isBetter, ranked, trialResults } from "./trial_results.ts";

/** The checkpoint that one trial would be kept at. */
export interface Kept {
  readonly number: number;
  readonly name: string;
  readonly step: number;
  readonly value: number;
  /** of the last evaluation; NaN where it is no number */
  readonly last: number;
}
/** How much better the chosen value looks than it is. */
export interface Curse {
  /**
   * `seeds`: settings were chosen on half of their seeds and measured on the other; `neighbours`: checkpoints were
   * chosen by every second evaluation and measured by the others on both sides
   */
  readonly by: "seeds" | "neighbours";
  /** median over the halvings, in the metric's unit */
  readonly chosen: number;
  readonly measured: number;
  /** how much worse it is measured than it was when it was chosen; at least 0 */
  readonly curse: number;
  readonly halvings: number;
}
/** Plain data. */
export interface Retrospective {
  /** best first; trials without a finite value are left out */
  readonly kept: readonly Kept[];
  readonly best: Kept | null;
  /** by how much the best checkpoint is better than the last one, the median over trials; null for none */
  readonly saved: number | null;
  /** null where there is too little to halve */
  readonly curse: Curse | null;
  /** how much better the best trial is than the second, in the metric's unit; null for fewer than two */
  readonly lead: number | null;
  /** whether the lead is smaller than the curse: the best may be the luckiest */
  readonly isUnsure: boolean;
}

const HALVINGS = 100;

/**
 * Retrospective selection: the best evaluation of each trial, whenever it came, and the best of those. The best of many
 * noisy values is better than it would be measured again (the winner's curse); by how much is told by choosing on one
 * half and measuring on the other: of seeds where settings were trained with several, else of evaluations, where a
 * checkpoint is measured by those around it.
 *
 * Source: Tuning Playbook (Godbole et al. 2023), on retrospective checkpoint selection; Cawley and Talbot, On
 * Over-fitting in Model Selection, 2010.
 * @param seed of the halves; default 0
 * @throws UnreportedMetric
 * @example
 * ```ts
 * import type { StudyRecord } from "../study_record.ts";
 * const step = (study: StudyRecord) => retrospective(study).best?.step;
 * ```
 */
export function retrospective(study: StudyRecord, seed = 0): Retrospective {
  const { metric, mode } = study;
  const kept = ranked(trialResults(study), mode).map(({ trial, best, bestStep }): Kept => ({
    number: trial.number,
    name: trial.name,
    step: bestStep!,
    value: best,
    last: trial.trajectory.evaluations.metrics[metric].at(-1) ?? NaN,
  }));
  const gains = kept.filter(({ last }) => Number.isFinite(last)).map(({ value, last }) =>
    gainOf(value, last, mode)
  );
  const curse = curseOfSeeds(study, seed) ?? curseOfNeighbours(study);
  const lead = kept.length < 2 ? null : gainOf(kept[0].value, kept[1].value, mode);
  return {
    kept,
    best: kept[0] ?? null,
    saved: gains.length === 0 ? null : median(gains),
    curse,
    lead,
    isUnsure: curse !== null && lead !== null && lead < curse.curse,
  };
}

/** Settings that were trained with two seeds or more, two settings at least; null otherwise. */
function curseOfSeeds(study: StudyRecord, seed: number): Curse | null {
  const { mode } = study, best = new Map(trialResults(study).map(({ trial, best }) => [trial.number, best]));
  const key = ({ parameters }: TrialRecord) =>
    JSON.stringify(Object.entries(parameters).sort(([a], [b]) => a < b ? -1 : 1));
  const settings = [...Map.groupBy(study.trials.toSorted((a, b) => a.number - b.number), key).values()]
    .map((trials) => trials.map(({ number }) => best.get(number)!).filter((value) => value !== null))
    .filter((values) => values.length >= 2);
  if (settings.length < 2) return null;
  const chosen: number[] = [], measured: number[] = [];
  for (let halving = 0; halving < HALVINGS; halving++) {
    const halves = settings.map((values, setting) => {
      const order = permutation(seed, `seeds of setting ${setting}`, halving, values.length);
      const drawn = Array.from(order, (row) => values[row]), half = drawn.length >> 1;
      return { chosenBy: mean(drawn.slice(0, half)), rest: mean(drawn.slice(half)) };
    });
    const won = halves.reduce((a, b) => isBetter(b.chosenBy, a.chosenBy, mode) ? b : a);
    chosen.push(won.chosenBy);
    measured.push(won.rest);
  }
  return curseFrom("seeds", chosen, measured, mode);
}

/**
 * Chosen by every second evaluation of every trial; measured by the cubic through the two evaluations on each side that
 * had no say in it, which follows a smooth curve and leaves its noise. Both ways.
 */
function curseOfNeighbours({ trials, metric, mode }: StudyRecord): Curse | null {
  const chosen: number[] = [], measured: number[] = [];
  for (const first of [0, 1]) {
    let won: { value: number; beside: number } | null = null;
    for (const { trajectory } of trials.toSorted((a, b) => a.number - b.number)) {
      const values = trajectory.evaluations.metrics[metric] ?? [];
      for (let row = 3 + first; row < values.length - 3; row += 2) {
        const near = values[row - 1] + values[row + 1], far = values[row - 3] + values[row + 3];
        const beside = (9 * near - far) / 16;
        if (!Number.isFinite(values[row]) || !Number.isFinite(beside)) continue;
        if (won === null || isBetter(values[row], won.value, mode)) won = { value: values[row], beside };
      }
    }
    if (won === null) return null;
    chosen.push(won.value);
    measured.push(won.beside);
  }
  return curseFrom("neighbours", chosen, measured, mode);
}

function curseFrom(
  by: Curse["by"],
  chosen: readonly number[],
  measured: readonly number[],
  mode: Mode,
): Curse {
  const differences = chosen.map((value, i) => gainOf(value, measured[i], mode));
  return {
    by,
    chosen: median(chosen),
    measured: median(measured),
    curse: Math.max(0, median(differences)),
    halvings: chosen.length,
  };
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, each) => sum + each, 0) / values.length;

/**
 * What selecting afterwards is worth, and how much of it flatters; null where nothing was measured.
 * @example
 * ```ts
 * import { retrospective } from "./retrospective.ts";
 * import type { StudyRecord } from "../study_record.ts";
 * const text = (study: StudyRecord) => retrospectiveFinding(study, retrospective(study))?.text;
 * ```
 */
export function retrospectiveFinding(
  { metric }: Pick<StudyRecord, "metric">,
  found: Retrospective,
): Finding<"retrospective", Retrospective> | null {
  const { best, kept, saved, curse, lead, isUnsure } = found;
  if (best === null) return null;
  const short = (value: number) => valueText(+value.toPrecision(3));
  const gained = saved === null
    ? ""
    : saved === 0
    ? "; at least half of the trials are best at their last"
    : `; keeping the best checkpoint gains ${short(saved)} over the last one (median)`;
  const flattered = curse === null
    ? ""
    : `; chosen on half it is measured ${
      curse.curse === 0 ? "no worse" : `${short(curse.curse)} worse`
    } on the other half${isUnsure ? `, which is more than its lead of ${short(lead!)}` : ""}`;
  return {
    kind: "retrospective",
    text: `The best ${metric}, ${valueText(best.value)}, is at step ${countText(best.step)} of ${best.name}` +
      `${gained}${flattered}.`,
    evidence: found,
    action: isUnsure
      ? `Train ${best.name} and ${kept[1].name} again with more seeds before one is preferred.`
      : `Take ${best.name} at step ${countText(best.step)}, and report it on data that did not choose it.`,
  };
}
