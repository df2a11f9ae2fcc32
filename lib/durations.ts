/** Durations: counts with their unit, and their conversion by a batch plan. */

export type Unit = "steps" | "epochs" | "examples" | "evaluations" | "seconds";

/** A count with its unit. Made by `steps`, `epochs`, `examples`, `evaluations` or `seconds`; plain data. */
export interface Duration<U extends Unit = Unit> {
  readonly unit: U;
  readonly count: number;
}

/** Where a training stands, in every unit. All counts are of what has been done. */
export interface Position {
  /** optimizer updates applied */
  readonly step: number;
  /** passes over the training set, fractional */
  readonly epoch: number;
  /** training examples seen */
  readonly examples: number;
  /** measurements made on the validation set (those on the evaluation grid) */
  readonly evaluations: number;
  /** seconds of monotonic clock since the training began, added up over resumes */
  readonly seconds: number;
}

export const START: Position = { step: 0, epoch: 0, examples: 0, evaluations: 0, seconds: 0 };

/** What happens to the examples that do not fill a last batch. */
export type Remainder = "train" | "drop" | "wrap";

/** All that is needed to convert between steps, epochs and examples. Plain data. */
export interface BatchPlan {
  /** training examples in one epoch */
  readonly trainingExamples: number;
  readonly batch: number;
  readonly remainder: Remainder;
}

/** The units that a batch plan converts to steps. */
export type PlannedUnit = "steps" | "epochs" | "examples";
export const plannedUnits: readonly PlannedUnit[] = ["steps", "epochs", "examples"];

const unitNames: readonly Unit[] = ["steps", "epochs", "examples", "evaluations", "seconds"];
const wholeUnits: ReadonlySet<Unit> = new Set<Unit>(["steps", "examples", "evaluations"]);
const positionField = {
  steps: "step",
  epochs: "epoch",
  examples: "examples",
  evaluations: "evaluations",
  seconds: "seconds",
} as const satisfies Record<Unit, keyof Position>;

/** Epochs are fractions: 2.3 − 1.3 has to count as one epoch. A single example is far more than this. */
const epochTolerance = 1e-9;

/**
 * So many optimizer updates.
 * @param count whole, at least 1
 * @throws RangeError `invalid steps: 0 (a whole number, at least 1)`
 * @example
 * ```ts
 * const cap = steps(2_000);
 * ```
 */
export const steps = (count: number): Duration<"steps"> => made("steps", count);

/**
 * So many passes over the training set; a fraction is allowed.
 * @param count above 0
 * @throws RangeError `invalid epochs: 0 (a number above 0)`
 * @example
 * ```ts
 * const horizon = epochs(2.5);
 * ```
 */
export const epochs = (count: number): Duration<"epochs"> => made("epochs", count);

/**
 * So many training examples seen, repeats included.
 * @param count whole, at least 1
 * @throws RangeError `invalid examples: 0.5 (a whole number, at least 1)`
 * @example
 * ```ts
 * const horizon = examples(100_000);
 * ```
 */
export const examples = (count: number): Duration<"examples"> => made("examples", count);

/**
 * So many measurements on the validation set.
 * @param count whole, at least 1
 * @throws RangeError `invalid evaluations: 0 (a whole number, at least 1)`
 * @example
 * ```ts
 * const patience = evaluations(8);
 * ```
 */
export const evaluations = (count: number): Duration<"evaluations"> => made("evaluations", count);

/**
 * So many seconds of monotonic clock.
 * @param count above 0
 * @throws RangeError `invalid seconds: -1 (a number above 0)`
 * @example
 * ```ts
 * const patience = seconds(60);
 * ```
 */
export const seconds = (count: number): Duration<"seconds"> => made("seconds", count);

function made<U extends Unit>(unit: U, count: number): Duration<U> {
  const fault = countFault(unit, count);
  if (fault) throw new RangeError(`invalid ${unit}: ${shown(count)} (${fault})`);
  return { unit, count };
}

function countFault(unit: Unit, count: unknown): string | null {
  if (wholeUnits.has(unit)) {
    return Number.isSafeInteger(count) && (count as number) >= 1 ? null : "a whole number, at least 1";
  }
  return Number.isFinite(count) && (count as number) > 0 ? null : "a number above 0";
}

/** A value as an error message shows it: as it would be written in code. */
export function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value !== "object" || value === null) return String(value);
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? text.slice(0, 59) + "…" : text;
}

/**
 * Reads a duration at the border: from code, or from JSON.
 * @param value what was given
 * @param field its name in the error
 * @param allowed units that make sense there; default all
 * @throws TypeError for a bare number: `invalid patience: 5 is a bare number; write evaluations(5), epochs(5) or steps(5)`
 * @throws RangeError for a unit or a count that does not fit
 * @example
 * ```ts
 * const horizon = asDuration({ unit: "steps", count: 500 }, "horizon", ["steps", "epochs"]);
 * ```
 */
export function asDuration<U extends Unit = Unit>(
  value: unknown,
  field: string,
  allowed: readonly U[] = unitNames as readonly U[],
): Duration<U> {
  if (typeof value === "number") {
    const usual = (["evaluations", "epochs", "steps"] as Unit[]).filter((unit) =>
      allowed.includes(unit as U)
    );
    const calls = (usual.length ? usual : allowed).map((unit) => `${unit}(${value})`);
    throw new TypeError(`invalid ${field}: ${value} is a bare number; write ${listed(calls, "or")}`);
  }
  if (!isDurationShaped(value)) {
    throw new TypeError(`invalid ${field}: ${shown(value)} (a duration, such as ${allowed[0]}(5))`);
  }
  if (!allowed.includes(value.unit as U)) {
    throw new RangeError(`invalid ${field}: ${durationCall(value)} (in ${listed(allowed, "or")})`);
  }
  const fault = countFault(value.unit, value.count);
  if (fault) throw new RangeError(`invalid ${field}: ${durationCall(value)} (${fault})`);
  return { unit: value.unit as U, count: value.count };
}

function isDurationShaped(value: unknown): value is Duration {
  if (typeof value !== "object" || value === null) return false;
  const { unit, count, ...rest } = value as Record<string, unknown>;
  return unitNames.includes(unit as Unit) && typeof count === "number" && Object.keys(rest).length === 0;
}

/** Words in a row: `a, b or c`. */
export function listed(words: readonly string[], last: "or" | "and"): string {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} ${last} ${words[words.length - 1]}`;
}

/** A count for people: thousands commas, at most two decimals. */
export const countText = (count: number): string =>
  count.toLocaleString("en-US", { maximumFractionDigits: 2 });

/**
 * A duration for people: `8 evaluations`, `1 epoch`, `2,000 steps`.
 * @example
 * ```ts
 * const text = durationText(epochs(1)); // "1 epoch"
 * ```
 */
export function durationText(duration: Duration): string {
  const unit = duration.count === 1 ? duration.unit.slice(0, -1) : duration.unit;
  return `${countText(duration.count)} ${unit}`;
}

/** A duration as the call that makes it: `evaluations(8)`. */
export const durationCall = (duration: Duration): string => `${duration.unit}(${duration.count})`;

/** A position's count in one unit. */
export const countIn = (position: Position, unit: Unit): number => position[positionField[unit]];

/**
 * What has passed between two positions, in one unit.
 * @example
 * ```ts
 * const passed = elapsed(START, { ...START, step: 40 }, "steps"); // 40
 * ```
 */
export const elapsed = (from: Position, to: Position, unit: Unit): number =>
  countIn(to, unit) - countIn(from, unit);

/** Whether a count in a unit has come to a limit. Every comparison with a duration goes through here. */
export const hasReached = (unit: Unit, count: number, limit: number): boolean =>
  unit === "epochs" ? count + epochTolerance >= limit : count >= limit;

/**
 * A checked batch plan.
 * @param trainingExamples whole, at least 1
 * @param batch whole, at least 1; with `drop` at most `trainingExamples`, or an epoch would be empty
 * @param remainder default `train`
 * @throws RangeError `invalid batch: 0 (a whole number, at least 1)`
 * @example
 * ```ts
 * const plan = batchPlan(1_097, 32); // 35 updates an epoch, the last of 9 examples
 * ```
 */
export function batchPlan(
  trainingExamples: number,
  batch: number,
  remainder: Remainder = "train",
): BatchPlan {
  for (const [field, value] of [["trainingExamples", trainingExamples], ["batch", batch]] as const) {
    const fault = countFault("examples", value);
    if (fault) throw new RangeError(`invalid ${field}: ${shown(value)} (${fault})`);
  }
  if (!["train", "drop", "wrap"].includes(remainder)) {
    throw new RangeError(`invalid remainder: ${shown(remainder)} (train, drop or wrap)`);
  }
  if (remainder === "drop" && batch > trainingExamples) {
    throw new RangeError(
      `invalid batch: ${batch} (at most ${trainingExamples}, the training examples, when the remainder is dropped)`,
    );
  }
  return { trainingExamples, batch, remainder };
}

/**
 * Updates in one epoch. `train`: the short last batch is one more. `drop`: full batches only. `wrap`: batches run
 * over the border of epochs, all are full, so the number is the mean and may be fractional.
 * @example
 * ```ts
 * const updates = updatesPerEpoch(batchPlan(1_097, 32)); // 35
 * ```
 */
export function updatesPerEpoch(plan: BatchPlan): number {
  const batches = plan.trainingExamples / plan.batch;
  if (plan.remainder === "train") return Math.ceil(batches);
  return plan.remainder === "drop" ? Math.floor(batches) : batches;
}

/**
 * Training examples seen after `step` updates.
 * @example
 * ```ts
 * const seen = examplesAt(batchPlan(100, 32), 4); // 100: the fourth batch has 4
 * ```
 */
export function examplesAt(plan: BatchPlan, step: number): number {
  if (plan.remainder !== "train") return step * plan.batch;
  const perEpoch = updatesPerEpoch(plan);
  const passes = Math.floor(step / perEpoch);
  return passes * plan.trainingExamples +
    Math.min((step - passes * perEpoch) * plan.batch, plan.trainingExamples);
}

/** Examples that make one pass. With `drop` the left-out remainder of an epoch is not part of it. */
const examplesPerPass = (plan: BatchPlan): number =>
  plan.remainder === "drop" ? updatesPerEpoch(plan) * plan.batch : plan.trainingExamples;

/**
 * Passes over the training set after `step` updates, fractional. With `drop` a pass is the full batches of an epoch:
 * it counts as one, though its remainder was left out.
 * @example
 * ```ts
 * const passes = epochAt(batchPlan(100, 32), 8); // 2
 * ```
 */
export const epochAt = (plan: BatchPlan, step: number): number =>
  examplesAt(plan, step) / examplesPerPass(plan);

/** The position after `step` updates. */
export const positionAt = (
  plan: BatchPlan,
  step: number,
  evaluations: number,
  seconds: number,
): Position => ({
  step,
  epoch: epochAt(plan, step),
  examples: examplesAt(plan, step),
  evaluations,
  seconds,
});

/**
 * Examples in the batch of update `index`, counted from 0 over the whole training.
 * @example
 * ```ts
 * const size = batchSizeAt(batchPlan(100, 32), 3); // 4
 * ```
 */
export const batchSizeAt = (plan: BatchPlan, index: number): number =>
  examplesAt(plan, index + 1) - examplesAt(plan, index);

/**
 * The smallest step at which a duration, counted from the start, has been reached; null for evaluations and seconds,
 * which no batch plan converts.
 * @example
 * ```ts
 * const step = toSteps(epochs(1.5), batchPlan(100, 32)); // 6
 * ```
 */
export function toSteps(duration: Duration<PlannedUnit>, plan: BatchPlan): number;
export function toSteps(duration: Duration, plan: BatchPlan): number | null;
export function toSteps(duration: Duration, plan: BatchPlan): number | null {
  const { unit, count } = duration;
  if (unit === "steps") return count;
  if (unit !== "epochs" && unit !== "examples") return null;
  const reachedAt = (step: number) =>
    hasReached(unit, unit === "epochs" ? epochAt(plan, step) : examplesAt(plan, step), count);
  // The short batch of an epoch is its last, so a share of the mean never overshoots: count up from there.
  const passes = unit === "epochs" ? count : count / examplesPerPass(plan);
  let step = Math.max(1, Math.floor(passes * updatesPerEpoch(plan)));
  while (!reachedAt(step)) step++;
  return step;
}

/**
 * Whether an `every` falls due at this step: for epochs and examples, at the first step that reaches one more multiple.
 * @throws RangeError for an `every` in evaluations or seconds
 * @example
 * ```ts
 * const evaluateNow = isDue(batchPlan(100, 32), epochs(1), 4); // true
 * ```
 */
export function isDue(plan: BatchPlan, every: Duration, step: number): boolean {
  const { unit, count } = every;
  if (unit === "evaluations" || unit === "seconds") {
    throw new RangeError(`invalid every: ${durationCall(every)} (in steps, epochs or examples)`);
  }
  if (step < 1) return false;
  return multiplesAt(plan, { unit, count }, step) > multiplesAt(plan, { unit, count }, step - 1);
}

/**
 * The last step up to `step` at which an `every` falls due; 0 when there is none.
 * @example
 * ```ts
 * const last = lastDueAt(batchPlan(100, 32), epochs(1), 11); // 8
 * ```
 */
export function lastDueAt(plan: BatchPlan, every: Duration<PlannedUnit>, step: number): number {
  const multiples = multiplesAt(plan, every, step);
  return multiples === 0 ? 0 : toSteps({ unit: every.unit, count: multiples * every.count }, plan);
}

/**
 * How often an `every` falls due up to and including `step`.
 * @example
 * ```ts
 * const evaluations = dueUpTo(batchPlan(100, 32), epochs(1), 11); // 2
 * ```
 */
export function dueUpTo(plan: BatchPlan, every: Duration<PlannedUnit>, step: number): number {
  const { unit, count } = every;
  const apart = unit === "steps" ? Infinity : unit === "epochs" ? count * examplesPerPass(plan) : count;
  // No update passes two multiples that are a batch or more apart, so every multiple has a step of its own.
  if (apart >= plan.batch) return multiplesAt(plan, every, step);
  let times = 0;
  for (let at = 1; at <= step; at++) if (isDue(plan, every, at)) times++;
  return times;
}

/** Multiples of `every` that have been reached after `step` updates. */
function multiplesAt(plan: BatchPlan, { unit, count }: Duration<PlannedUnit>, step: number): number {
  if (unit === "steps") return Math.floor(step / count);
  return multiplesReached(unit, unit === "epochs" ? epochAt(plan, step) : examplesAt(plan, step), count);
}

/** How many multiples of `every` a count has reached. Rounds first, as a quotient of fractions may fall just short. */
function multiplesReached(unit: Unit, count: number, every: number): number {
  const nearest = Math.round(count / every);
  return hasReached(unit, count, nearest * every) ? nearest : nearest - 1;
}
