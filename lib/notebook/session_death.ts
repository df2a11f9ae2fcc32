/** What a cell is told that was running when its kernel ended. */
import type { KernelEnd } from "./process.ts";
import type { CellError } from "./wire.ts";

const NAMES = ["OutOfMemory", "NoAnswer", "KernelEnded"];

/** Whether an error says that its cell ended a kernel. */
export const endedKernel = (error: CellError | undefined): boolean => NAMES.includes(error?.name ?? "");

/** The end of a kernel as the error of the cells that ran, with what to do. */
export function endError(end: KernelEnd): CellError {
  if (end.kind === "memory") {
    return {
      name: "OutOfMemory",
      message: end.why,
      hint: "Hold less at once, then edit the cell or change an input.",
    };
  }
  if (end.kind === "killed") {
    return {
      name: "NoAnswer",
      message: `${end.why}, and its kernel was ended`,
      hint: "Edit the cell or change an input to run it again.",
    };
  }
  return {
    name: "KernelEnded",
    message: `the kernel ended: ${end.why}`,
    hint: "Edit the cell or change an input to run it again.",
  };
}
