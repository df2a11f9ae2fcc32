/** Checks of sizes. */
import { shown } from "../durations.ts";

/** @throws RangeError `invalid filters: [] (a list of one or more whole numbers, at least 1 each)` */
export function dimensions(name: string, values: unknown, least: number): readonly number[] {
  const isSize = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 1;
  if (!Array.isArray(values) || values.length < least || !values.every(isSize)) {
    const many = least === 1 ? "one" : "two";
    throw new RangeError(
      `invalid ${name}: ${shown(values)} (a list of ${many} or more whole numbers, at least 1 each)`,
    );
  }
  return [...values];
}
