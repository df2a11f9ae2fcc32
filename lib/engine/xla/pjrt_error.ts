/** A call of PJRT, the C interface of XLA's devices, that failed. */

/** `code` is an absl::StatusCode: 3 invalid argument, 8 out of memory, 9 a device that is not there, 12 unimplemented. */
export class PjrtError extends Error {
  override readonly name = "PjrtError";
  constructor(readonly call: string, readonly code: number, readonly reason: string) {
    super(`xla: ${call}: ${reason}${code === 8 ? " (a smaller batch needs less)" : ""}`);
  }
}
