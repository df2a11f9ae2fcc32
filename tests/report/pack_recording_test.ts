import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { DecodeError, encode } from "../../lib/notebook/codec.ts";
import { fromPlanes, fromSteps, toPlanes, toSteps, WIDTHS } from "../../lib/report/byte_planes.ts";
import { joinFrame, splitFrame } from "../../lib/report/frame_parts.ts";
import { packRecording } from "../../lib/report/pack_recording.ts";
import type { Recording } from "../../lib/report/recording.ts";
import { type PackedRecording, unpackRecording } from "../../lib/report/unpack_recording.ts";
import { recordedByHand } from "./recorded_by_hand.ts";

const packed = (value: unknown) => packRecording(value as Recording);

const elements = fc.constantFrom(...WIDTHS).chain((width) =>
  fc.uint8Array({ maxLength: 40 }).map((bytes) => ({
    width,
    bytes: bytes.subarray(0, width * Math.floor(bytes.length / width)),
  }))
);

Deno.test("bytes in planes, and what elements add, lead back to the elements", () => {
  fc.assert(fc.property(elements, ({ width, bytes }) => {
    assert.deepEqual(fromPlanes(toPlanes(bytes, width), width), Uint8Array.from(bytes));
    assert.deepEqual(fromSteps(toSteps(bytes, width), width), Uint8Array.from(bytes));
  }));
});

Deno.test("what an element adds is its difference as a whole number, below zero too", () => {
  const steps = toSteps(new Uint8Array(BigUint64Array.of(7n, 300n, 299n, 2n ** 63n).buffer), 8);
  assert.deepEqual(
    new BigUint64Array(steps.buffer),
    BigUint64Array.of(7n, 293n, 2n ** 64n - 1n, 2n ** 63n - 299n),
  );
});

const leaf = fc.oneof(
  fc.string(),
  fc.double(),
  fc.bigInt(),
  fc.constant(undefined),
  fc.float64Array(),
  fc.float32Array(),
  fc.uint16Array(),
  fc.uint8Array(),
);
const value = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    leaf,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(fc.string(), tie("value"), { maxKeys: 4 }),
    tie("value").map((inner) => encode(inner)), // a frame in a frame, as a recording has its values
  ),
})).value;

Deno.test("a frame is joined from its parts to the same bytes", () => {
  fc.assert(fc.property(value, (any) => {
    const frame = encode(any), { head, arrays } = splitFrame(frame)!;
    assert.deepEqual(joinFrame(head, arrays.map(({ bytes }) => bytes)), frame);
  }));
});

Deno.test("bytes that are no frame have no parts", () => {
  const frame = encode({ loss: Float64Array.of(0.5) });
  const none = [
    new Uint8Array(),
    Uint8Array.of(1, 0, 0, 0, 1),
    frame.slice(0, -1),
    Uint8Array.of(...frame, 0),
  ];
  for (const bytes of none) assert.equal(splitFrame(bytes), null);
  fc.assert(fc.property(fc.uint8Array(), (bytes) => {
    const parts = splitFrame(bytes);
    if (parts !== null) {
      assert.deepEqual(joinFrame(parts.head, parts.arrays.map((each) => each.bytes)), bytes);
    }
  }));
});

Deno.test("a recording is unpacked to the same bytes, whatever is in it", () => {
  for (const any of [...fc.sample(value, { numRuns: 200, seed: 4 }), recordedByHand()]) {
    assert.deepEqual(encode(unpackRecording(packed(any))), encode(any));
  }
});

Deno.test("the same recording is packed to the same bytes", () => {
  assert.deepEqual(packed(recordedByHand()), packed(recordedByHand()));
});

Deno.test("an array is held once, however many values have it", () => {
  const noise = Float64Array.from({ length: 5000 }, (_, i) => Math.sin(i * i));
  const event = (name: string) => ({ t: "value", name, value: encode({ value: noise.slice(), name }) });
  const once = gzipSync(packed([event("a")])).length, all = [..."abcdefgh"].map(event);
  assert.ok(gzipSync(packed(all)).length < 1.2 * once);
  assert.ok(gzipSync(encode(all)).length > 6 * once, "what this test looks for can be found");
});

Deno.test("columns of a training take a fraction of what they take as they are", () => {
  const column = (of: (i: number) => number) => Float64Array.from({ length: 3000 }, (_, i) => of(i + 1));
  const columns = [
    column((i) => i),
    column((i) => i / 18),
    column((i) => 64 * i),
    column((i) => Math.fround(1 / i)),
  ];
  for (const [i, numbers] of columns.entries()) {
    const [before, after] = [encode(numbers), packed(numbers)].map((bytes) => gzipSync(bytes).length);
    assert.ok(after < 0.8 * before, `column ${i}: ${after} of ${before} bytes`);
  }
});

/** Bytes of a packed recording made by hand: one piece, the text of a head, unless it says otherwise. */
function byHand(change: Partial<PackedRecording>): Uint8Array {
  const bytes = new TextEncoder().encode("null");
  const { length } = change.lengths ?? [4];
  return encode({
    tree: [0],
    lengths: Uint32Array.of(4),
    widths: new Uint8Array(length).fill(1),
    steps: new Uint8Array(length),
    bytes,
    ...change,
  });
}

const DAMAGES: Record<string, [packed: Uint8Array, told: string]> = {
  "no frame": [Uint8Array.of(1), "1 bytes"],
  "another value": [encode([1]), "no packed recording"],
  "nothing": [encode(null), "no packed recording"],
  "a piece that is not there": [byHand({ tree: [0, 1] }), "bad piece 1"],
  "a piece of a name": [byHand({ tree: ["length" as never] }), "bad tree"],
  "no tree": [byHand({ tree: [] }), "bad tree"],
  "a piece that is cut": [byHand({ lengths: Uint32Array.of(5) }), "piece 0 is cut"],
  "bytes that no piece has": [byHand({ lengths: Uint32Array.of(3) }), "1 bytes too many"],
  "elements of three bytes": [byHand({ widths: Uint8Array.of(3) }), "piece 0: 3 wide"],
  "half an element": [byHand({ widths: Uint8Array.of(8) }), "piece 0: 8 wide"],
};
for (const [name, [bytes, told]] of Object.entries(DAMAGES)) {
  Deno.test(`${name} is no packed recording, and told in one line`, () => {
    assert.throws(() => unpackRecording(bytes), new DecodeError(told));
  });
}

Deno.test("what is named often does not fill the memory", () => {
  assert.equal(unpackRecording(byHand({})), null);
  const bytes = new Uint8Array(1e6), tree = [0, ...new Array(100).fill(0)];
  const bomb = byHand({ tree, lengths: Uint32Array.of(bytes.length), bytes });
  assert.throws(() => unpackRecording(bomb, 5e6), new DecodeError("more than 5000000 bytes"));
});
