/** Files that can only be read as a whole. */
import { joinedBytes } from "../../joined_bytes.ts";
import type { LogParser, ParsedLog } from "../logged.ts";

/** A parser that waits for all bytes, and reads them as text each time that it is asked. */
export function wholeFile(read: (text: string, bytes: Uint8Array) => ParsedLog[]): LogParser {
  let pieces: Uint8Array[] = [];
  return {
    push(bytes) {
      pieces.push(bytes.slice()); // a copy: the giver may use its buffer again
    },
    result() {
      const whole = joinedBytes(pieces);
      pieces = [whole];
      return read(new TextDecoder().decode(whole), whole);
    },
  };
}

/** The byte of a character of a file that was read as text: at most the last one, where bytes were no UTF-8. */
export function byteAt(bytes: Uint8Array, character: number): number {
  const text = new TextDecoder().decode(bytes).slice(0, character);
  return Math.max(0, Math.min(new TextEncoder().encode(text).length, bytes.length - 1));
}
