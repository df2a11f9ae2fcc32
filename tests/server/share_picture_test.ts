import assert from "node:assert/strict";
import { crc32, inflateSync } from "node:zlib";
import {
  PICTURE_HEIGHT,
  PICTURE_WIDTH,
  type PictureColors,
  type Rgb,
  sharePicture,
} from "../../server/share_picture.ts";

const COLORS: PictureColors = { paper: [255, 255, 255], line: [27, 31, 36], stop: [184, 64, 15] };

/** The pixels of a PNG, which must be whole. */
function pixelsOf(bytes: Uint8Array): (x: number, y: number) => Rgb {
  assert.deepEqual([...bytes.subarray(0, 8)], [0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    chunks = new Map<string, Uint8Array>();
  for (let at = 8; at < bytes.length;) {
    const length = view.getUint32(at), named = bytes.subarray(at + 4, at + 8 + length);
    assert.equal(view.getUint32(at + 8 + length), crc32(named));
    chunks.set(new TextDecoder().decode(named.subarray(0, 4)), named.subarray(4));
    at += length + 12;
  }
  assert.deepEqual([...chunks.keys()], ["IHDR", "IDAT", "IEND"]);
  const header = chunks.get("IHDR")!, sizes = new DataView(header.buffer, header.byteOffset);
  assert.deepEqual([sizes.getUint32(0), sizes.getUint32(4)], [PICTURE_WIDTH, PICTURE_HEIGHT]);
  const rows = inflateSync(chunks.get("IDAT")!), stride = 1 + PICTURE_WIDTH * 3;
  assert.equal(rows.length, stride * PICTURE_HEIGHT);
  return (x, y) => [0, 1, 2].map((part) => rows[y * stride + 1 + x * 3 + part]) as unknown as Rgb;
}

const run = (x: readonly number[], y: readonly number[], step: number) =>
  sharePicture({ kind: "patience", step, saved: null, x, y }, COLORS);

Deno.test("the picture is a PNG with the curve in ink and a dot where it stopped", () => {
  const at = pixelsOf(run([0, 50, 100], [1, 0.5, 0], 100)!);
  assert.deepEqual(at(5, 5), COLORS.paper);
  assert.deepEqual(at(PICTURE_WIDTH - 90, PICTURE_HEIGHT - 90), COLORS.stop);
  assert.deepEqual(at(PICTURE_WIDTH - 90, PICTURE_HEIGHT - 90 + 18), COLORS.paper);
  assert.ok(at(PICTURE_WIDTH / 2, PICTURE_HEIGHT / 2)[0] < 60, "the line goes through the middle");
  assert.deepEqual(at(PICTURE_WIDTH / 2, 100), COLORS.paper);
  const early = pixelsOf(run([0, 50, 100], [1, 0.5, 0], 52)!);
  assert.deepEqual(early(PICTURE_WIDTH / 2, PICTURE_HEIGHT / 2), COLORS.stop);
});

Deno.test("what is not finite leaves a gap, and a flat curve lies in the middle", () => {
  assert.ok(run([0, 1, 2, 3], [1, NaN, Infinity, 0.5], 3));
  const at = pixelsOf(run([0, 100], [0.3, 0.3], 100)!);
  assert.ok(at(300, PICTURE_HEIGHT / 2)[0] < 60);
});

Deno.test("a curve that has nothing to draw has no picture", () => {
  for (const [x, y] of [[[], []], [[1], [1]], [[1, 2], [NaN, NaN]], [[1, 2], [1, NaN]]]) {
    assert.equal(run(x, y, 1), null, JSON.stringify([x, y]));
  }
});
