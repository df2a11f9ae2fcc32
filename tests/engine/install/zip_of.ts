/** Zip files made by hand, right and wrong. */
import { crc32, deflateRawSync } from "node:zlib";

export interface Entry {
  name: string;
  content: Uint8Array;
  method?: number;
  /** what the directory claims instead of the truth */
  claims?: { size?: number; crc?: number };
}
/** A zip by its format's description (APPNOTE 4.3): local headers and data, directory, end record. */
export function zipOf(entries: Entry[], comment = ""): Uint8Array {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  for (const { name, content, method = 8, claims = {} } of entries) {
    const packed = method === 8 ? deflateRawSync(content) : content;
    const title = new TextEncoder().encode(name);
    const sums = [claims.crc ?? crc32(content), packed.length, claims.size ?? content.length];
    const local = record([0x04034b50], [20, 0, method, 0, 0], sums, [title.length, 3]);
    const central = record([0x02014b50], [20, 20, 0, method, 0, 0], sums, [title.length, 0, 0, 0, 0], [
      0,
      at,
    ]);
    const pieces = [local, title, new Uint8Array(3), packed];
    parts.push(...pieces);
    directory.push(central, title);
    at += pieces.reduce((sum, piece) => sum + piece.length, 0);
  }
  const length = directory.reduce((sum, piece) => sum + piece.length, 0);
  const end = record([0x06054b50], [0, 0, entries.length, entries.length], [length, at], [comment.length]);
  return bytesOf([...parts, ...directory, end, new TextEncoder().encode(comment)]);
}
/** Alternating lists: 32-bit, 16-bit, 32-bit, 16-bit, 32-bit. */
function record(...lists: number[][]): Uint8Array {
  return bytesOf(
    lists.map((list, i) => new Uint8Array((i % 2 ? Uint16Array : Uint32Array).from(list).buffer)),
  );
}
export function bytesOf(parts: Uint8Array[]): Uint8Array {
  return new Uint8Array(parts.flatMap((part) => [...part]));
}
