/** A call of PJRT, the C interface of XLA's devices, that failed. */
import { ProgramFault } from "../program_fault.ts";

/** `code` is an absl::StatusCode: 3 invalid argument, 8 out of memory, 9 a device that is not there, 12 unimplemented. */
export class PjrtError extends ProgramFault {
  override readonly name = "PjrtError";
  constructor(call: string, code: number, reason: string) {
    super("xla", call, code, reason);
  }
}
