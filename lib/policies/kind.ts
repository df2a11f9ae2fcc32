/** How a policy is drawn and said in short. */
import type { Criterion, Plateau } from "../criteria/criterion.ts";
import { leavesIn } from "../criteria/leaves_in.ts";
import { valueText } from "../criteria/observed.ts";
import { textOf } from "../criteria/rules.ts";
import { countText, type Duration, durationText } from "../durations.ts";
import type { Policy, PolicyKind } from "./policy.ts";

/** What each kind of rule makes of a policy. Guards, which end only what has failed, say nothing of it. */
const kindOfRule: { readonly [Kind in Criterion["kind"]]?: PolicyKind | "guard" } = {
  maxSteps: "steps",
  maxEpochs: "epochs",
  maxExamples: "budget",
  maxSeconds: "budget",
  plateau: "patience",
  tolerance: "patience",
  keras: "patience",
  lightning: "patience",
  transformers: "patience",
  ignite: "patience",
  lightgbm: "patience",
  histGradientBoosting: "patience",
  slope: "slope",
  rateFloor: "lr",
  diverged: "guard",
  nonFinite: "guard",
};
const caps: ReadonlySet<string> = new Set(["maxSteps", "maxEpochs", "maxExamples", "maxSeconds"]);

/**
 * The kind that fixes a policy's colour and symbol. Derived where the policy names none: any rule that waits for a gain
 * makes it `patience`, else a trend `slope`, else a rate `lr`; caps of one sort `steps`, `epochs` or `budget`; else
 * `other`. Guards against failure beside other rules do not count.
 * @example
 * ```ts
 * const kind = kindOf({ stop: { kind: "maxEpochs", epochs: 20 } }); // "epochs"
 * ```
 */
export function kindOf(policy: Pick<Policy, "stop" | "kind">): PolicyKind {
  if (policy.kind) return policy.kind;
  const kinds = new Set(
    leavesIn(policy.stop, { gates: false }).map(({ kind }) => kindOfRule[kind] ?? "other"),
  );
  if (kinds.size > 1) kinds.delete("guard");
  for (const kind of ["patience", "slope", "lr"] as const) if (kinds.has(kind)) return kind;
  const [kind] = kinds;
  return kinds.size > 1 || kind === "guard" ? "other" : kind;
}

/**
 * The short rule under a policy's name: `patience 8, min Δ 0.002`, `8,000 steps`, `24 epochs`. A cap beside another rule
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
      return `${durationText({ unit: "steps", count: criterion.steps })}${criterion.relative ? " more" : ""}`;
    case "maxEpochs":
      return durationText({ unit: "epochs", count: criterion.epochs });
    case "maxExamples":
      return durationText({ unit: "examples", count: criterion.examples });
    case "maxSeconds":
      return durationText({ unit: "seconds", count: criterion.seconds }) +
        (criterion.of === "training" ? " of training" : "");
    case "plateau":
      return plateauText(criterion);
    case "any":
    case "all":
    case "not":
    case "after":
    case "atLeast":
    case "within":
      return compositeText(criterion);
    default:
      return leafText(criterion);
  }
}

type Composite = Extract<Criterion, { criteria: readonly Criterion[] }>;
type OtherLeaf = Exclude<
  Criterion,
  Composite | { kind: "maxSteps" | "maxEpochs" | "maxExamples" | "maxSeconds" | "plateau" }
>;

function compositeText(criterion: Composite): string {
  const { criteria } = criterion, parts = criteria.map(said);
  switch (criterion.kind) {
    case "any": {
      const rest = criteria.filter(({ kind }) => !caps.has(kind));
      if (rest.length === 0) return parts.join(" or ");
      const most = criteria.filter(({ kind }) => caps.has(kind)).map((cap) => `at most ${said(cap)}`);
      return [rest.map(said).join(" or "), ...most].join(", ");
    }
    case "all":
      return parts.join(" and ");
    case "not":
      return `not ${parts[0]}`;
    case "atLeast":
      return `${criterion.count} of: ${parts.join(", ")}`;
    case "within":
      return `${parts[0]}, within ${durationText(criterion.limit)}`;
    case "after": {
      const { gate } = criterion;
      return `${parts[0]}, after ${"kind" in gate ? said(gate) : durationText(gate)}`;
    }
  }
}

function leafText(criterion: OtherLeaf): string {
  const past = (mode: string | null) => mode === "max" ? "≥" : "≤";
  switch (criterion.kind) {
    case "target":
      return `${criterion.metric} ${past(criterion.mode)} ${valueText(criterion.value)}`;
    case "mustReachBy": {
      const { metric, mode, value, at } = criterion;
      return `${metric} ${past(mode)} ${valueText(value)} by ${durationText(at)}, or stop`;
    }
    case "diverged":
      return [
        criterion.threshold === null
          ? []
          : `${criterion.metric} ${criterion.mode === "min" ? ">" : "<"} ${valueText(criterion.threshold)}`,
        criterion.times === null ? [] : `${valueText(criterion.times)} × the best`,
      ].flat().join(" or ");
    case "nonFinite":
      return criterion.after === 1 ? "not finite" : `not finite ${countText(criterion.after)} times`;
    case "tolerance":
      return `no change for ${countText(criterion.noChange)}, tol ${criterion.tol}`;
    case "precheltGL":
      return `GL ${valueText(criterion.alpha)} %`;
    case "precheltPQ":
      return `PQ ${valueText(criterion.alpha)}`;
    case "precheltUP":
      return `UP ${countText(criterion.strips)}`;
    case "rateFloor": {
      const wait = criterion.patience === null ? "" : `, then patience ${patienceText(criterion.patience)}`;
      return `rate ≤ ${valueText(criterion.rate)}${wait}`;
    }
    case "slope": {
      const least = criterion.threshold > 0 ? ` above ${valueText(criterion.threshold)}` : "";
      return `no trend${least} over ${countText(criterion.window.count)}`;
    }
    case "futility": {
      const by = criterion.minDelta > 0 ? ` by ${valueText(criterion.minDelta)}` : "";
      const chance = `${Number((criterion.chance * 100).toPrecision(3))}%`;
      return `a chance of ${chance} to beat the best${by} before ${durationText(criterion.before)}`;
    }
    case "lightgbm":
      return `${countText(criterion.rounds)} rounds, as LightGBM`;
    case "histGradientBoosting":
      return `no change for ${countText(criterion.noChange)}, as HistGradientBoosting`;
    case "keras":
      return `patience ${countText(criterion.patience)}, as Keras`;
    case "lightning":
      return `patience ${countText(criterion.patience)}, as Lightning`;
    case "transformers":
      return `patience ${countText(criterion.patience)}, as Transformers`;
    case "ignite":
      return `patience ${countText(criterion.patience)}, as Ignite`;
    default:
      return textOf(criterion satisfies never);
  }
}

/** Evaluations are what patience is counted in by default, so they go without saying. */
const patienceText = (patience: Duration): string =>
  patience.unit === "evaluations" ? countText(patience.count) : durationText(patience);

function plateauText({ patience, minDelta, minDeltaKind, reference, startAfter, cooldown }: Plateau): string {
  const parts = [`patience ${patienceText(patience)}`];
  if (typeof minDelta === "object") parts.push(`min Δ ${valueText(minDelta.count)} SE`);
  else if (minDelta > 0) {
    parts.push(
      `min Δ ${minDeltaKind === "relative" ? `${Number((minDelta * 100).toPrecision(6))}%` : minDelta}`,
    );
  }
  if (reference === "running") parts.push("from the running best");
  if (cooldown) parts.push(`${patienceText(cooldown)} of grace`);
  if (startAfter) parts.push(`after ${durationText(startAfter)}`);
  return parts.join(", ");
}
