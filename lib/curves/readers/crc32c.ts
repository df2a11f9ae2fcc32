/** The checksum of event files: CRC-32C, polynomial 0x1EDC6F41 (reflected 0x82F63B78). */

/** table[k * 256 + b]: what byte b does when k bytes follow it, so that eight bytes are taken at a time. */
const table = new Int32Array(8 * 256);
for (let byte = 0; byte < 256; byte++) {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? crc >>> 1 ^ 0x82f63b78 : crc >>> 1;
  table[byte] = crc;
}
for (let at = 256; at < table.length; at++) {
  const before = table[at - 256];
  table[at] = before >>> 8 ^ table[before & 255];
}

/**
 * CRC-32C of the bytes from `from` up to `to`, as an unsigned number.
 * Source: M. E. Kounavis and F. L. Berry, A systematic approach to building high performance software-based CRC
 * generators (2005).
 *
 * @example
 * ```ts
 * import { crc32c } from "./crc32c.ts";
 *
 * console.assert(crc32c(new TextEncoder().encode("123456789")) === 0xe3069283);
 * ```
 */
export function crc32c(bytes: Uint8Array, from = 0, to: number = bytes.length): number {
  let crc = -1, at = from;
  for (; at + 8 <= to; at += 8) {
    crc = table[1792 + ((crc ^ bytes[at]) & 255)] ^ table[1536 + ((crc >>> 8 ^ bytes[at + 1]) & 255)] ^
      table[1280 + ((crc >>> 16 ^ bytes[at + 2]) & 255)] ^ table[1024 + (crc >>> 24 ^ bytes[at + 3])] ^
      table[768 + bytes[at + 4]] ^ table[512 + bytes[at + 5]] ^ table[256 + bytes[at + 6]] ^
      table[bytes[at + 7]];
  }
  for (; at < to; at++) crc = crc >>> 8 ^ table[(crc ^ bytes[at]) & 255];
  return ~crc >>> 0;
}

/** As event files store a checksum, so that the checksum of data that holds checksums stays a good one. */
export function masked(crc: number): number {
  return ((crc >>> 15 | crc << 17) + 0xa282ead8) >>> 0;
}
