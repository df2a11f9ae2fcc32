/** What an error that a report's own content brings about says of the report. */
import { StorageFault } from "../checkpoints/storage_fault.ts";
import { DecodeError } from "../notebook/codec.ts";
import { InvalidInput } from "../notebook/inputs.ts";
import { TailGap } from "../notebook/tails.ts";
import { WrongFrame } from "./frames.ts";
import { printable } from "../printable.ts";
import { MissingData } from "./place_sources.ts";
import { RecordFault } from "./record_options.ts";
import type { Recording } from "./recording.ts";
import { DamagedReport, NotAReport } from "./sections.ts";
import { differs, type Verdict } from "./verdict.ts";

/**
 * The verdict: whatever a report holds, checking it ends in one.
 *
 * @param recording of the report, where it could be read
 * @throws the error itself where it is this machine's: no report, data that is not here, no room
 */
export function refusal(error: unknown, recording?: Recording): Verdict {
  if (error instanceof NotAReport || error instanceof StorageFault) throw error;
  if (error instanceof MissingData && error.found === null) throw error;
  return differs(reasonOf(error, recording));
}

function reasonOf(error: unknown, recording: Recording | undefined): string {
  if (error instanceof DamagedReport || error instanceof MissingData) return error.message;
  if (error instanceof InvalidInput) return refusedInput(error, recording);
  if (error instanceof RecordFault) return `it does not run: ${printable(error.message, 300)}`;
  const text = error instanceof Error ? error.message : String(error);
  // made by hand: no recorder gives such values
  if (error instanceof DecodeError || error instanceof TailGap || error instanceof WrongFrame) {
    return `damaged report: recording: ${text}`;
  }
  return `it cannot be run again: ${printable(text, 300)}`;
}

/** A value that the report says an input has, and that its sources do not let it have. */
function refusedInput({ input, message }: InvalidInput, recording: Recording | undefined): string {
  const cell = recording?.notebook.cells.find(({ defines }) => defines.includes(input))?.name ?? "";
  return `${cell === "" ? "" : `cell ${printable(cell)} `}at ${printable(input)}: ${printable(message, 300)}`;
}
