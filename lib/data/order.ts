/** Which examples each pass sees, and in which order: a pure function of (seed, epoch), so a resumed run needs no cursor. */
import { permutation } from "../random.ts";

/**
 * The order of examples in one epoch.
 *
 * @example
 * ```ts
 * import { epochOrder } from "./order.ts";
 * epochOrder(7, 0, 1097).length; // 1097
 * ```
 */
export function epochOrder(seed: number, epoch: number, examples: number): Int32Array {
  return permutation(seed, "batch order", epoch, examples);
}

/**
 * `epochOrder`, with the last two orders remembered to save work: a batch that runs over an epoch's border reads two.
 *
 * @example
 * ```ts
 * import { epochOrders } from "./order.ts";
 * const orderOf = epochOrders(7, 1097);
 * orderOf(0).length; // 1097
 * ```
 */
export function epochOrders(seed: number, examples: number): (epoch: number) => Int32Array {
  let kept: [number, Int32Array][] = [];
  return (epoch) => {
    let found = kept.find(([known]) => known === epoch);
    if (!found) kept = [...kept.slice(-1), found = [epoch, epochOrder(seed, epoch, examples)]];
    return found[1];
  };
}
