/** Where a study looks: the values that each parameter may take. Plain data. */
import { checkKeys, finite, flag, oneOf } from "../option_checks.ts";
import { shown } from "../durations.ts";

/** A value of a parameter, or of a setting that a log names. */
export type ParameterValue = string | number | boolean | null;

/** Values of parameters, by the path of each in the spec: `schedule.rate`, `batch`, `optimizer.decay`. */
export type Parameters = Readonly<Record<string, ParameterValue>>;

/** What one parameter may be. */
export type Parameter =
  /** any number between two, both included; `log` spreads its orders of magnitude evenly */
  | { readonly kind: "float"; readonly min: number; readonly max: number; readonly log: boolean }
  /** any whole number between two, both included */
  | { readonly kind: "integer"; readonly min: number; readonly max: number; readonly log: boolean }
  /** one of these */
  | { readonly kind: "choice"; readonly values: readonly ParameterValue[] };

/** By the path in the spec. */
export type Space = Readonly<Record<string, Parameter>>;

/**
 * Any number from `min` to `max`, every part of the range as likely.
 * @throws RangeError `invalid parameter: min 2 above max 1`
 * @example
 * ```ts
 * const dropout = uniform(0, 0.5);
 * ```
 */
export const uniform = (min: number, max: number): Parameter => ranged("float", min, max, false);

/**
 * Any number from `min` to `max`, every order of magnitude as likely: for rates and decays.
 * @param min above 0, or it has no logarithm
 * @throws RangeError `invalid min: 0 (above 0: the logarithm of 0 has no end)`
 * @example
 * ```ts
 * const rate = logUniform(1e-4, 1e-1);
 * ```
 */
export const logUniform = (min: number, max: number): Parameter => ranged("float", min, max, true);

/**
 * Any whole number from `min` to `max`, both as likely as those between.
 * @param options `log` spreads orders of magnitude evenly; default false
 * @throws RangeError `invalid min: 0.5 (a whole number)`
 * @example
 * ```ts
 * const batch = integer(16, 512, { log: true });
 * ```
 */
export function integer(min: number, max: number, options: { readonly log?: boolean } = {}): Parameter {
  checkKeys("integer", options, ["log"]);
  return ranged("integer", min, max, options.log ?? false);
}

/**
 * One of the values.
 * @throws RangeError `invalid values: [] (a list of at least one)`
 * @example
 * ```ts
 * const activation = choice(["relu", "tanh"]);
 * ```
 */
export function choice(values: readonly ParameterValue[]): Parameter {
  if (!Array.isArray(values) || values.length === 0) {
    throw new RangeError(`invalid values: ${shown(values)} (a list of at least one)`);
  }
  values.forEach((value, i) => {
    const isPlain = value === null || ["string", "boolean"].includes(typeof value) || Number.isFinite(value);
    if (!isPlain) {
      throw new TypeError(`invalid values[${i}]: ${shown(value)} (text, a number, true, false or null)`);
    }
    if (values.indexOf(value) < i) throw new RangeError(`invalid values: ${shown(value)} is there twice`);
  });
  return { kind: "choice", values: [...values] };
}

function ranged(kind: "float" | "integer", min: number, max: number, log: boolean): Parameter {
  for (const [field, value] of [["min", min], ["max", max]] as const) {
    finite(field, value);
    if (kind === "integer" && !Number.isSafeInteger(value)) {
      throw new RangeError(`invalid ${field}: ${shown(value)} (a whole number)`);
    }
  }
  if (min > max) throw new RangeError(`invalid parameter: min ${min} above max ${max}`);
  if (flag("log", log) && min <= 0) {
    throw new RangeError(`invalid min: ${min} (above 0: the logarithm of 0 has no end)`);
  }
  if (!Number.isFinite(max - min)) {
    throw new RangeError(`invalid parameter: ${min} to ${max} (too far apart)`);
  }
  return { kind, min: min + 0, max: max + 0, log };
}

/** A parameter from a value of unknown origin, checked as its constructor checks. */
function asParameter(value: unknown): Parameter {
  if (typeof value !== "object" || value === null || !("kind" in value)) {
    throw new TypeError(`invalid parameter: ${shown(value)} (as spaces.uniform(0, 0.5) makes it)`);
  }
  const kind = oneOf("kind", value.kind, ["float", "integer", "choice"]);
  const keys = kind === "choice" ? ["kind", "values"] : ["kind", "min", "max", "log"];
  checkKeys(kind, value, keys);
  const { min, max, log, values } = value as Record<string, never>;
  return kind === "choice" ? choice(values) : ranged(kind, min, max, log);
}

/**
 * A space from a value of unknown origin, such as JSON.
 * @throws TypeError or RangeError that names the parameter: `schedule.rate: invalid min: 0 (above 0: …)`;
 *   `invalid space: schedule.rate lies within schedule`
 * @example
 * ```ts
 * const space = asSpace({ "schedule.rate": logUniform(1e-4, 1e-1), batch: choice([16, 32, 64]) });
 * ```
 */
export function asSpace(value: unknown): Space {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new TypeError(
      `invalid space: ${shown(value)} (parameters by their path, as { "schedule.rate": … })`,
    );
  }
  const space = Object.fromEntries(
    Object.entries(value).map(([path, parameter]) => [path, named(path, () => asParameter(parameter))]),
  );
  const paths = Object.keys(space);
  for (const path of paths) {
    const outer = paths.find((other) => path.startsWith(`${other}.`));
    if (outer !== undefined) throw new RangeError(`invalid space: ${path} lies within ${outer}`);
  }
  return space;
}

/** What goes wrong is told with the path of the parameter before it. */
function named<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) {
      error.message = `${path}: ${error.message}`;
    }
    throw error;
  }
}

/** How many different points a space has; Infinity where a parameter may be any number. */
export function pointsIn(space: Space): number {
  const counts = Object.values(space).map((parameter) =>
    parameter.kind === "choice"
      ? parameter.values.length
      : parameter.min === parameter.max
      ? 1
      : parameter.kind === "float"
      ? Infinity
      : parameter.max - parameter.min + 1
  );
  return counts.reduce((product, count) => product * count, 1);
}
