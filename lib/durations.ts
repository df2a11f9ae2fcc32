/** Durations: counts with their unit, and positions counted in all of them. */

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

/** What is wrong with a count of a unit; null when nothing is. */
export function countFault(unit: Unit, count: unknown): string | null {
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

/** Made once: a thousand policies say thousands of counts. */
const counts = new Intl.NumberFormat("en-US", { maximumFractionDigits: 2 });

/** A count for people: thousands commas, at most two decimals. */
export const countText = (count: number): string => counts.format(count);

/** A count with its noun: `1 run`, `2,000 runs`. */
export const countedText = (count: number, noun: string): string =>
  `${countText(count)} ${noun}${count === 1 ? "" : "s"}`;

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
