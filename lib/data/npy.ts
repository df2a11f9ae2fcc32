/** Single NumPy arrays. */
import { checkKeys } from "../option_checks.ts";
import { type Bounds, type File, fileBytes } from "./file_bytes.ts";
import { type NpyArray, npyArray } from "./npy_array.ts";

/**
 * Reads one array of numbers as `numpy.save` writes it: whole numbers of up to 32 bits as Int32Array, half and single
 * precision as Float32Array, the others as Float64Array (whole numbers beyond 2⁵³ are rounded).
 *
 * @param file a path, a file URL or bytes
 * @throws BadData for what is no array of numbers, and for a header that does not fit the file
 *
 * @example
 * ```ts ignore
 * import { datasets } from "plateau";
 * const { values: x, shape } = await datasets.npy("features.npy");
 * ```
 */
export async function npy(file: File, options: Bounds = {}): Promise<NpyArray> {
  checkKeys("npy", options, ["maxBytes"]);
  const { file: name, bytes, maxBytes } = await fileBytes(file, options);
  return npyArray(name, bytes, maxBytes);
}
