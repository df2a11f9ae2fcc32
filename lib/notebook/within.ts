/**
 * What a promise gives, or undefined when it gives nothing for so long; it goes on.
 *
 * @example
 * ```ts
 * import { within } from "./within.ts";
 * await within(Promise.resolve(1), 100); // 1
 * await within(new Promise<number>(() => {}), 10); // undefined
 * ```
 */
export async function within<T>(promise: Promise<T>, milliseconds: number): Promise<T | undefined> {
  const late = Promise.withResolvers<undefined>(), timer = setTimeout(late.resolve, milliseconds, undefined);
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
