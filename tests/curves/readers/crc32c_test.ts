import assert from "node:assert/strict";
import fc from "fast-check";
import { crc32c, masked } from "../../../lib/curves/readers/crc32c.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);

// RFC 3720, B.4; "123456789" is the check value of the CRC catalogues
for (
  const [what, bytes, crc] of [
    ["nothing", new Uint8Array(0), 0],
    ["the digits", bytesOf("123456789"), 0xe3069283],
    ["32 zeros", new Uint8Array(32), 0x8a9136aa],
    ["32 ones", new Uint8Array(32).fill(255), 0x62a8ab43],
    ["0 to 31", Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
  ] as const
) Deno.test(`the CRC-32C of ${what} is the published one`, () => assert.equal(crc32c(bytes), crc));

Deno.test("eight bytes at a time give what the division bit by bit gives, of any stretch", () => {
  const bitwise = (bytes: Uint8Array) => {
    let crc = 0xffffffff;
    for (const byte of bytes) {
      crc ^= byte;
      for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? crc >>> 1 ^ 0x82f63b78 : crc >>> 1;
    }
    return ~crc >>> 0;
  };
  fc.assert(fc.property(fc.uint8Array({ maxLength: 70 }), fc.nat(70), fc.nat(70), (bytes, a, b) => {
    const from = Math.min(a, b, bytes.length), to = Math.min(Math.max(a, b), bytes.length);
    assert.equal(crc32c(bytes, from, to), bitwise(bytes.subarray(from, to)));
  }));
});

Deno.test("the mask turns by 15 bits and adds its constant", () => {
  assert.equal(masked(0), 0xa282ead8);
  assert.equal(masked(0x00008000), 0xa282ead9);
  assert.equal(masked(0xffffffff), 0xa282ead7);
});
