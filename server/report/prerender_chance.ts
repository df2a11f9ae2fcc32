/** What would differ from one drawing to the next, made the same: so a reader can draw a report again and compare. */

/** Numbers from 0 to 1 that look as if by chance, the same in each process. */
export function steadyRandom(): () => number {
  let state = 0x9e3779b9;
  return () => {
    // xorshift of 32 bits (G. Marsaglia, Xorshift RNGs, 2003)
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/**
 * A clock that goes on by a millisecond at each look, so that who waits for it does not wait for ever.
 * @param now what it shows first, milliseconds since 1970
 */
export function steadyDate(now: number): DateConstructor {
  const look = () => now++;
  return new Proxy(Date, {
    construct: (target, given, self) =>
      Reflect.construct(target, given.length === 0 ? [look()] : given, self),
    apply: () => new Date(look()).toString(),
    get: (target, name) => name === "now" ? look : Reflect.get(target, name),
  });
}
