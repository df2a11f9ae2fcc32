/** The random numbers of an update as StableHLO: the generator of random.ts, with its bits. */
import { purposeWord } from "../../random.ts";
import type { Draws } from "../draws.ts";
import { tf } from "../tf.ts";
import { type Book, sizeOf, type Value } from "./stablehlo.ts";
import { tracingBackend } from "./trace.ts";

const MULTIPLIERS = [0xd2511f53, 0xcd9e8d57], WEYL = [0x9e3779b9, 0xbb67ae85];
const ROUNDS = 10;

/** Both halves of a product of 32-bit words, the high one first. */
function product(book: Book, word: Value, multiplier: number): readonly [Value, Value] {
  const wide = book.convert(word, "uint64");
  const whole = book.binary("multiply", wide, book.like(multiplier, wide));
  const high = book.binary("shift_right_logical", whole, book.like(32, whole));
  return [book.convert(high, "uint32"), book.convert(whole, "uint32")];
}

/** Blocks of Philox4x32-10 as `[blocks, 4]`, of a counter's words and a key's, one number or one a block each. */
function philox(book: Book, blocks: number, counter: readonly Value[], key: readonly Value[]): Value {
  const xor = (a: Value, b: Value) => book.binary("xor", a, b);
  let [c0, c1, c2, c3] = counter.map((word) => book.broadcast(word, [blocks]));
  for (let round = 0; round < ROUNDS; round++) {
    const [k0, k1] = key.map((word, i) =>
      book.binary("add", word, book.like(Math.imul(WEYL[i], round) >>> 0, word))
    );
    const [high0, low0] = product(book, c0, MULTIPLIERS[0]),
      [high1, low1] = product(book, c2, MULTIPLIERS[1]);
    [c0, c1, c2, c3] = [xor(xor(high1, c1), k0), low1, xor(xor(high0, c3), k1), low0];
  }
  return book.concat([c0, c1, c2, c3].map((word) => book.reshape(word, [blocks, 1])), 1);
}

/**
 * The random numbers of the update that `numbers` tell. Only within a trace.
 *
 * @param numbers int32 [4], those of `drawNumbers`
 * @example
 * ```ts ignore
 * const draws = tracedDraws(tf.tensor1d(drawNumbers(7, 1), "int32"));
 * ```
 */
export function tracedDraws(numbers: tf.Tensor1D): Draws {
  return {
    kept(purpose, shape, rate) {
      const least = Math.ceil(rate * 2 ** 32), size = sizeOf(shape), blocks = Math.ceil(size / 4);
      if (least === 2 ** 32) return tf.zeros([...shape]); // no word is as large
      const backend = tracingBackend(), book = backend.writing, given = backend.traceOf(numbers);
      const [seed, seedHigh, update, updateHigh] = Array.from({ length: 4 }, (_, i) => {
        const word = book.op("bitcast_convert", [book.slice(given, [i], [i + 1])], [1], "uint32");
        return book.reshape(word, []);
      });
      const counter = [book.iota([blocks], 0, "uint32"), seedHigh, update, updateHigh];
      const drawn = philox(book, blocks, counter, [seed, book.constant(purposeWord(purpose), [], "uint32")]);
      const words = book.slice(book.reshape(drawn, [4 * blocks]), [0], [size]);
      const kept = book.convert(book.compare("GE", words, book.like(least, words)), "float32");
      return backend.made(book.reshape(kept, shape));
    },
  };
}
