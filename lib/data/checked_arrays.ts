/** The border for people's own numbers: shapes, finiteness and classes are checked here, once. */
import { checkKeys, whole } from "../option_checks.ts";
import { shown } from "../durations.ts";

export interface GivenArrays {
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
}

export interface ArrayMeaning {
  readonly features: number;
  readonly classes: readonly string[];
  readonly shape: readonly number[];
}

/**
 * Copies of `x` and `y`, in the types that a split has.
 *
 * @param prefix of the names in errors, as "validation."
 * @throws RangeError `invalid x: NaN at row 3, feature 1 (a finite number)`, `invalid y: 3 at row 7 (a class from 0 to 2)`
 */
export function checkedArrays(
  given: GivenArrays,
  { features, classes, shape }: ArrayMeaning,
  prefix = "",
): { readonly x: Float32Array; readonly y: Int32Array | Float32Array } {
  whole("features", features, 1);
  if (shape.reduce((product, size) => product * size, 1) !== features) {
    throw new RangeError(`invalid shape: ${shown(shape)} (a product of ${features}, the features)`);
  }
  for (const field of ["x", "y"] as const) {
    if (typeof given[field]?.length === "number") continue;
    throw new TypeError(`invalid ${prefix}${field}: ${shown(given[field])} (numbers in an array)`);
  }
  const rows = given.y.length, x = new Float32Array(given.x);
  if (x.length !== rows * features) {
    throw new RangeError(`invalid ${prefix}x: ${x.length} numbers (${rows} rows of ${features} features)`);
  }
  const wrong = x.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) {
    const at = `row ${Math.floor(wrong / features)}, feature ${wrong % features}`;
    throw new RangeError(`invalid ${prefix}x: ${shown(given.x[wrong])} at ${at} (a finite number)`);
  }
  return { x, y: checkedTargets(given.y, classes, `${prefix}y`) };
}

function checkedTargets(
  y: ArrayLike<number>,
  classes: readonly string[],
  field: string,
): Int32Array | Float32Array {
  const fits = classes.length > 0
    ? (value: number) => Number.isInteger(value) && value >= 0 && value < classes.length
    : (value: number) => Number.isFinite(Math.fround(value));
  for (let row = 0; row < y.length; row++) {
    if (fits(y[row])) continue;
    const expected = classes.length > 0 ? `a class from 0 to ${classes.length - 1}` : "a finite number";
    throw new RangeError(`invalid ${field}: ${shown(y[row])} at row ${row} (${expected})`);
  }
  return classes.length > 0 ? Int32Array.from(y) : Float32Array.from(y);
}

/**
 * A split of the arrays as they are.
 * @throws as `checkedArrays`
 */
export function heldSplit(part: string, given: GivenArrays, meaning: ArrayMeaning) {
  checkKeys(part, given, ["x", "y", "count", "rows"]); // another dataset's split will do
  const { x, y } = checkedArrays(given, meaning, `${part}.`);
  if (y.length === 0) throw new RangeError(`invalid ${part}: 0 rows (at least 1)`);
  return { count: y.length, x, y, rows: Int32Array.from(y, (_, row) => row) };
}
