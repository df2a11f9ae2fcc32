/** Pixels as a PNG. */
import { crc32, deflateSync } from "node:zlib";
import { joinedBytes } from "../lib/joined_bytes.ts";

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Eight bits each of red, green and blue; no interlace. */
const TRUE_COLOUR = [8, 2, 0, 0, 0];

/**
 * A picture of `width` × `height` pixels; `rgb` has three bytes for each, row by row.
 * @example
 * ```ts
 * import { png } from "./png.ts";
 * const white = png(1, 1, new Uint8Array([255, 255, 255]));
 * ```
 */
export function png(width: number, height: number, rgb: Uint8Array): Uint8Array<ArrayBuffer> {
  const rows = new Uint8Array(height * (1 + width * 3)); // each row begins with 0: it is not filtered
  for (let row = 0; row < height; row++) {
    rows.set(rgb.subarray(row * width * 3, (row + 1) * width * 3), row * (1 + width * 3) + 1);
  }
  const header = new Uint8Array(13), sizes = new DataView(header.buffer);
  sizes.setUint32(0, width);
  sizes.setUint32(4, height);
  header.set(TRUE_COLOUR, 8);
  const parts = [chunk("IHDR", header), chunk("IDAT", deflateSync(rows)), chunk("IEND", new Uint8Array())];
  return joinedBytes([new Uint8Array(SIGNATURE), ...parts]) as Uint8Array<ArrayBuffer>;
}

/** Length, name, content, and the checksum of name and content. */
function chunk(name: string, content: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(content.length + 12), view = new DataView(bytes.buffer);
  view.setUint32(0, content.length);
  bytes.set(new TextEncoder().encode(name), 4);
  bytes.set(content, 8);
  view.setUint32(content.length + 8, crc32(bytes.subarray(4, content.length + 8)));
  return bytes;
}
