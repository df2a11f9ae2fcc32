/** Bytes that come in pieces, cut into lines. */
import { joinedBytes } from "../../joined_bytes.ts";

export interface Line {
  readonly text: string;
  /** byte in the file at which it begins */
  readonly offset: number;
}

/** Longer lines are no log. Bytes. */
export const LONGEST_LINE = 1_000_000;

const LF = 10, CR = 13;

/**
 * Lines end with LF, CR or CRLF: a progress bar that goes back by CR leaves a line each time. Empty lines are left out,
 * bytes that are no UTF-8 become U+FFFD, and a line of more than 1,000,000 bytes is passed over. The lines are the same
 * however the bytes were cut.
 *
 * @example
 * ```ts
 * import { Lines } from "./lines.ts";
 *
 * const lines = new Lines(() => {});
 * const [first] = lines.push(new TextEncoder().encode("epoch,loss\r\n0,0."));
 * console.assert(first.text === "epoch,loss" && lines.tail()?.offset === 12);
 * ```
 */
export class Lines {
  readonly #tooLong: (offset: number) => void;
  readonly #decoder = new TextDecoder();
  #pieces: Uint8Array[] = [];
  /** bytes of the line that has no end yet, also those that were dropped because they are too many */
  #length = 0;
  /** where that line begins */
  #offset = 0;

  /** @param tooLong told of each line that is passed over, once, by the byte at which it begins */
  constructor(tooLong: (offset: number) => void) {
    this.#tooLong = tooLong;
  }

  /** The lines that end in these bytes. */
  push(bytes: Uint8Array): Line[] {
    const lines: Line[] = [];
    let start = 0, lf = bytes.indexOf(LF), cr = bytes.indexOf(CR);
    while (lf >= 0 || cr >= 0) {
      const end = cr < 0 || (lf >= 0 && lf < cr) ? lf : cr;
      this.#take(bytes.subarray(start, end));
      const text = this.#text();
      if (text !== "") lines.push({ text, offset: this.#offset });
      this.#offset += this.#length + 1;
      this.#length = 0;
      this.#pieces = [];
      start = end + 1;
      if (end === lf) lf = bytes.indexOf(LF, start);
      else cr = bytes.indexOf(CR, start);
    }
    this.#take(bytes.slice(start)); // a copy: the giver may use its buffer again
    return lines;
  }

  /** What has no end yet; null when there is nothing, or too much. */
  tail(): Line | null {
    const text = this.#text();
    return text === "" ? null : { text, offset: this.#offset };
  }

  #take(piece: Uint8Array): void {
    const before = this.#length;
    this.#length += piece.length;
    if (this.#length > LONGEST_LINE) {
      this.#pieces = [];
      if (before <= LONGEST_LINE) this.#tooLong(this.#offset);
    } else if (piece.length > 0) this.#pieces.push(piece);
  }

  #text(): string {
    if (this.#pieces.length === 0) return "";
    const whole = joinedBytes(this.#pieces);
    this.#pieces = [whole]; // so that asking for the tail again costs nothing
    return this.#decoder.decode(whole);
  }
}

/** Commands of a terminal: ESC [ … letter. */
const terminal = new RegExp(`${String.fromCharCode(27)}\\[[0-?]*[ -/]*[@-~]`, "g");

/** A line without colours and the other commands of a terminal. */
export const withoutColours = (text: string): string =>
  text.includes("\u001b") ? text.replace(terminal, "") : text;

/** The lines of a file's head, also one that the head cuts off. */
export function headLines(head: Uint8Array): string[] {
  const lines = new Lines(() => {}), whole = lines.push(head), tail = lines.tail();
  return [...whole, ...(tail ? [tail] : [])].map(({ text }) => withoutColours(text));
}
