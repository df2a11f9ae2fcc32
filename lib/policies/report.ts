/** What policies would have done with several runs, and which to take. */
import type { Metric, Mode } from "../criteria/criterion.ts";
import { bestRow } from "../curves/best.ts";
import { diagnosis } from "../curves/diagnosis.ts";
import { median } from "../curves/median.ts";
import { sharedSpacing, type Spacing, spacingOf } from "../curves/spacing.ts";
import type { Trajectory } from "../curves/trajectory.ts";
import type { Position } from "../durations.ts";
import { type Advice, advice } from "./advice.ts";
import { type Banded, bootstrap } from "./bootstrap.ts";
import {
  chooseOnHalf,
  type Held,
  LEAST_SAVING,
  noLoss,
  oneStandardError,
  type Outcome,
  outcomesOf,
} from "./choice.ts";
import { defaultPolicies, type DefaultsOptions } from "./default_policies.ts";
import { frontier, type TradeOff } from "./frontier.ts";
import { type HeadToHead, headToHead } from "./head_to_head.ts";
import type { Judgement, Policy, PolicyKind } from "./policy.ts";
import { policyText } from "./policy_text.ts";
import { replayMany } from "./replay.ts";

export interface ReportOptions extends DefaultsOptions {
  /** default: the default family */
  readonly policies?: readonly Policy[];
  /** of random halves; default 0 */
  readonly seed?: number;
  /** how many files the recordings were read from, for the evidence; default they are not spoken of */
  readonly files?: number;
}
/** One policy over all runs. Medians and bands are over the runs on which it is not censored. Plain data. */
export interface PolicyReport {
  readonly policy: string;
  readonly kind: PolicyKind;
  readonly rule: string;
  /** `parsePolicy` reads it back */
  readonly text: string;
  readonly runs: number;
  /** runs on which it would have gone on past the recording */
  readonly censored: number;
  /** runs on which it stops before the first evaluation */
  readonly keptNothing: number;
  /** median place at which it stops, in every unit that is known; null when it is censored on every run */
  readonly at: { readonly [Field in keyof Position]: number | null } | null;
  /** median of the metric as kept */
  readonly kept: number | null;
  /** against the best of all runs compared */
  readonly regret: Banded | null;
  /** against the best of each run itself */
  readonly ownRegret: Banded | null;
  readonly worstOwnRegret: number | null;
  /** share of the updates of the longest run */
  readonly computeSaved: Banded | null;
  /** share of the updates of each run itself */
  readonly ownSaved: Banded | null;
  /** none of those compared has as little regret and saves as much; only of policies that keep something on every run */
  readonly onFrontier: boolean;
  /** true when the verdicts rest on the recorded clock */
  readonly clock: boolean;
}
/** Plain data. */
export interface Report {
  readonly metric: Metric;
  readonly mode: Mode;
  readonly runs: readonly RunReport[];
  /** of the evaluations of all runs, in the units in which they agree; null where none has two */
  readonly spacing: Spacing | null;
  /** those judged on every run first; of them the smallest median regret against each run's best */
  readonly policies: readonly PolicyReport[];
  /** whether the runs differ by no more than chance: their bests by less than a twentieth of what training gained */
  readonly alike: boolean;
  /**
   * over all runs: by the one-standard-error rule where runs are alike, else the cheapest of those that lose nothing;
   * null when that is to train on
   */
  readonly chosen: string | null;
  /** the same choice made on halves of the runs; null for fewer than 4 */
  readonly held: Held | null;
  /** of each run, in the order of the policies as they were given */
  readonly judgements: readonly (readonly Judgement[])[];
  /** of policies that were named: each of the others against the first */
  readonly versus: readonly HeadToHead[];
  readonly advice: Advice;
}
export interface RunReport {
  readonly name: string;
  /** last step recorded */
  readonly step: number;
  readonly evaluations: number;
  /** of those, where the metric was not a finite number */
  readonly notFinite: number;
  /** it ended in no number, or worse than it began */
  readonly diverged: boolean;
  /** the first finite value; null without one */
  readonly first: number | null;
  /** in hindsight; null without a finite value */
  readonly best: { readonly step: number; readonly value: number } | null;
}

/** Kinds of policy that are decided before training. */
const lengths: ReadonlySet<PolicyKind> = new Set<PolicyKind>(["epochs", "steps", "budget"]);
/** To train to the end of the recording, as was done: what every policy is chosen against. */
const TRAIN_ON = "the whole length";
/** Share of what training gained by which the bests of seeds may differ: their standard deviation. */
const ALIKE = 0.05;

/**
 * Replays policies on runs that are compared with each other, and chooses one. What is chosen by is judged as if the
 * length of each recording were the cap of every policy: one that would have gone on has trained to its end, as was
 * done. What is told of each policy leaves such runs out, and counts them as censored.
 * @throws UnknownMetric, UnknownUnit or RangeError as `replay` does
 * @example
 * ```ts
 * import type { Trajectory } from "../curves/trajectory.ts";
 * const sentence = (runs: Trajectory[]) => reportOn(runs).advice.text;
 * ```
 */
export function reportOn(trajectories: readonly Trajectory[], options: ReportOptions = {}): Report {
  const { metric = "validation.loss", mode = "min", counts = "updates", files } = options;
  const policies = options.policies ?? defaultPolicies(trajectories, options);
  const runs = trajectories.map((trajectory) => runOf(trajectory, metric, mode));
  const judged = replayMany(trajectories, policies, { metric, mode });
  const found = policies.map((policy, i) => policyOf(policy, judged.map((run) => run[i]), runs));
  const whole = found.filter(({ censored, keptNothing }) => censored + keptNothing === 0);
  // of rules that come to the same the one that was named first stands for all
  const sure = new Set(frontier(whole.map(tradeOff)).filter(isFirst).map(({ of }) => of));
  const reports = found.map((each) => ({ ...each, onFrontier: sure.has(each) }));

  const capped = replayMany(trajectories, policies, { metric, mode, cap: true });
  const outcomes = capped.map((judgements, i) => outcomesOf(judgements, runs[i].step));
  const { cheaper, ...choice } = choiceOf(reports, outcomes, runs, { ...options, mode });
  const { alike, chosen, held } = choice;
  return {
    metric,
    mode,
    runs,
    spacing: sharedSpacing(trajectories.map((trajectory) => spacingOf(known(trajectory)))),
    policies: reports.toSorted(byRegret),
    alike,
    chosen: chosen?.policy ?? null,
    held,
    judgements: judged,
    versus: options.policies
      ? policies.slice(1).map(({ name }) => headToHead(judged, name, policies[0].name, counts))
      : [],
    advice: advice({ metric, mode, counts, files, runs, cheaper, ...choice }),
  };
}

/** Which policy to take, with what the advice is made of. */
function choiceOf(
  reports: readonly PolicyReport[],
  outcomes: readonly (readonly Outcome[])[],
  runs: readonly RunReport[],
  { mode, seed = 0, policies }: ReportOptions & { readonly mode: Mode },
) {
  // Of one run a length that suits it is known only afterwards: of the default family only what watches is chosen
  const may = ({ kind }: PolicyReport) => runs.length > 1 || policies !== undefined || !lengths.has(kind);
  const eligible = reports.filter(may), rows = Array.from(reports.keys()).filter((row) => may(reports[row]));
  const trainedOn = bestRegrets(runs, mode);
  const among = outcomes.map((run, i) => [
    ...rows.map((row) => run[row]),
    { policy: TRAIN_ON, regret: trainedOn[i], ownRegret: 0, saved: 0 },
  ]);

  const alike = areAlike(runs), choose = alike ? oneStandardError : noLoss, index = choose(among);
  const saves = median(among.map((run) => run[index]?.saved ?? 0)) >= LEAST_SAVING;
  return {
    alike,
    beyond: reports.length > 0 && reports.every(({ at }) => at === null),
    chosen: saves ? eligible[index] ?? null : null,
    held: chooseOnHalf(among, seed, choose),
    cheaper: eligible.filter(({ onFrontier }) => onFrontier),
    outcomes: among.map((run) => run[index]),
  };
}

function runOf(trajectory: Trajectory, metric: Metric, mode: Mode): RunReport {
  const { name, updates, evaluations } = trajectory;
  const values = evaluations.metrics[metric] ?? new Float64Array(), row = bestRow(values, mode);
  return {
    name,
    step: Math.max(updates.step.at(-1) ?? 0, evaluations.step.at(-1) ?? 0),
    evaluations: evaluations.step.length,
    notFinite: values.reduce((count, value) => count + (Number.isFinite(value) ? 0 : 1), 0),
    diverged: diagnosis(trajectory, metric, mode).kind === "diverged",
    first: values.find(Number.isFinite) ?? null,
    best: row < 0 ? null : { step: evaluations.step[row], value: values[row] },
  };
}

/** What each run's best lost against the best of all. */
function bestRegrets(runs: readonly RunReport[], mode: Mode): number[] {
  const sign = mode === "min" ? 1 : -1, bests = runs.map(({ best }) => best ? sign * best.value : Infinity);
  const best = bests.reduce((least, each) => Math.min(least, each), Infinity);
  return bests.map((each) => each - best);
}

/** Runs of one training with several seeds end close together, measured by what each gained since its first evaluation. */
function areAlike(runs: readonly RunReport[]): boolean {
  const bests = runs.flatMap(({ best }) => best ? [best.value] : []);
  const gains = runs.flatMap(({ first, best }) =>
    best && first !== null ? [Math.abs(first - best.value)] : []
  );
  const middle = bests.reduce((sum, best) => sum + best, 0) / bests.length;
  const spread = Math.sqrt(
    bests.reduce((sum, best) => sum + (best - middle) ** 2, 0) / Math.max(1, bests.length - 1),
  );
  return bests.length === runs.length && spread <= ALIKE * median(gains);
}

/** Where evaluations stand on the axes that are known. */
function known({ evaluations: { step, epoch, examples, seconds } }: Trajectory) {
  const maybe = (column: Float64Array) => column.some(Number.isNaN) ? null : column;
  return { step, epoch: maybe(epoch), examples: maybe(examples), seconds: maybe(seconds) };
}

function policyOf(
  policy: Policy,
  judged: readonly Judgement[],
  runs: readonly RunReport[],
): Omit<PolicyReport, "onFrontier"> {
  const ends = judged.flatMap((each, i) =>
    each.at === null ? [] : [{ ...each, at: each.at, last: runs[i].step }]
  );
  const numbers = (values: readonly (number | null)[]) => values.filter((value) => value !== null);
  const own = numbers(ends.map(({ ownRegret }) => ownRegret));
  const kept = ends.flatMap(({ kept, metric }) => kept ? [kept.metrics[metric]] : []);
  return {
    policy: policy.name,
    kind: judged[0]?.kind ?? "other",
    rule: judged[0]?.rule ?? "",
    text: policyText(policy),
    runs: judged.length,
    censored: judged.length - ends.length,
    keptNothing: ends.length - kept.length,
    at: ends.length === 0 ? null : middlePlace(ends.map(({ at }) => at)),
    kept: kept.length === 0 ? null : median(kept),
    regret: bootstrap(numbers(ends.map(({ regret }) => regret))),
    ownRegret: bootstrap(own),
    worstOwnRegret: own.length === 0 ? null : Math.max(...own),
    computeSaved: bootstrap(numbers(ends.map(({ computeSaved }) => computeSaved))),
    ownSaved: bootstrap(ends.map(({ at, last }) => 1 - at.step / last)),
    clock: judged.some(({ clock }) => clock),
  };
}

function middlePlace(places: readonly Position[]): NonNullable<PolicyReport["at"]> {
  const middle = (field: keyof Position) => {
    const value = median(places.map((place) => place[field]));
    return Number.isNaN(value) ? null : value;
  };
  return {
    step: middle("step"),
    epoch: middle("epoch"),
    examples: middle("examples"),
    evaluations: middle("evaluations"),
    seconds: middle("seconds"),
  };
}

const tradeOff = (of: Omit<PolicyReport, "onFrontier">) => ({
  of,
  regret: of.ownRegret?.median ?? null,
  computeSaved: of.ownSaved?.median ?? null,
});

const isFirst = (
  { regret, computeSaved }: TradeOff,
  place: number,
  all: readonly TradeOff[],
): boolean => place === 0 || all[place - 1].regret !== regret || all[place - 1].computeSaved !== computeSaved;

/** Those first that were judged on every run, as the medians of others are of other runs; without a verdict last. */
function byRegret(a: PolicyReport, b: PolicyReport): number {
  const partly = Number(a.censored > 0) - Number(b.censored > 0);
  if (partly !== 0) return partly;
  const order = (a.ownRegret?.median ?? Infinity) - (b.ownRegret?.median ?? Infinity);
  return (Number.isNaN(order) ? 0 : order) || (b.ownSaved?.median ?? -1) - (a.ownSaved?.median ?? -1);
}
