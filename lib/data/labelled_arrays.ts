/** An array of features and one of targets, brought together: what `npz` and `idx` give. */
import { BadData } from "./bad_data.ts";
import { nameOf } from "./file_bytes.ts";
import type { Arrays } from "./from_arrays.ts";
import { labelled } from "./table.ts";

/** Rows of features, as a file holds them. */
export interface FeatureArray {
  readonly values: ArrayLike<number>;
  readonly rows: number;
  /** of one row */
  readonly shape: readonly number[];
}

export interface TargetArray {
  readonly values: ArrayLike<number>;
  readonly shape: readonly number[];
}

/**
 * @param file for errors
 * @throws BadData `invalid data: a.npz: 60000 rows of features and 10000 labels`
 */
export function labelledArrays(
  file: string,
  { values, rows, shape: row }: FeatureArray,
  targets: TargetArray,
  kind: "label" | "value",
): Arrays {
  const shape = row.length > 0 ? row : [1], features = shape.reduce((product, size) => product * size, 1);
  const count = targets.values.length;
  if (rows !== count || targets.shape[0] !== count) {
    throw new BadData(file, `${rows} rows of features and ${targets.shape.join(" × ")} ${kind}s`);
  }
  if (rows === 0 || features === 0) throw new BadData(file, "no numbers");
  const x = values instanceof Float32Array ? values : Float32Array.from(values);
  const wrong = x.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) {
    const place = { row: Math.floor(wrong / features) + 1, column: String(wrong % features) };
    throw new BadData(file, `${values[wrong]} (a finite number)`, place);
  }
  const refuse = (at: number, reason: string): never => {
    throw new BadData(file, reason, { row: at + 1 });
  };
  if (kind === "label") {
    return { name: nameOf(file), x, features, shape, ...labelled(targets.values, refuse) };
  }
  const y = Float32Array.from(targets.values), bad = y.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) refuse(bad, `${targets.values[bad]} (a finite value)`);
  return { name: nameOf(file), x, features, shape, classes: [], y };
}
