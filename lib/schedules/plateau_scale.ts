/** Cuts the learning rate when a metric has not gained for a while. */
import { atLeastZero, between, checkKeys, oneOf, upToOne } from "../option_checks.ts";
import { validationMetric } from "../criteria/observed.ts";
import { asDuration, countFault, type Duration, durationCall, evaluations, shown } from "../durations.ts";
import type { PlateauScale, ScaleLibrary } from "./plateau_scale_rule.ts";

export { observeScale, type ScaleRow } from "./observe_scale.ts";
export { initialScale } from "./plateau_scale_rule.ts";

export interface PlateauScaleOptions {
  /** as `validation.loss`; a test metric is refused */
  readonly metric: string;
  /** which way is better */
  readonly mode: "min" | "max";
  /** what the scale is multiplied by at a cut, between 0 and 1; default 0.5 */
  readonly factor?: number;
  /** what passes without gain before a cut, in any unit; default `evaluations(5)` */
  readonly patience?: Duration;
  /** a gain counts when it is more than this; default 1e-4 */
  readonly minDelta?: number;
  /** `relative`: minDelta is a share of |best|; default `absolute` */
  readonly minDeltaKind?: "absolute" | "relative";
  /** what passes after a cut before the wait begins again, in any unit; default none */
  readonly cooldown?: Duration;
  /** where the first wait begins, counted from the start; a warm-up's length spares its noise. Default the start */
  readonly startAfter?: Duration;
  /** floor of the scale, from 0 to 1; default 0: none */
  readonly minScale?: number;
  /**
   * counts exactly as that library does, with its defaults: factor 0.1, patience 10, and the library's own way of
   * counting patience and cooldown, both in evaluations. Default: the rule below
   */
  readonly compat?: ScaleLibrary;
  /** torch: a cut of the scale of this or less is not made (its eps ÷ the base rate); default 1e-8 */
  readonly eps?: number;
  /** optax: its rtol, a share of the best that a gain must exceed, beside minDelta, its atol; default 1e-4 */
  readonly relativeDelta?: number;
  /** optax: evaluations whose mean is one observation (its accumulation_size); default 1 */
  readonly accumulate?: number;
}
const common = [
  "metric",
  "mode",
  "factor",
  "patience",
  "minDelta",
  "minDeltaKind",
  "cooldown",
  "minScale",
  "compat",
];
const libraries: readonly ScaleLibrary[] = ["keras", "torch", "optax"];
const keysOf: Readonly<Record<ScaleLibrary | "own", readonly string[]>> = {
  own: [...common, "startAfter"],
  keras: common,
  torch: [...common, "eps"],
  optax: [...common, "relativeDelta", "accumulate"],
};

/**
 * A factor on any schedule, cut when a metric stalls: rate(i) = schedule(i) × scale, so a warm-up or a decay and a
 * plateau rule compose. At an evaluation that brings no gain over the best, and patience or more after the last gain,
 * cut or end of a cooldown, the scale is multiplied by `factor`, down to `minScale`. A gain is a finite value that
 * beats the best by more than `minDelta`. On a flat metric cuts are patience + cooldown apart. At the floor nothing is
 * cut, and the state says so (`atFloor`). An evaluation that did not measure the metric changes nothing.
 *
 * `compat` counts as Keras' or torch's ReduceLROnPlateau or optax' `reduce_on_plateau` do; there a patience of 0 can be
 * had, as `{ unit: "evaluations", count: 0 }`.
 * @throws RangeError `invalid factor: 1 (between 0 and 1)`, TypeError for a bare number or an unknown option
 * @example
 * ```ts
 * import { evaluations, steps } from "../durations.ts";
 * const scale = plateauScale({
 *   metric: "validation.loss",
 *   mode: "min",
 *   patience: evaluations(5),
 *   startAfter: steps(100),
 *   minScale: 0.01,
 * });
 * ```
 */
export function plateauScale(options: PlateauScaleOptions): PlateauScale {
  const compat = options?.compat === undefined ? undefined : oneOf("compat", options.compat, libraries);
  checkKeys(compat ? `plateauScale with compat ${compat}` : "plateauScale", options, keysOf[compat ?? "own"]);
  const { cooldown, startAfter, minDeltaKind = compat === "torch" ? "relative" : "absolute" } = options;
  return {
    kind: "plateauScale",
    metric: validationMetric(options.metric),
    mode: oneOf("mode", options.mode, compat === "optax" ? ["min"] : ["min", "max"]),
    factor: between("factor", options.factor ?? (compat ? 0.1 : 0.5), 0, 1),
    patience: patienceOf(options.patience ?? evaluations(compat ? 10 : 5), compat),
    minDelta: atLeastZero("minDelta", options.minDelta ?? (compat === "optax" ? 0 : 1e-4)),
    minDeltaKind: oneOf("minDeltaKind", minDeltaKind, kindsOf(compat)),
    ...(cooldown === undefined ? {} : { cooldown: asDuration(cooldown, "cooldown", unitsOf(compat)) }),
    ...(startAfter === undefined ? {} : { startAfter: asDuration(startAfter, "startAfter") }),
    minScale: upToOne("minScale", options.minScale ?? 0),
    ...(compat === undefined ? {} : { compat }),
    ...(compat === "torch" ? { eps: atLeastZero("eps", options.eps ?? 1e-8) } : {}),
    ...(compat === "optax" ? optaxOptions(options) : {}),
  };
}

const unitsOf = (compat?: ScaleLibrary) => compat ? ["evaluations" as const] : undefined;

/** Keras knows no relative gain; optax has both at once, by `relativeDelta`. */
const kindsOf = (compat?: ScaleLibrary): readonly PlateauScale["minDeltaKind"][] =>
  compat === "keras" || compat === "optax" ? ["absolute"] : ["absolute", "relative"];

/** The libraries take a patience of 0, with a meaning that each has to itself. Plateau's own rule does not. */
function patienceOf(value: Duration, compat?: ScaleLibrary): Duration {
  if (compat && value?.unit === "evaluations" && value.count === 0) return { unit: "evaluations", count: 0 };
  return asDuration(value, "patience", unitsOf(compat));
}

function optaxOptions({ relativeDelta = 1e-4, accumulate = 1 }: PlateauScaleOptions): Partial<PlateauScale> {
  const fault = countFault("evaluations", accumulate);
  if (fault) throw new RangeError(`invalid accumulate: ${shown(accumulate)} (${fault})`);
  return { relativeDelta: atLeastZero("relativeDelta", relativeDelta), accumulate };
}

/**
 * A scale from a value of unknown origin, checked as its constructor checks.
 * @throws TypeError for what is no scale or has an unknown key, RangeError for a value out of range
 * @example
 * ```ts
 * const scale = asScale(JSON.parse('{ "kind": "plateauScale", "metric": "validation.loss", "mode": "min" }'));
 * ```
 */
export function asScale(value: unknown): PlateauScale {
  const { kind, ...options } = (typeof value === "object" && value !== null ? value : {}) as Record<
    string,
    unknown
  >;
  if (kind === "plateauScale") return plateauScale(options as unknown as PlateauScaleOptions);
  throw new TypeError(`invalid scale: ${shown(value)} (schedules.plateauScale)`);
}

/** The call that makes a scale: `plateauScale(validation.loss, min, factor: 0.5, patience: evaluations(5), …)`. */
export function scaleText(rule: PlateauScale): string {
  const { metric, mode, factor, patience, minDelta, cooldown, startAfter, minScale, compat } = rule;
  const usual = compat === "torch" ? "relative" : "absolute";
  const parts = [
    metric,
    mode,
    `factor: ${factor}`,
    `patience: ${durationCall(patience)}`,
    `minDelta: ${minDelta}`,
  ];
  if (rule.minDeltaKind !== usual) parts.push(`minDeltaKind: ${rule.minDeltaKind}`);
  if (cooldown) parts.push(`cooldown: ${durationCall(cooldown)}`);
  if (startAfter) parts.push(`startAfter: ${durationCall(startAfter)}`);
  if (minScale !== 0) parts.push(`minScale: ${minScale}`);
  if (compat) parts.push(`compat: ${compat}`);
  if (compat === "torch") parts.push(`eps: ${rule.eps}`);
  if (compat === "optax") {
    parts.push(`relativeDelta: ${rule.relativeDelta}`, `accumulate: ${rule.accumulate}`);
  }
  return `plateauScale(${parts.join(", ")})`;
}
