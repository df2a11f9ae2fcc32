/** Augmentation: training examples that look a little different each time they are seen. */
import { atLeastZero, checkKeys } from "../option_checks.ts";
import { shown } from "../durations.ts";
import { type Augmentation, type Dataset, isStreamed } from "./dataset.ts";

const OPTIONS = ["shift", "rotation", "noise", "mixup"] as const;

/**
 * The same dataset with a description of what is done to its training examples; validation and test stay as they are.
 * Each random number is a function of (seed of the training, purpose, example, epoch): no batch, engine or resume
 * changes it. Images are turned about their centre, then shifted, bilinearly, with zeros where nothing was (which is a
 * feature's mean where data is standardised); then noise is added; then examples are mixed, targets alike.
 *
 * @param options shift in pixels, up to which an image moves on each axis; rotation in degrees, up to which it turns
 *   either way; noise, a standard deviation; mixup, the α of Beta(α, α) by which an example is blended with another
 *   one of the training set. Default none; those given already stay
 * @throws RangeError for shift and rotation of what is no image, and for mixup of a stream
 *
 * @example
 * ```ts
 * import { datasets } from "plateau";
 * const data = datasets.augmented(datasets.digits(), { shift: 1, rotation: 10, mixup: 0.2 });
 * data.name; // "digits (shift 1, rotation 10, mixup 0.2)"
 * ```
 */
export function augmented<D extends Dataset>(data: D, options: Augmentation): D {
  checkKeys("augmented", options, OPTIONS);
  const given = OPTIONS.filter((option) => options[option] !== undefined);
  for (const option of given) atLeastZero(option, options[option]);
  const isImage = data.shape.length === 2 || data.shape.length === 3;
  for (const option of ["shift", "rotation"] as const) {
    if (!isImage && (options[option] ?? 0) > 0) {
      throw new RangeError(
        `invalid ${option}: ${data.name} has no images (its shape is ${shown(data.shape)})`,
      );
    }
  }
  if (isStreamed(data.training) && (options.mixup ?? 0) > 0) {
    throw new RangeError(`invalid mixup: ${data.name} is streamed (a partner has to be in memory)`);
  }
  const text = given.map((option) => `${option} ${options[option]}`).join(", ");
  const name = text === "" ? data.name : `${data.name} (${text})`;
  return { ...data, name, augmentation: { ...data.augmentation, ...options } };
}
