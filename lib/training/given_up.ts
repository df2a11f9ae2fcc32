/** A training is given up by whoever began it: the reason of its signal, where nobody stopped it by hand. */
export class GivenUp extends Error {
  override readonly name = "GivenUp";
  /** @param because why, as the outcome tells it */
  constructor(readonly because: string) {
    super(because);
  }
}
