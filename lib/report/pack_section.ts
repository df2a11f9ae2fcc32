/** A part of a report as its file holds it. */
import { gzipSync } from "node:zlib";

/** The byte of gzip that says on which system it was written, and the value for none. */
const SYSTEM = 9, UNKNOWN = 255;

/**
 * Bytes as base64 of gzip, as small as gzip makes them, and the same for the same bytes.
 * @example
 * ```ts
 * import { packSection } from "./pack_section.ts";
 * import { unpackSection } from "./sections.ts";
 * const packed = packSection(new TextEncoder().encode("const a = 1;"));
 * const text = new TextDecoder().decode(await unpackSection("client", packed)); // "const a = 1;"
 * ```
 */
export function packSection(bytes: Uint8Array): string {
  const packed = gzipSync(bytes, { level: 9 });
  packed[SYSTEM] = UNKNOWN;
  return packed.toString("base64");
}
