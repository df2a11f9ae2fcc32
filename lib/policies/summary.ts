/** Several seeds of the same policies in one table. */
import { median } from "../curves/median.ts";
import type { Judgement, PolicyKind } from "./policy.ts";

/** One policy over all seeds. Medians are over the seeds that were judged: those that are not censored. Plain data. */
export interface PolicySummary {
  readonly policy: string;
  readonly kind: PolicyKind;
  readonly rule: string;
  /** seeds it was replayed on */
  readonly seeds: number;
  /** of those, seeds on which it would have gone on past the recording */
  readonly censored: number;
  /** how much stands behind the medians: `3 of 3 seeds` */
  readonly strength: string;
  /** median step and epoch at which it stops; null when every seed is censored */
  readonly step: number | null;
  readonly epoch: number | null;
  /** what regret is measured in */
  readonly metric: string;
  /** median of that metric as kept */
  readonly kept: number | null;
  /** median of every metric as kept, by name: test metrics too */
  readonly metrics: Readonly<Record<string, number>>;
  /** median */
  readonly regret: number | null;
  readonly worstRegret: number | null;
  /** median, 0 to 1 */
  readonly computeSaved: number | null;
  /** true when the verdicts rest on the recorded clock */
  readonly clock: boolean;
}

/**
 * What several seeds say of each policy, the smallest median regret first: rounded to 3 decimals, as it is shown, and
 * among equals the one that saves more compute. Policies without a verdict come last.
 * @param judgements one list a seed, as `replay` gives it; policies are told apart by name
 * @example
 * ```ts
 * import type { Judgement } from "./policy.ts";
 * const winner = (judgements: Judgement[][]) => summarise(judgements)[0].policy;
 * ```
 */
export function summarise(judgements: readonly (readonly Judgement[])[]): PolicySummary[] {
  const byPolicy = Map.groupBy(judgements.flat(), ({ policy }) => policy);
  return [...byPolicy.values()].map(summaryOf).sort(byRegret);
}

function summaryOf(seeds: readonly Judgement[]): PolicySummary {
  const { policy, kind, rule, metric } = seeds[0];
  const judged = seeds.filter(({ end }) => end !== "censored");
  const positions = judged.flatMap(({ at }) => at ?? []), kept = judged.flatMap((seed) => seed.kept ?? []);
  const regrets = numbers(judged.map(({ regret }) => regret));
  return {
    policy,
    kind,
    rule,
    seeds: seeds.length,
    censored: seeds.length - judged.length,
    strength: `${judged.length} of ${seeds.length} seeds`,
    step: middle(positions.map(({ step }) => step)),
    epoch: middle(positions.map(({ epoch }) => epoch)),
    metric,
    kept: middle(kept.map(({ metrics }) => metrics[metric])),
    metrics: Object.fromEntries(
      Object.keys(kept[0]?.metrics ?? {}).map((
        name,
      ) => [name, median(kept.map(({ metrics }) => metrics[name]))]),
    ),
    regret: middle(regrets),
    worstRegret: regrets.length ? Math.max(...regrets) : null,
    computeSaved: middle(numbers(judged.map(({ computeSaved }) => computeSaved))),
    clock: seeds.some(({ clock }) => clock),
  };
}

const numbers = (values: readonly (number | null)[]): number[] => values.filter((value) => value !== null);
const middle = (values: readonly number[]): number | null => values.length ? median(values) : null;

function byRegret(a: PolicySummary, b: PolicySummary): number {
  const shown = ({ regret }: PolicySummary) => regret === null ? Infinity : Math.round(regret * 1000) / 1000;
  const order = shown(a) - shown(b);
  return (Number.isNaN(order) ? 0 : order) || (b.computeSaved ?? -1) - (a.computeSaved ?? -1);
}
