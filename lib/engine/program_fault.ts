/** A call of an engine that failed where it compiles or runs a program. `code` is as absl's statuses count. */
export class ProgramFault extends Error {
  override readonly name: string = "ProgramFault";
  constructor(
    readonly engine: string,
    readonly call: string,
    readonly code: number,
    readonly reason: string,
  ) {
    super(`${engine}: ${call}: ${reason}${advice(code, reason)}`);
  }
}

/** Code of what there is not enough of. */
const OUT_OF_MEMORY = 8;

/** What helps against it, where something is known to. */
function advice(code: number, reason: string): string {
  if (/no space left/i.test(reason)) return " (free disk space)";
  return code === OUT_OF_MEMORY ? " (a smaller batch needs less)" : "";
}
