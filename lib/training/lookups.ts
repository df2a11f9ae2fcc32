/** Lookups out of a table's range, where an engine's programs give what is no number instead of an error. */
import type { Split } from "../data/dataset.ts";
import { outputsOf } from "./forward.ts";
import type { FilledSpec } from "./spec.ts";
import type { LoopTensors } from "./updates.ts";

/** What TensorFlow.js says of a place out of range. */
const OUT_OF_RANGE = /^GatherV2: the index value/;

/**
 * Runs a network's forward pass one operation at a time: a lookup on its own says which index it refuses.
 *
 * @param examples batches or splits that a program made no numbers of
 * @throws Error `GatherV2: the index value 3 is not in [0, 2]`
 */
export function refuseLookups(
  { model }: FilledSpec,
  { parameters, statistics }: LoopTensors,
  examples: readonly Pick<Split, "x" | "count">[],
): void {
  try {
    for (const each of examples) outputsOf(model, { parameters, statistics }, each);
  } catch (error) {
    // an operation that lacks here has run in the program
    if (OUT_OF_RANGE.test((error as Error).message)) throw error;
  }
}
