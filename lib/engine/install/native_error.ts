/** The library cannot be installed; one line that says why and what to do. */
export class NativeError extends Error {
  override readonly name = "NativeError";
}
