/** One sentence on what to do, with its evidence and its limits. */
import type { Metric, Mode } from "../criteria/criterion.ts";
import { FEWEST } from "../curves/diagnosis.ts";
import { median } from "../curves/median.ts";
import { countedText, countText } from "../durations.ts";
import { type Held, LEAST_SAVING, type Outcome } from "./choice.ts";
import type { PolicyReport, RunReport } from "./report.ts";

/** Plain data. */
export interface Advice {
  /** `stop`: take the policy; `trainOn`: none saves anything for nothing; `none`: nothing can be said */
  readonly kind: "stop" | "trainOn" | "none";
  readonly policy: string | null;
  /** for people: one sentence */
  readonly text: string;
}
export interface AdviceOptions {
  readonly metric: Metric;
  readonly mode: Mode;
  /** what a step of the runs is */
  readonly counts: "updates" | "epochs" | "records";
  /** files that the runs were read from */
  readonly files?: number;
  readonly runs: readonly RunReport[];
  /** whether they differ by no more than chance */
  readonly alike: boolean;
  /** whether every policy would have gone on past every recording */
  readonly beyond: boolean;
  readonly chosen: PolicyReport | null;
  /** policies that trade regret for compute */
  readonly cheaper: readonly PolicyReport[];
  /** of the chosen policy on each run */
  readonly outcomes: readonly Outcome[];
  readonly held: Held | null;
}

/** A best after this share of a run is late: who stops before misses it. */
const LATE = 0.9;

/**
 * The sentence that ends a report: which policy, where it would have stopped, what it would have kept and saved, and
 * what that rests on. Of one run it is hindsight, and says so; where nothing is saved it says to train on.
 * @example
 * ```ts
 * import type { AdviceOptions } from "./advice.ts";
 * const sentence = (options: AdviceOptions) => advice(options).text;
 * ```
 */
export function advice(options: AdviceOptions): Advice {
  const { metric, mode, counts, runs, chosen, outcomes, held } = options, rests = restsOn(options);
  if (runs.every(({ best }) => best === null)) {
    return { kind: "none", policy: null, text: `Nothing can be advised: no ${metric} is finite ${rests}.` };
  }
  if (runs.every(({ evaluations }) => evaluations < FEWEST)) {
    const text = `Nothing can be advised: fewer than ${FEWEST} evaluations a run tell no course ${rests}.`;
    return { kind: "none", policy: null, text };
  }
  if (options.beyond) {
    const text = `Nothing can be advised: every policy would have gone on past the ${
      runs.length === 1 ? "recording" : "recordings"
    } ${rests}.`;
    return { kind: "none", policy: null, text };
  }
  if (chosen === null) return { kind: "trainOn", policy: null, text: trainOn(options) };
  const saved = median(outcomes.map((outcome) => outcome.saved));
  const regret = median(outcomes.map(({ ownRegret }) => ownRegret));
  const length = median(runs.map(({ step }) => step));
  const step = median(outcomes.map((outcome, i) => (1 - outcome.saved) * runs[i].step));
  const unit = counts === "epochs" ? "epoch" : counts === "records" ? "record" : "step";
  const middle = runs.length === 1 ? "" : ` (median of ${runs.length} runs)`;
  const differ = runs.length === 1 || options.alike
    ? ""
    : "; the runs differ by more than chance, so nothing was given up";
  const limits = limitText(runs, held, metric) + differ;
  const beyond = chosen.censored === 0
    ? ""
    : `; on ${chosen.censored} of ${chosen.runs} it would have gone on past the recording, and counts as trained to its end`;
  const text =
    `${chosen.policy} would have stopped at ${unit} ${countText(Math.round(step))} of ${
      countText(length)
    }${middle}, kept ${lossText(metric, mode, regret)} and saved ${
      percent(saved)
    } of the ${counts}${beyond}; ` +
    `${limits} ${rests}.`;
  return { kind: "stop", policy: chosen.policy, text };
}

function restsOn({ runs, files }: AdviceOptions): string {
  const evaluations = runs.reduce((sum, run) => sum + run.evaluations, 0);
  const failed = runs.reduce((sum, run) => sum + run.notFinite, 0);
  const diverged = runs.filter((run) => run.diverged).length;
  const which = diverged < runs.length
    ? `${countText(diverged)} of them`
    : diverged === 1
    ? "which"
    : "all of which";
  const parts = [
    countedText(runs.length, "run"),
    ...(diverged === 0 ? [] : [`${which} diverged`]),
    countedText(evaluations, "evaluation"),
    ...(failed === 0 ? [] : [`${countText(failed)} of them not finite`]),
  ];
  return `(${[...parts, ...(files === undefined ? [] : [countedText(files, "file")])].join(", ")})`;
}

/** Nothing is saved for nothing: how late the best came, and what the smallest saving would cost. */
function trainOn(options: AdviceOptions): string {
  const { metric, mode, runs, cheaper } = options, one = runs.length === 1;
  const late = runs.filter(({ best, step }) => best !== null && best.step >= LATE * step).length;
  const way = mode === "min" ? "lowest" : "highest";
  const still = late === 0
    ? `each that stops earlier loses ${
      one || !options.alike ? "something" : "more than one standard error of the runs"
    }`
    : `${metric} was ${way} in the last tenth of ${one ? "the run" : `${late} of ${runs.length} runs`}`;
  const saving = cheaper.filter(({ ownSaved }) => ownSaved!.median >= LEAST_SAVING)
    .sort((a, b) => a.ownRegret!.median - b.ownRegret!.median)[0];
  const price = saving === undefined
    ? ""
    : `; the least that a saving costs: ${saving.policy} loses ${
      valueOf(saving.ownRegret!.median)
    } and saves ${percent(saving.ownSaved!.median)}`;
  const hindsight = one ? ", as far as one run tells in hindsight" : "";
  return `Train on: no policy saves ${options.counts} without a loss${hindsight}; ${still}${price} ${
    restsOn(options)
  }.`;
}

/** What the numbers are worth. */
function limitText(runs: readonly RunReport[], held: Held | null, metric: Metric): string {
  if (runs.length === 1) return "this is hindsight on one run, so expect less of the next";
  if (held === null) return `chosen on the same ${runs.length} runs, too few to check it on others`;
  const ways = held.all ? `all ${held.splits}` : `${held.splits} random`;
  const [{ policy, share }] = held.chosen;
  return `chosen on half of the runs, ${ways} ways, the choice lost ${
    valueOf(held.ownRegret)
  } of ${metric} and saved ` +
    `${percent(held.saved)} on the other half (${policy} ${percent(share)} of the time)`;
}

function lossText(metric: Metric, mode: Mode, regret: number): string {
  if (regret <= 0) return `the best ${metric} of the whole run`;
  return `a ${metric} ${valueOf(regret)} ${mode === "min" ? "above" : "below"} the best of the whole run`;
}

const percent = (share: number): string => `${Math.round(share * 100)}%`;
const valueOf = (value: number): string => String(Number(value.toPrecision(2)));
