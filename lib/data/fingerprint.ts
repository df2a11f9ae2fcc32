/** What data is, as one short name: the same numbers, the same fingerprint. */
import { createHash, type Hash } from "node:crypto";
import { type Dataset, isStreamed } from "./dataset.ts";

const known = new WeakMap<Dataset, string>();

/**
 * Twelve hex digits of a SHA-256 over the numbers of all splits and what is done to them. Of a stream, whose examples
 * cannot be read in advance, the count, passes and shuffle stand in for them. Computed once a dataset.
 * @example
 * ```ts
 * import { datasets } from "plateau";
 * const same = fingerprint(datasets.digits()) === fingerprint(datasets.digits()); // true
 * ```
 */
export function fingerprint(data: Dataset): string {
  const made = known.get(data) ?? computed(data);
  known.set(data, made);
  return made;
}

function computed(data: Dataset): string {
  const hash = createHash("sha256");
  for (const split of [data.training, data.validation, data.test]) {
    const { count } = split;
    if (isStreamed(split)) {
      hash.update(JSON.stringify({ count, passes: String(split.passes), shuffle: split.shuffle }));
      continue;
    }
    hash.update(JSON.stringify({ count }));
    numbers(hash, split.x);
    numbers(hash, split.y);
  }
  const { features, shape, classes, augmentation } = data;
  hash.update(JSON.stringify({ features, shape, classes, augmentation }));
  return hash.digest("hex").slice(0, 12);
}

/** As 32-bit numbers, however they are held. */
const numbers = (hash: Hash, values: Float32Array | Int32Array): void =>
  void hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
