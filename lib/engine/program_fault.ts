/** A call of an engine that failed where it compiles or runs a program. `code` is as absl's statuses count. */
import { printable } from "../printable.ts";

export class ProgramFault extends Error {
  override readonly name: string = "ProgramFault";
  /** one line, however long and strange the library's was */
  readonly reason: string;

  constructor(readonly engine: string, readonly call: string, readonly code: number, reason: string) {
    const line = printable(reason, LONGEST), status = `${statuses[code] ?? `code ${code}`}: `;
    super(`${engine}: ${call}: ${line.startsWith(status) ? "" : status}${line}${advice(engine, code, line)}`);
    this.reason = line;
  }
}

/** Characters of a reason. */
const LONGEST = 400;
/** Names of absl::StatusCode. */
const statuses = [
  ...["OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS"],
  ...["PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE"],
  ...["UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED"],
];
/** Code of what there is not enough of. */
const OUT_OF_MEMORY = statuses.indexOf("RESOURCE_EXHAUSTED");

/** What helps against it, where something is known to. */
function advice(engine: string, code: number, reason: string): string {
  if (/no space left/i.test(reason)) return " (free disk space)";
  if (code !== OUT_OF_MEMORY) return "";
  return ` (a smaller batch needs less${engine === "xla" ? "; of a GPU --device-memory takes more" : ""})`;
}
