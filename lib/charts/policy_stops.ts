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
  /** on the axis; null when most seeds went on past the recording */
  readonly median: number | null;
  /** the same in steps */
  readonly medianStep: number | null;
  /** seeds judged, and those of them that went on past the recording */
  readonly seeds: number;
  readonly censored: number;
}

/** The stops of each policy, in the order in which the policies were given. */
export function policyStops(judgements: Judgements, axis: Axis): PolicyStops[] {
  return [...byPolicy(judgements).values()].map((judged) => {
    const [{ policy, kind, rule }] = judged;
    const at = judged.flatMap((judgement) => judgement.at === null ? [] : [judgement.at]);
    const most = at.length * 2 > judged.length;
    return {
      policy,
      kind,
      rule,
      stops: at.map((position) => position[axis]),
      median: most ? median(at.map((position) => position[axis])) : null,
      medianStep: most ? median(at.map((position) => position.step)) : null,
      seeds: judged.length,
      censored: judged.length - at.length,
    };
  });
}

/** The judgements of each policy over the seeds. */
export function byPolicy(judgements: Judgements): Map<string, Judgement[]> {
  const groups = new Map<string, Judgement[]>();
  for (const judgement of judgements.flat() as Judgement[]) {
    const group = groups.get(judgement.policy);
    if (group === undefined) groups.set(judgement.policy, [judgement]);
    else group.push(judgement);
  }
  return groups;
}
