/** Which policy to take, and whether the choice holds on runs that it was not made on. */
import { median } from "../curves/median.ts";
import { permutation } from "../random.ts";
import type { Judgement } from "./policy.ts";

/** A median saving below this is none: it is within the last evaluation or two. */
export const LEAST_SAVING = 0.02;

/** What a policy did on one run, as a training with the length of the recording as its cap would have. Plain data. */
export interface Outcome {
  readonly policy: string;
  /** against the best of all compared; Infinity when nothing is kept */
  readonly regret: number;
  /** against the best of its own run */
  readonly ownRegret: number;
  /** share of its own run's updates */
  readonly saved: number;
}
/**
 * The outcomes of one run's judgements, which were made with the recording's length as the cap of every policy
 * (`replayMany` with `cap: true`).
 * @param last the run's last step
 * @example
 * ```ts
 * import type { Judgement } from "./policy.ts";
 * const outcomes = (judged: Judgement[]) => outcomesOf(judged, 2_000);
 * ```
 */
export function outcomesOf(judgements: readonly Judgement[], last: number): Outcome[] {
  return judgements.map(({ policy, at, regret, ownRegret }) => ({
    policy,
    regret: regret ?? Infinity,
    ownRegret: ownRegret ?? Infinity,
    saved: at === null ? 0 : 1 - at.step / last,
  }));
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, each) => sum + each, 0) / values.length;

/** Standard error of a mean; 0 for a single value, which tells nothing of the spread. */
function standardError(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)) / (values.length - 1));
}

/** Index of the policy that some runs speak for; −1 when none keeps anything on every run. */
export type Choose = (runs: readonly (readonly Outcome[])[]) => number;

/**
 * The one-standard-error choice, for runs that differ only by chance: of the policies whose mean regret is within one
 * standard error of the smallest, the one that saves most; of equals the one with less regret, then the first. Of one
 * run there is no such error, so nothing is given up.
 *
 * Source: L. Breiman, J. Friedman, R. Olshen and C. Stone, Classification and Regression Trees, 1984, section 3.4.3.
 * @param runs the outcomes of each run, of the same policies in the same order
 * @example
 * ```ts
 * const index = oneStandardError([[{ policy: "Patience 5", regret: 0.1, ownRegret: 0, saved: 0.5 }]]); // 0
 * ```
 */
export const oneStandardError: Choose = (runs) => cheapest(runs, "regret", standardError);

/**
 * The choice for runs that differ in more than chance: of the policies with the smallest mean regret against the best of
 * each run itself, the one that saves most.
 * @example
 * ```ts
 * const index = noLoss([[{ policy: "Patience 5", regret: 0.1, ownRegret: 0, saved: 0.5 }]]); // 0
 * ```
 */
export const noLoss: Choose = (runs) => cheapest(runs, "ownRegret", () => 0);

function cheapest(
  runs: readonly (readonly Outcome[])[],
  by: "regret" | "ownRegret",
  margin: (regrets: readonly number[]) => number,
): number {
  const candidates = (runs[0] ?? []).map((_, i) => {
    const regrets = runs.map((run) => run[i][by]);
    return { regrets, regret: mean(regrets), saved: mean(runs.map((run) => run[i].saved)) };
  });
  const [best] = candidates.filter(({ regret }) => Number.isFinite(regret)).sort((a, b) =>
    a.regret - b.regret
  );
  if (best === undefined) return -1;
  // what rounding makes of equal means is no difference
  const most = best.regret + margin(best.regrets) + 1e-12 * Math.abs(best.regret);
  let chosen = -1;
  candidates.forEach(({ regret, saved }, i) => {
    if (!(regret <= most)) return;
    const before = candidates[chosen];
    if (!before || saved > before.saved || (saved === before.saved && regret < before.regret)) chosen = i;
  });
  return chosen;
}

/** How a choice did on the runs that it was not made on. Plain data. */
export interface Held {
  /** ways of halving that were tried */
  readonly splits: number;
  /** whether these are all that there are */
  readonly all: boolean;
  /** policies by how often they were chosen, most often first */
  readonly chosen: readonly { readonly policy: string; readonly share: number }[];
  /** median over the halvings of the mean on the other half, against the best of each run */
  readonly ownRegret: number;
  readonly saved: number;
}

const MOST_SPLITS = 200;

/**
 * Chooses on half of the runs and reports on the other, for every way of halving them, or for 200 at random.
 * @param runs the outcomes of each run, of the same policies in the same order
 * @param seed of the random halves; default 0
 * @param choose default `oneStandardError`
 * @returns null for fewer than 4 runs: a half would be a single run
 * @example
 * ```ts
 * import type { Outcome } from "./choice.ts";
 * const held = (runs: Outcome[][]) => chooseOnHalf(runs)?.ownRegret;
 * ```
 */
export function chooseOnHalf(
  runs: readonly (readonly Outcome[])[],
  seed = 0,
  choose: Choose = oneStandardError,
): Held | null {
  if (runs.length < 4) return null;
  const { halves, all } = halvings(runs.length, seed), counts = new Map<string, number>();
  const regrets: number[] = [], saved: number[] = [];
  for (const half of halves) {
    const index = choose(runs.filter((_, i) => half.has(i)));
    if (index < 0) continue;
    const rest = runs.filter((_, i) => !half.has(i)).map((run) => run[index]);
    counts.set(rest[0].policy, (counts.get(rest[0].policy) ?? 0) + 1);
    regrets.push(mean(rest.map(({ ownRegret }) => ownRegret)));
    saved.push(mean(rest.map(({ saved }) => saved)));
  }
  if (regrets.length === 0) return null;
  const chosen = [...counts].sort(([, a], [, b]) => b - a);
  return {
    splits: halves.length,
    all,
    chosen: chosen.map(([policy, count]) => ({ policy, share: count / regrets.length })),
    ownRegret: median(regrets),
    saved: median(saved),
  };
}

/** Halves of so many runs; of an odd number the smaller half chooses. */
function halvings(count: number, seed: number): { halves: ReadonlySet<number>[]; all: boolean } {
  const size = count >> 1;
  if (count <= 9) { // at most 126 ways
    const subsets = (from: number, left: number): number[][] =>
      left === 0
        ? [[]]
        : Array.from({ length: count - from }, (_, i) => from + i).flatMap((first) =>
          subsets(first + 1, left - 1).map((rest) => [first, ...rest])
        );
    return { halves: subsets(0, size).map((half) => new Set(half)), all: true };
  }
  const halves = Array.from(
    { length: MOST_SPLITS },
    (_, i) => new Set(permutation(seed, "halves", i, count).subarray(0, size)),
  );
  return { halves, all: false };
}
