/** The random numbers of an update by operations of the native engine: the generator of random.ts, with its bits. */
import { purposeWord } from "../../random.ts";
import type { Draws } from "../draws.ts";
import type { NativeBinding } from "../native/binding.ts";
import { idOf, nativeBackend, tensorOf } from "../native/native_ids.ts";
import { dtypes } from "../native/native_tensor.ts";
import { tf } from "../tf.ts";

/** How many numbers tell which random numbers an update has. */
export const DRAW_NUMBERS = 4;

/** They are the halves of the seed, then of the update's number, lowest first, as 32-bit words. */
export const drawNumbers = (seed: number, update: number): readonly number[] => [
  seed | 0,
  Math.floor(seed / 0x100000000) | 0,
  update | 0,
  Math.floor(update / 0x100000000) | 0,
];

/** Philox, among TensorFlow's generators. */
const PHILOX = 1;
/** TF_DataType of what TensorFlow.js has no tensors of. */
const UINT64 = 23;

/**
 * The random numbers of the update that `numbers` tell.
 *
 * Words come from StatelessRandomUniformFullIntV2, of key and counter made here: XLA scrambles a seed, and turns words
 * into floats, in other ways than TensorFlow's kernels.
 *
 * @param numbers int32 [4], those of `drawNumbers`
 * @example
 * ```ts ignore
 * const draws = recordedDraws(tf.tensor1d(drawNumbers(7, 1), "int32"));
 * ```
 */
export function recordedDraws(numbers: tf.Tensor1D): Draws {
  return {
    kept: (purpose, shape, rate) =>
      tf.tidy(() => {
        const least = Math.ceil(rate * 2 ** 32);
        if (least === 2 ** 32) return tf.zeros([...shape]); // no word is as large
        const { binding } = nativeBackend();
        const [seed, seedHigh, update, updateHigh] = tf.split(numbers, DRAW_NUMBERS);
        const zero = tf.tensor1d([0], "int32"), word = tf.tensor1d([purposeWord(purpose) | 0], "int32");
        const key = asUint64(binding, tf.stack([seed, word], 1));
        const counter = asUint64(
          binding,
          tf.reshape(tf.concat([zero, seedHigh, update, updateHigh]), [2, 2]),
        );
        const size = shape.reduce((product, length) => product * length, 1);
        const length = idOf(tf.tensor1d([size], "int32")), algorithm = idOf(tf.scalar(PHILOX, "int32"));
        const attributes = [
          { name: "dtype", type: binding.TF_ATTR_TYPE, value: dtypes.int32 },
          { name: "Tshape", type: binding.TF_ATTR_TYPE, value: dtypes.int32 },
        ];
        const op = "StatelessRandomUniformFullIntV2";
        const [words] = binding.executeOp(op, attributes, [length, key, counter, algorithm], 1);
        binding.deleteTensor(key);
        binding.deleteTensor(counter);
        return tf.reshape(tf.cast(atLeast(tensorOf(words), least), "float32"), [...shape]);
      }),
  };
}

/** Pairs of 32-bit words as uint64, lowest first: the binding's number of a tensor that its caller deletes. */
function asUint64(binding: NativeBinding, pairs: tf.Tensor): number {
  const attributes = [
    { name: "T", type: binding.TF_ATTR_TYPE, value: dtypes.int32 },
    { name: "type", type: binding.TF_ATTR_TYPE, value: UINT64 },
  ];
  return binding.executeOp("Bitcast", attributes, [idOf(pairs)], 1)[0].id;
}

/** Whether word ≥ least, for words that are unsigned and held as int32: both sides shifted by 2³¹. */
function atLeast(words: tf.Tensor, least: number): tf.Tensor {
  const { binding } = nativeBackend();
  const type = [{ name: "T", type: binding.TF_ATTR_TYPE, value: dtypes.int32 }];
  const shifted = nativeBackend().executeSingleOutput("BitwiseXor", type, [
    words,
    tf.scalar(-(2 ** 31), "int32"),
  ]);
  return tf.greaterEqual(shifted, tf.scalar(least - 2 ** 31, "int32"));
}
