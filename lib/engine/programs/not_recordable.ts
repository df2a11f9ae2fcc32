/** A function of tensors that cannot be compiled: it trains all the same, one operation at a time. */
export class NotRecordable extends Error {
  override readonly name = "NotRecordable";
  constructor(readonly reason: string, readonly action: string) {
    super(`${reason} (${action})`);
  }
}
