import assert from "node:assert/strict";
import fc from "fast-check";
import { headLines, type Line, Lines, LONGEST_LINE } from "../../../lib/curves/readers/lines.ts";
import { bytesOf } from "./sample.ts";

/** All lines of bytes that come in pieces, the tail, and where lines were too long. */
function cut(...pieces: Uint8Array[]): { lines: Line[]; tail: Line | null; long: number[] } {
  const long: number[] = [], lines = new Lines((offset) => long.push(offset));
  return { lines: pieces.flatMap((piece) => lines.push(piece)), tail: lines.tail(), long };
}

Deno.test("lines end with LF, CR or CRLF, and know where they begin", () => {
  const { lines, tail } = cut(bytesOf("a\nbé\r\n\rc\n\nd"));
  assert.deepEqual(lines, [{ text: "a", offset: 0 }, { text: "bé", offset: 2 }, { text: "c", offset: 8 }]);
  assert.deepEqual(tail, { text: "d", offset: 11 });
});

Deno.test("however bytes are cut, their lines are the same", () => {
  const bytes = fc.array(fc.constantFrom(10, 13, 97, 0xc3, 0xa9, 0xff), { maxLength: 60 });
  fc.assert(
    fc.property(bytes, fc.array(fc.nat(60), { maxLength: 6 }), (values, places) => {
      const whole = Uint8Array.from(values), ends = [0, ...places.sort((a, b) => a - b), whole.length];
      assert.deepEqual(cut(...ends.slice(1).map((end, i) => whole.slice(ends[i], end))), cut(whole));
    }),
    { numRuns: 500 },
  );
});

Deno.test("a line that is too long is passed over, whole or in pieces, and told once", () => {
  const long = new Uint8Array(LONGEST_LINE + 1).fill(97), rest = bytesOf("\nb\n");
  for (
    const pieces of [[bytesOf("a\n"), long, rest], [
      bytesOf("a\n"),
      long.subarray(0, 9e5),
      long.subarray(9e5),
      rest,
    ]]
  ) {
    const { lines, long: told } = cut(...pieces);
    assert.deepEqual(lines, [{ text: "a", offset: 0 }, { text: "b", offset: LONGEST_LINE + 4 }]);
    assert.deepEqual(told, [2]);
  }
  assert.deepEqual(cut(long), { lines: [], tail: null, long: [0] });
  assert.equal(cut(long.subarray(1), rest).lines[0].text.length, LONGEST_LINE);
});

Deno.test("the lines of a head have no colours, and the last may be cut", () => {
  assert.deepEqual(headLines(bytesOf("\u001b[1;31mred\u001b[0m\nnext\u001b[")), ["red", "next\u001b["]);
});
