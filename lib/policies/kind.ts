/** How a policy is drawn and said in short. */
import type { Criterion, Plateau } from "../criteria/criterion.ts";
import { countText, durationText } from "../durations.ts";
import type { Policy, PolicyKind } from "./policy.ts";

/**
 * The kind that fixes a policy's colour and symbol. Derived where the policy names none: any plateau makes it
 * `patience`, caps of one sort `steps` or `epochs`, else `other`.
 * @example
 * ```ts
 * const kind = kindOf({ stop: { kind: "maxEpochs", epochs: 20 } }); // "epochs"
 * ```
 */
export function kindOf(policy: Pick<Policy, "stop" | "kind">): PolicyKind {
  if (policy.kind) return policy.kind;
  const kinds = new Set(leavesOf(policy.stop).map(({ kind }) => kind));
  if (kinds.has("plateau")) return "patience";
  if (kinds.size > 1) return "other";
  return kinds.has("maxSteps") ? "steps" : "epochs";
}

/**
 * The short rule under a policy's name: `patience 8, min Δ 0.002`, `8,000 steps`, `24 epochs`. A cap beside a plateau
 * is `at most 8,000 steps`.
 * @example
 * ```ts
 * const rule = ruleText({ stop: { kind: "maxSteps", steps: 8_000 } }); // "8,000 steps"
 * ```
 */
export const ruleText = (policy: Pick<Policy, "stop" | "rule">): string => policy.rule ?? said(policy.stop);

function said(criterion: Criterion): string {
  switch (criterion.kind) {
    case "maxSteps":
      return durationText({ unit: "steps", count: criterion.steps });
    case "maxEpochs":
      return durationText({ unit: "epochs", count: criterion.epochs });
    case "plateau":
      return patienceText(criterion);
    case "any": {
      const caps = criterion.criteria.filter(({ kind }) => kind === "maxSteps" || kind === "maxEpochs");
      const others = criterion.criteria.filter((child) => !caps.includes(child));
      if (others.length === 0) return caps.map(said).join(" or ");
      return [others.map(said).join(" or "), ...caps.map((cap) => `at most ${said(cap)}`)].join(", ");
    }
    case "all":
      return criterion.criteria.map(said).join(" and ");
  }
}

function patienceText({ patience, minDelta, minDeltaKind, reference }: Plateau): string {
  // Evaluations are what patience is counted in by default, so they go without saying.
  const parts = [
    `patience ${patience.unit === "evaluations" ? countText(patience.count) : durationText(patience)}`,
  ];
  if (minDelta > 0) {
    parts.push(
      `min Δ ${minDeltaKind === "relative" ? `${Number((minDelta * 100).toPrecision(6))}%` : minDelta}`,
    );
  }
  if (reference === "running") parts.push("from the running best");
  return parts.join(", ");
}

function leavesOf(criterion: Criterion): Criterion[] {
  return "criteria" in criterion ? criterion.criteria.flatMap(leavesOf) : [criterion];
}
