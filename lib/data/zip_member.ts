/** One member of a zip in memory. Its name is a key, never a path. */
import { crc32, inflateRawSync } from "node:zlib";
import { BadData } from "./bad_data.ts";
import { checkSize } from "./file_bytes.ts";
import { zipDirectory, zipEnd, type ZipMember } from "../zip_directory.ts";

/** Deflate packs no better. */
const BEST_RATIO = 1032;

/**
 * The bytes of a member: what it claims is checked before it is unpacked, length and CRC-32 after.
 *
 * @param name its name, without `ending`
 * @throws BadData
 */
export function zipMember(
  file: string,
  bytes: Uint8Array,
  name: string,
  ending: string,
  maxBytes: number,
): Uint8Array {
  const members = membersOf(file, bytes), found = members.filter((member) => member.name === name + ending);
  if (found.length !== 1) {
    const has = members.slice(0, 20).map((member) => member.name.replace(ending, "")).join(", ");
    throw new BadData(file, found.length > 1 ? `two arrays: ${name}` : `unknown array: ${name} (has ${has})`);
  }
  const [{ method, crc, packed, size, at }] = found,
    bad = (reason: string) => new BadData(file, `${name}: ${reason}`);
  if (method !== 0 && method !== 8) throw bad(`compression method ${method}`);
  checkSize(file, name, size, maxBytes);
  if (size > packed * (method === 0 ? 1 : BEST_RATIO)) throw bad(`${packed} bytes cannot hold ${size}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (at + 30 > bytes.length || view.getUint32(at, true) !== 0x04034b50) throw bad("no local header");
  const start = at + 30 + view.getUint16(at + 26, true) + view.getUint16(at + 28, true);
  if (start + packed > bytes.length) throw bad("ends within the array");
  const unpacked = method === 0
    ? bytes.subarray(start, start + packed)
    : inflated(bad, bytes, start, packed, size);
  if (unpacked.length !== size) throw bad(`${unpacked.length} bytes of ${size}`);
  if (crc32(unpacked) !== crc) throw bad("wrong CRC-32");
  return unpacked;
}

function inflated(
  bad: (reason: string) => BadData,
  bytes: Uint8Array,
  start: number,
  packed: number,
  size: number,
): Uint8Array {
  try {
    return inflateRawSync(bytes.subarray(start, start + packed), { maxOutputLength: Math.max(1, size) });
  } catch (error) {
    throw bad((error as Error).message);
  }
}

function membersOf(file: string, bytes: Uint8Array): readonly ZipMember[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), end = zipEnd(view);
  if (end === null) throw new BadData(file, "not a zip, or cut off");
  const { start, length, members } = end, damaged = () => new BadData(file, "damaged zip directory");
  if (start + length > bytes.length) throw damaged();
  return zipDirectory(new DataView(bytes.buffer, bytes.byteOffset + start, length), members, damaged);
}
