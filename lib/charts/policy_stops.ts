/** Where each policy stops over the seeds, on one axis. */
import type { Axis } from "../curves/trajectory.ts";
import { median } from "../curves/median.ts";
import type { Judgement, PolicyKind } from "../policies/policy.ts";

/** Judgements of one trajectory, or of several, one list each. */
export type Judgements = readonly Judgement[] | readonly (readonly Judgement[])[];

export interface PolicyStops {
  readonly policy: string;
  readonly kind: PolicyKind;
  readonly rule: string;
  /** one per seed that stopped, on the axis */
  readonly stops: readonly number[];
  /** of those; null when every seed went on past the recording */
  readonly median: number | null;
  /** seeds judged, and those of them that went on past the recording */
  readonly seeds: number;
  readonly censored: number;
}

/** The stops of each policy, in the order in which the policies were given. */
export function policyStops(judgements: Judgements, axis: Axis): PolicyStops[] {
  const policies = Map.groupBy(judgements.flat() as Judgement[], ({ policy }) => policy);
  return [...policies.values()].map((judged) => {
    const [{ policy, kind, rule }] = judged;
    const at = judged.flatMap((judgement) => judgement.at === null ? [] : [judgement.at]);
    return {
      policy,
      kind,
      rule,
      stops: at.map((position) => position[axis]),
      median: at.length > 0 ? median(at.map((position) => position[axis])) : null,
      seeds: judged.length,
      censored: judged.length - at.length,
    };
  });
}
