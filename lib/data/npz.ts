/** NumPy's archives: several arrays in one file, two of which make a dataset. */
import { checkKeys } from "../option_checks.ts";
import { shown } from "../durations.ts";
import { BadData } from "./bad_data.ts";
import { type Bounds, type File, fileBytes } from "./file_bytes.ts";
import type { Arrays } from "./from_arrays.ts";
import { npyArray } from "./npy_array.ts";
import { labelledArrays } from "./labelled_arrays.ts";
import { zipMember } from "./zip_member.ts";

/** Exactly one of `label` and `value` is given. */
export interface NpzOptions extends Bounds {
  /** name of the array of features, `rows × …`; default "x" */
  readonly x?: string;
  /** name of the array of classes: whole numbers, which become classes in sorted order */
  readonly label?: string;
  /** name of the array of values, for regression */
  readonly value?: string;
}

/**
 * Reads two arrays of an archive as `numpy.savez` or `savez_compressed` writes it.
 *
 * @param file a path, a file URL or bytes
 * @param options names of the arrays, and bounds
 * @returns arrays for `datasets.fromArrays`; the shape of an example is that of a row of x
 * @throws BadData for what is no array of numbers, for a header or directory that does not fit the file, and for
 *   numbers that are not finite, by row and feature
 *
 * @example
 * ```ts ignore
 * import { datasets } from "plateau";
 * const arrays = await datasets.npz("mnist.npz", { x: "x_train", label: "y_train" });
 * const data = datasets.fromArrays({ ...arrays, standardise: true });
 * ```
 */
export async function npz(file: File, options: NpzOptions): Promise<Arrays> {
  checkKeys("npz", options, ["x", "label", "value", "maxBytes"]);
  const { x = "x", label, value } = options;
  if ((label === undefined) === (value === undefined)) {
    throw new TypeError(`invalid label and value: ${shown(label)} and ${shown(value)} (one of the two)`);
  }
  const { file: name, bytes, maxBytes } = await fileBytes(file, options), target = (label ?? value)!;
  const read = (array: string) =>
    npyArray(`${name}, ${array}`, zipMember(name, bytes, array, ".npy", maxBytes), maxBytes);
  const features = read(x), targets = read(target);
  const [rows, ...shape] = features.shape;
  if (rows === undefined) throw new BadData(`${name}, ${x}`, "a single number (rows of features)");
  return labelledArrays(
    name,
    { values: features.values, rows, shape },
    targets,
    label === undefined ? "value" : "label",
  );
}
