/** The digits as a stream. */
import { streamed } from "../../lib/data/streamed.ts";
import { data } from "../training/fixture.ts";

/**
 * A stream that gives these rows of the training digits a pass, of 1,097 declared.
 * @param passes how often it can be opened
 * @param shuffle examples that the next one is drawn from; 1 leaves their order
 */
export function digitStream(rows: Iterable<number>, passes: number, shuffle = 1) {
  const { training: { x, y, count }, validation, test, features, classes } = data, given = [...rows];
  return streamed({
    *open() {
      for (const row of given) yield { x: x.subarray(row * features, (row + 1) * features), y: y[row] };
    },
    count,
    passes,
    shuffle,
    features,
    classes,
    validation: { x: validation.x, y: validation.y },
    test: { x: test.x, y: test.y },
  });
}

/** The first so many rows, in their order. */
export const firstRows = (count: number): number[] => Array.from({ length: count }, (_, row) => row);
