/** What several recordings are called. */
import type { Judgement } from "../policies/policy.ts";
import type { Judgements } from "./policy_stops.ts";

/** `seeds` where they differ in it, else `runs`: logs may not say their seeds, or differ in more than them. */
export const seedsWord = (seeds: readonly number[]): "seeds" | "runs" =>
  new Set(seeds).size === seeds.length ? "seeds" : "runs";

/** The same of what was judged: of the policy that was judged on most. */
export function judgedWord(judgements: Judgements): "seeds" | "runs" {
  const byPolicy = Map.groupBy(judgements.flat() as readonly Judgement[], ({ policy }) => policy);
  const most = [...byPolicy.values()].reduce((a, b) => b.length > a.length ? b : a, []);
  return seedsWord(most.map(({ seed }) => seed));
}
