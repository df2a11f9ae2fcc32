/** The IDX files of MNIST and its kin: one of images, one of labels. */
import { checkKeys } from "../option_checks.ts";
import { BadData } from "./bad_data.ts";
import { type Bounds, checkSize, type File, type FileBytes, fileBytes } from "./file_bytes.ts";
import type { Arrays } from "./from_arrays.ts";
import { labelledArrays } from "./labelled_arrays.ts";

const KINDS = new Map<number, { bytes: number; read: (view: DataView, at: number) => number }>([
  [0x08, { bytes: 1, read: (view, at) => view.getUint8(at) }],
  [0x09, { bytes: 1, read: (view, at) => view.getInt8(at) }],
  [0x0b, { bytes: 2, read: (view, at) => view.getInt16(at) }],
  [0x0c, { bytes: 4, read: (view, at) => view.getInt32(at) }],
  [0x0d, { bytes: 4, read: (view, at) => view.getFloat32(at) }],
  [0x0e, { bytes: 8, read: (view, at) => view.getFloat64(at) }],
]);

/**
 * Reads images and labels in IDX, gzipped or not, as MNIST comes (`train-images-idx3-ubyte.gz` and
 * `train-labels-idx1-ubyte.gz`). Numbers stay as they are, from 0 to 255 for MNIST.
 *
 * Source of the format: LeCun, Cortes, Burges, The MNIST database.
 *
 * @param images a path, a file URL or bytes
 * @param labels the same, with one whole number an image
 * @returns arrays for `datasets.fromArrays`; the shape of an example is that of an image
 * @throws BadData for what is no IDX, and for a header that does not fit the file
 *
 * @example
 * ```ts
 * import { datasets } from "plateau";
 * const images = Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 10, 20, 30, 40);
 * const labels = Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 7, 3);
 * const arrays = await datasets.idx(images, labels);
 * arrays.classes; // ["3", "7"]
 * ```
 */
export async function idx(images: File, labels: File, options: Bounds = {}): Promise<Arrays> {
  checkKeys("idx", options, ["maxBytes"]);
  const read = await fileBytes(images, options);
  const x = idxArray(read), y = idxArray(await fileBytes(labels, options));
  const [rows, ...shape] = x.shape;
  return labelledArrays(read.file, { values: x.values, rows, shape }, y, "label");
}

function idxArray({ file, bytes, maxBytes }: FileBytes) {
  const kind = KINDS.get(bytes[2]), axes = bytes[3], start = 4 + 4 * axes;
  if (bytes[0] !== 0 || bytes[1] !== 0 || !kind || !(axes >= 1)) throw new BadData(file, "not an IDX file");
  if (bytes.length < start) throw new BadData(file, "ends within its header");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shape = Array.from({ length: axes }, (_, axis) => view.getUint32(4 + 4 * axis));
  const count = shape.reduce((product, size) => product * size, 1), held = bytes.length - start;
  if (count * kind.bytes !== held) {
    throw new BadData(file, `${shape.join(" × ")} numbers of ${kind.bytes} bytes, in ${held} bytes`);
  }
  checkSize(file, "the array", 4 * count, maxBytes);
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) values[i] = kind.read(view, start + i * kind.bytes);
  return { shape, values };
}
