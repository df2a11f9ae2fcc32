/** Which units a recording knows, and which a policy counts in. */
import type { Criterion } from "../criteria/criterion.ts";
import type { Trajectory } from "../curves/trajectory.ts";
import { listed, type Unit } from "../durations.ts";

/** A rule counts in a unit that the log does not tell. */
export class UnknownUnit extends Error {
  override readonly name = "UnknownUnit";
  constructor(readonly unit: Unit, readonly run: string) {
    const ask = { epochs: ["batch", "examples"], examples: ["batch"] } as { [U in Unit]?: readonly string[] };
    const help = ask[unit]
      ? `tell ${listed(ask[unit].map((option) => `--${option}`), "and")}`
      : "the log has no clock";
    super(`unknown ${unit}: ${run} was not recorded in them (${help})`);
  }
}

const capUnits: { readonly [Kind in Criterion["kind"]]?: Unit } = {
  maxSteps: "steps",
  maxEpochs: "epochs",
  maxExamples: "examples",
  maxSeconds: "seconds",
};

const counted: ReadonlySet<unknown> = new Set<Unit>(["steps", "epochs", "examples", "seconds"]);

/**
 * The units in which a criterion counts, beside evaluations.
 * @example
 * ```ts
 * import { maxEpochs } from "../criteria/max_epochs.ts";
 * const units = unitsOf(maxEpochs(3)); // epochs
 * ```
 */
export function unitsOf(criterion: Criterion): ReadonlySet<Unit> {
  const units = new Set<Unit>();
  const look = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    const { kind, unit } = value as { kind?: Criterion["kind"]; unit?: Unit };
    const found = kind === undefined ? unit : capUnits[kind];
    if (found && counted.has(found)) units.add(found);
    for (const below of Object.values(value)) look(below);
  };
  look(criterion);
  return units;
}

/**
 * The units that a recording was made in, beside steps and evaluations.
 * @example
 * ```ts
 * import type { Trajectory } from "../curves/trajectory.ts";
 * const hasClock = (trajectory: Trajectory) => knownUnits(trajectory).has("seconds");
 * ```
 */
export function knownUnits({ updates, evaluations }: Trajectory): ReadonlySet<Unit> {
  const knows = (axis: "epoch" | "examples" | "seconds") =>
    ![updates[axis].at(-1), evaluations[axis].at(-1)].some(Number.isNaN);
  const units: Unit[] = ["steps", "evaluations"];
  if (knows("epoch")) units.push("epochs");
  if (knows("examples")) units.push("examples");
  if (knows("seconds")) units.push("seconds");
  return new Set(units);
}

/** @throws UnknownUnit `unknown epochs: run 3 was not recorded in them (tell --batch and --examples)` */
export function requireUnits(trajectory: Trajectory, criterion: Criterion): void {
  const known = knownUnits(trajectory);
  for (const unit of unitsOf(criterion)) {
    if (!known.has(unit)) throw new UnknownUnit(unit, trajectory.name);
  }
}
