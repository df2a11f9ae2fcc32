/** Finds the last update of a call that left all numbers. */
import { tf } from "../engine/tf.ts";

interface Called {
  readonly finite: boolean;
  readonly state: readonly tf.Tensor[];
}

/**
 * What is no number stays none, so whether the state is numbers after so many updates changes once: bisection finds
 * where, by running the first few again.
 *
 * @param call runs so many updates from the beginning
 * @param log what each update logged: `width` numbers, which are none when the update is not to be applied
 * @param count updates of the call whose state, or log, is not all numbers
 * @returns updates before that one, and the state after them: null for the one at the beginning
 */
export async function lastFinite(
  call: (updates: number) => Promise<Called>,
  log: Float32Array,
  width: number,
  count: number,
): Promise<{ readonly applied: number; readonly state: readonly tf.Tensor[] | null }> {
  const bad = log.subarray(0, count * width).findIndex((number) => !Number.isFinite(number));
  // after `good` updates all are numbers; after `most` + 1 not
  let good = 0,
    most = bad < 0 ? count - 1 : Math.floor(bad / width),
    kept: readonly tf.Tensor[] | null = null;
  for (let next = most; good < most; next = Math.ceil((good + most) / 2)) {
    const { finite, state } = await call(next).catch((error) => {
      tf.dispose([...kept ?? []]);
      throw error;
    });
    if (!finite) {
      tf.dispose([...state]);
      most = next - 1;
      continue;
    }
    if (kept) tf.dispose([...kept]);
    [good, kept] = [next, state];
  }
  return { applied: good, state: kept };
}
