import assert from "node:assert/strict";
import { crc32 } from "node:zlib";
import fc from "fast-check";
import { columnBlob, columnFrom } from "../../lib/store/columns_blob.ts";

const numbers = fc.oneof(
  fc.float64Array({ maxLength: 50 }),
  fc.tuple(fc.double(), fc.double(), fc.nat(50)).map(([first, stride, length]) =>
    Float64Array.from({ length }, (_, i) => first + i * stride)
  ),
  fc.tuple(fc.integer(), fc.integer(), fc.nat(50)).map(([first, stride, length]) =>
    Float64Array.from({ length }, (_, i) => first + i * stride)
  ),
);

Deno.test("a column comes back as it was, also NaN, the infinities and −0", () => {
  fc.assert(
    fc.property(numbers, fc.nat(7), (column, offset) => {
      // bytes of a database begin anywhere
      const blob = columnBlob(column), moved = new Uint8Array(blob.length + offset);
      moved.set(blob, offset);
      assert.deepEqual(columnFrom(moved.subarray(offset)), column);
    }),
  );
});

Deno.test("steps that only count take as many bytes as three numbers", () => {
  const steps = Float64Array.from({ length: 10_000 }, (_, i) => 7 + 5 * i);
  assert.equal(columnBlob(steps).length, 29);
  steps[9_999]++;
  assert.equal(columnBlob(steps).length, 80_005);
});

Deno.test("bytes that are no column are refused, before anything is allocated", () => {
  const lying = columnBlob(new Float64Array([1, 2, 1e15]));
  lying[0] = 1;
  new DataView(lying.buffer).setUint32(1, crc32(lying.subarray(5), 1), true);
  for (const bytes of [new Uint8Array(), new Uint8Array([2]), new Uint8Array(8), lying]) {
    assert.throws(() => columnFrom(bytes), /invalid column/);
  }
});

Deno.test("a column of which any bit was turned is refused", () => {
  for (const column of [[1, 2, 3, 4], [5, 1, NaN]]) {
    const whole = columnBlob(Float64Array.from(column));
    for (let bit = 0; bit < whole.length * 8; bit++) {
      const turned = whole.slice();
      turned[bit >> 3] ^= 1 << (bit & 7);
      assert.throws(() => columnFrom(turned), /invalid column/, `bit ${bit}`);
    }
  }
});
