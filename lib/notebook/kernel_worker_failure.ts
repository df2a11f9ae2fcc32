import { CellFailure } from "./runtime_error.ts";
import type { CellError } from "./wire.ts";

/** What a cell threw in its thread, as the runtime knows it. */
export const workerFailure = (error: CellError): Error =>
  error.name === "AbortError" ? new DOMException(error.message, error.name) : new CellFailure(error);
