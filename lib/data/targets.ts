/** What a loss compares outputs with, made of classes or values. */
import { shown } from "../durations.ts";
import type { Loss } from "../models/model.ts";
import type { Dataset } from "./dataset.ts";

/** How one example's class or value becomes the numbers that a loss reads. */
export interface Targets {
  /** numbers per example */
  readonly width: number;
  /** writes the target of row `row` into `into`, which holds zeros there */
  write(into: Float32Array, row: number, y: number): void;
}

/**
 * Targets by loss: one-hot for `softmaxCrossEntropy`, 0 or 1 for `sigmoidCrossEntropy`, the value itself for
 * `meanSquaredError`.
 *
 * @throws RangeError `invalid data: prices has no classes (softmaxCrossEntropy tells classes apart)`; when written,
 *   `invalid label: 12 in digits (a class from 0 to 9)`
 *
 * @example
 * ```ts
 * import { targetsOf } from "./targets.ts";
 * const targets = targetsOf("softmaxCrossEntropy", { name: "coins", classes: ["heads", "tails"] });
 * const into = new Float32Array(targets.width);
 * targets.write(into, 0, 1); // [0, 1]
 * ```
 */
export function targetsOf(loss: Loss, { name, classes }: Pick<Dataset, "name" | "classes">): Targets {
  if (loss === "meanSquaredError") {
    return {
      width: 1,
      write: (into, row, y) => {
        if (!Number.isFinite(y)) {
          throw new RangeError(`invalid value: ${shown(y)} in ${name} (a finite number)`);
        }
        into[row] = y;
      },
    };
  }
  const most = loss === "sigmoidCrossEntropy" ? 2 : Infinity;
  if (classes.length < 2 || classes.length > most) {
    const has = classes.length === 0
      ? "no classes"
      : `${classes.length} class${classes.length === 1 ? "" : "es"}`;
    const tells = most === 2 ? "two classes" : "classes";
    throw new RangeError(`invalid data: ${name} has ${has} (${loss} tells ${tells} apart)`);
  }
  const width = most === 2 ? 1 : classes.length;
  return {
    width,
    write: (into, row, y) => {
      if (!(Number.isInteger(y) && y >= 0 && y < classes.length)) {
        throw new RangeError(
          `invalid label: ${shown(y)} in ${name} (a class from 0 to ${classes.length - 1})`,
        );
      }
      if (width === 1) into[row] = y;
      else into[row * width + y] = 1;
    },
  };
}
