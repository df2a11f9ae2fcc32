/** Label noise: what a training makes of wrong labels, and when it begins to learn them by heart. */
import { checkKeys, upToOne, whole } from "../option_checks.ts";
import { permutation, uniforms } from "../random.ts";
import { type Dataset, isStreamed, type MemoryDataset } from "./dataset.ts";

export interface NoisyLabelsOptions {
  /** of the training examples, from 0 to 1 */
  readonly share: number;
  /** of the noise, apart from the training's; default 0 */
  readonly seed?: number;
}

/**
 * The same dataset with a share of its training labels, rounded to whole examples, each replaced by one of the other
 * classes, all alike likely. Which and by what is a function of (seed, example); validation and test stay clean.
 *
 * @throws RangeError for a share outside 0 to 1, for data without classes and for a stream
 *
 * @example
 * ```ts
 * import { datasets } from "plateau";
 * datasets.noisyLabels(datasets.digits(), { share: 0.2 }).name; // "digits (20 % of labels wrong)"
 * ```
 */
export function noisyLabels(data: Dataset, options: NoisyLabelsOptions): MemoryDataset {
  checkKeys("noisyLabels", options, ["share", "seed"]);
  const { share, seed = 0 } = options, { training } = data, classes = data.classes.length;
  upToOne("share", share);
  whole("seed", seed, 0);
  if (isStreamed(training)) {
    throw new RangeError(`invalid data: ${data.name} is streamed (labels have to be in memory)`);
  }
  if (classes < 2) throw new RangeError(`invalid data: ${data.name} has no other class for a label`);
  const y = Int32Array.from(training.y), { count } = training;
  for (const example of permutation(seed, "label noise", 0, count).subarray(0, Math.round(share * count))) {
    const [other] = uniforms(seed, "label noise class", example, 1);
    y[example] = (y[example] + 1 + Math.floor(other * (classes - 1))) % classes;
  }
  const name = `${data.name} (${Number((100 * share).toPrecision(3))} % of labels wrong${
    seed ? `, seed ${seed}` : ""
  })`;
  return { ...data, name, training: { ...training, y } };
}
