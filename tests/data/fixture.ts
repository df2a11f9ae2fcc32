/** Small datasets and plans that the tests of this folder share. */
import fc from "fast-check";
import { type BatchPlan, batchPlan, examplesAt } from "../../lib/batch_plan.ts";
import type { Batch, BatchSource } from "../../lib/data/batch.ts";
import type { Dataset, MemoryDataset } from "../../lib/data/dataset.ts";
import { fromArrays } from "../../lib/data/from_arrays.ts";
import { streamed, type StreamedOptions } from "../../lib/data/streamed.ts";

/** `examples` images of 2 × 3 pixels for training, in three classes; pixel 0 of each is its number. */
export function numbered(examples: number): MemoryDataset {
  const rows = examples + 6;
  const data = fromArrays({
    x: Array.from({ length: rows * 6 }, (_, i) => i % 6 === 0 ? i / 6 : Math.sin(i)),
    y: Array.from({ length: rows }, (_, row) => row % 3),
    features: 6,
    shape: [2, 3],
    classes: ["a", "b", "c"],
    split: { training: examples, validation: 3, test: 3 },
    name: "numbered",
  });
  // the number of an example is its place in the training split
  data.training.y.forEach((_, example) => data.training.x[example * 6] = example);
  return data;
}

/** The same examples as a stream, one by one, or in blocks of `block`. */
export function asStream(
  data: MemoryDataset,
  options: Partial<StreamedOptions> & { block?: number } = {},
): Dataset {
  const { block = 0, ...rest } = options, { x, y, count } = data.training, { features } = data;
  return streamed({
    open: function* () {
      for (let i = 0; i < count; i += block || 1) {
        if (block === 0) yield { x: x.subarray(i * features, (i + 1) * features), y: y[i] };
        else yield { x: x.subarray(i * features, (i + block) * features), y: y.subarray(i, i + block) };
      }
    },
    count,
    features,
    shape: data.shape,
    classes: data.classes,
    validation: { x: data.validation.x, y: data.validation.y },
    test: { x: data.test.x, y: data.test.y },
    ...rest,
  });
}

/** Every plan of up to 40 examples: remainders, accumulation and what is left over. */
export const plans: fc.Arbitrary<BatchPlan> = fc.record({
  examples: fc.integer({ min: 1, max: 40 }),
  batch: fc.integer({ min: 1, max: 45 }),
  remainder: fc.constantFrom("train" as const, "drop" as const, "wrap" as const),
  batches: fc.integer({ min: 1, max: 4 }),
  leftover: fc.constantFrom("flush" as const, "carry" as const, "drop" as const),
}).map(({ examples, batch, remainder, batches, leftover }) => {
  try {
    return batchPlan(examples, batch, remainder, { batches, leftover });
  } catch {
    return null; // a plan whose epochs would be empty
  }
}).filter((plan): plan is BatchPlan => plan !== null);

/** Numbers of the examples in a batch. */
export const numbersIn = ({ x }: Batch): number[] =>
  Array.from({ length: x.length / 6 }, (_, row) => x[row * 6]);

/** The first `updates` of a source, asked in order; ends with null where it ends. */
export async function firstOf(source: BatchSource, updates: number): Promise<(readonly Batch[] | null)[]> {
  const all: (readonly Batch[] | null)[] = [];
  for (let index = 0; index < updates; index++) all.push(await source.at(index));
  await source.close();
  return all;
}

/** Updates that begin in the first `epochs` passes. */
export function updatesOf(plan: BatchPlan, epochs: number): number {
  let updates = 0;
  while (examplesAt(plan, updates) < epochs * plan.trainingExamples) updates++;
  return updates;
}
