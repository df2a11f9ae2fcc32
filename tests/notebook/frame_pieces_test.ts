import assert from "node:assert/strict";
import fc from "fast-check";
import { decode, encode, sameData } from "../../lib/notebook/codec.ts";
import { FrameJoiner, framePieces, PIECE } from "../../lib/notebook/frame_pieces.ts";

Deno.test("frames that go in pieces, one after another, come as they were", () =>
  fc.assert(
    fc.property(fc.array(fc.nat(4 * PIECE), { maxLength: 6 }), (lengths) => {
      const values = lengths.map((length, i) => Uint8Array.from({ length }, (_, at) => (at * 7 + i) & 255));
      const joiner = new FrameJoiner(), come: unknown[] = [];
      for (const piece of values.flatMap((value) => framePieces(encode(value)))) {
        assert.ok(piece.length <= PIECE + 8);
        const frame = joiner.take(piece);
        if (frame !== undefined) come.push(decode(frame));
      }
      assert.equal(come.length, values.length);
      come.forEach((value, i) => assert.ok(sameData(value, values[i]), `frame ${i}`));
    }),
    { numRuns: 40 },
  ));

Deno.test("a short frame is its only piece, without a copy", () => {
  const frame = encode({ t: "hello" });
  assert.deepEqual(framePieces(frame), [frame]);
  assert.ok(framePieces(frame)[0] === frame && new FrameJoiner().take(frame) === frame);
});
