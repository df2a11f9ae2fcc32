/** Augmentation of one example: every random number is a function of (seed, purpose, example, epoch). */
import { normals, uniforms } from "../random.ts";
import type { Dataset } from "./dataset.ts";
import { moveImage } from "./move_image.ts";

/** Changes the numbers of an example in place, as the epoch sees it. */
export type Augmenter = (x: Float32Array, example: number, epoch: number) => void;

/** What a dataset's augmentation does to one example; null when it leaves each as it is. */
export function augmenterOf(data: Dataset, seed: number): Augmenter | null {
  const { shift = 0, rotation = 0, noise = 0 } = data.augmentation ?? {};
  if (shift === 0 && rotation === 0 && noise === 0) return null;
  const draw = drawOf(data);
  const [height, width, channels = 1] = data.shape, between = (u: number, most: number) => (2 * u - 1) * most;
  return (x, example, epoch) => {
    const index = draw(example, epoch);
    if (shift > 0 || rotation > 0) {
      const [turn, down, right] = uniforms(seed, "augmentation move", index, 3);
      x.set(moveImage(x, { height, width, channels }, {
        degrees: between(turn, rotation),
        down: between(down, shift),
        right: between(right, shift),
      }));
    }
    if (noise > 0) {
      const added = normals(seed, "augmentation noise", index, x.length);
      for (let i = 0; i < x.length; i++) x[i] += noise * added[i];
    }
  };
}

/** One number for each (example, epoch): the index under which its random numbers are drawn. */
export const drawOf = ({ training: { count } }: Dataset) => (example: number, epoch: number): number =>
  epoch * count + example;
