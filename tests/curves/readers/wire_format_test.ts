import assert from "node:assert/strict";
import fc from "fast-check";
import { BYTES, FIXED32, FIXED64, key, VARINT, WireFields } from "../../../lib/curves/readers/wire_format.ts";
import { content, float32, float64, joined, number } from "./wire_bytes.ts";

Deno.test("a field comes back as it was written, whatever stands around it", () => {
  const message = joined([9, 9], number(1, 300), float64(2, -0.1), content(3, "ab"), float32(4, 0.5), [9]);
  const fields = new WireFields().begin(message, 2, message.length - 1);
  assert.ok(fields.next());
  assert.deepEqual([fields.key, fields.number], [key(1, VARINT), 300]);
  assert.ok(fields.next());
  assert.deepEqual([fields.key, fields.float64()], [key(2, FIXED64), -0.1]);
  assert.ok(fields.next());
  assert.deepEqual([fields.key, ...message.slice(fields.from, fields.to)], [key(3, BYTES), 97, 98]);
  assert.ok(fields.next());
  assert.deepEqual([fields.key, fields.float32()], [key(4, FIXED32), 0.5]);
  assert.ok(!fields.next() && !fields.damaged);
});

Deno.test("every 64-bit number is read, signed, to the nearest double", () => {
  fc.assert(fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
    const bytes = number(1, value), fields = new WireFields().begin(bytes, 0, bytes.length);
    assert.ok(fields.next());
    assert.equal(fields.number, Number(value));
  }));
});

for (
  const [what, bytes] of [
    ["a number without an end", [8, 255, 255]],
    ["a number of eleven bytes", [8, ...Array(10).fill(255), 1]],
    ["a length beyond the message", [10, 5, 1, 2]],
    ["a negative length", [10, ...Array(9).fill(255), 1]],
    ["a length near 2⁶³", [10, ...Array(8).fill(255), 127]],
    ["half a double", [9, 1, 2, 3]],
    ["a group", [11, 12]],
    ["field 0", [0, 1]],
  ] as [string, number[]][]
) {
  Deno.test(`${what} is damage`, () => {
    // what follows the message must not be taken for a part of it
    const fields = new WireFields().begin(Uint8Array.of(...bytes, 0, 0, 0, 0, 0, 0, 0, 0), 0, bytes.length);
    assert.ok(!fields.next() && fields.damaged && !fields.next());
  });
}

Deno.test("no field leaves the message, whatever its bytes are", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
    const fields = new WireFields().begin(bytes, 0, bytes.length);
    for (let count = 0; fields.next(); count++) {
      assert.ok(count < bytes.length);
      if (fields.key % 8 !== VARINT) assert.ok(fields.from <= fields.to && fields.to <= bytes.length);
    }
  }));
});
