/** What each update of a call has of its own, as the rows of a compiled loop. */
import type { Batch } from "../data/batch.ts";
import { exampleRows, type UpdateShape } from "../data/batch_rows.ts";
import { DRAW_NUMBERS, drawNumbers } from "../engine/programs/recorded_draws.ts";
import { tf } from "../engine/tf.ts";
import { optimizerKind } from "../optimizers/optimizer_kind.ts";
import { averageShare } from "./average.ts";
import type { UpdateInputs } from "./recorded_updates.ts";
import type { FilledSpec } from "./spec.ts";
import type { Stretch } from "./updates.ts";

/** The numbers of an update that stand for its rate: the optimizer's and, where there is one, the running mean's. */
export function coefficientsOf(
  { optimizer, average }: FilledSpec,
  rate: number,
  number: number,
): readonly number[] {
  const own = optimizerKind(optimizer).coefficients(optimizer, rate, number);
  return average ? [...own, averageShare(average.decay, number)] : own;
}

export class UpdateRows {
  readonly #spec: FilledSpec;
  readonly #sizes: UpdateInputs;
  readonly #capacity: number;
  readonly #write: ReturnType<typeof exampleRows>;
  // The arrays serve call after call: their values are on the engine by the time that the next ones are written.
  readonly #numbers: Float32Array;
  readonly #draws: Int32Array;
  readonly #placesOf = new Map<number, Int32Array>();
  /** places of examples that were looked up before they were asked for */
  #ahead: { readonly tries: number; readonly count: number; readonly places: Int32Array } | null = null;

  constructor(spec: FilledSpec, sizes: UpdateInputs, capacity: number) {
    this.#spec = spec;
    this.#sizes = sizes;
    this.#capacity = capacity;
    this.#write = exampleRows(spec.seed, spec.batches);
    this.#numbers = new Float32Array(capacity * sizes.coefficients);
    this.#draws = new Int32Array(capacity * DRAW_NUMBERS);
  }

  /**
   * Rows of `count` updates of a stretch, by the names of `rowNames`. Rows past the last one are read by nobody. Their
   * values are to be handed to the engine before anything else is asked for.
   * @param read the batches of each, where updates bring their own
   */
  of(
    shape: UpdateShape,
    { step, tries, rates }: Stretch,
    count: number,
    read: readonly (readonly Batch[])[],
  ): Record<string, tf.Tensor> {
    const capacity = this.#capacity, { features, width, table, coefficients } = this.#sizes;
    const numbers = this.#numbers, draws = this.#draws, examples = examplesIn(shape);
    for (let i = 0; i < count; i++) {
      numbers.set(coefficientsOf(this.#spec, rates[i], step + 1 + i), i * coefficients);
      draws.set(drawNumbers(this.#spec.seed, step + 1 + i), i * DRAW_NUMBERS);
    }
    const own = {
      coefficients: tf.tensor2d(numbers, [capacity, coefficients]),
      draws: tf.tensor2d(draws, [capacity, DRAW_NUMBERS], "int32"),
    };
    if (table) {
      const places = this.#found(tries, count) ?? this.#places(shape, tries, count);
      return { ...own, examples: tf.tensor2d(places, [capacity, examples], "int32") };
    }
    const stacked = (of: "x" | "target", size: number) => {
      const all = new Float32Array(capacity * examples * size);
      let at = 0;
      for (const batch of read.slice(0, count).flat()) {
        all.set(batch[of], at);
        at += batch[of].length;
      }
      return tf.tensor3d(all, [capacity, examples, size]);
    };
    return { ...own, x: stacked("x", features), target: stacked("target", width) };
  }

  /** Looks up what will be asked for next, while the engine is at work: `count` updates from `tries` on, of one shape. */
  lookAhead(shape: UpdateShape, tries: number, count: number): void {
    if (this.#sizes.table) this.#ahead = { tries, count, places: this.#places(shape, tries, count) };
  }

  #found(tries: number, count: number): Int32Array | null {
    const ahead = this.#ahead;
    this.#ahead = null;
    return ahead?.tries === tries && ahead.count >= count ? ahead.places : null;
  }

  #places(shape: UpdateShape, tries: number, count: number): Int32Array {
    const examples = examplesIn(shape);
    const places = this.#placesOf.get(examples) ?? new Int32Array(this.#capacity * examples);
    this.#placesOf.set(examples, places);
    for (let i = 0; i < count; i++) this.#write(places, i * examples, tries + i);
    return places;
  }
}

const examplesIn = (shape: UpdateShape): number => shape.reduce((sum, count) => sum + count, 0);
