/** What a zip says that it holds. Whoever unpacks a member checks its claims. */

/** One member, from the central directory. */
export interface ZipMember {
  readonly name: string;
  /** 0 stored, 8 deflated */
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  /** where its local header begins */
  readonly at: number;
}

/** Bytes of the end record without its comment, and of the longest comment. */
const END_RECORD = 22, LONGEST_COMMENT = 65_535;

/** How much of a zip's end has to be looked at for its end record. */
export const END_SPAN = END_RECORD + LONGEST_COMMENT;

/** Where the directory lies, and how many members it has; null where there is no end record. */
export function zipEnd(tail: DataView): { members: number; length: number; start: number } | null {
  const first = Math.max(0, tail.byteLength - END_SPAN);
  let end = tail.byteLength - END_RECORD;
  while (end >= first && tail.getUint32(end, true) !== 0x06054b50) end--;
  if (end < first) return null;
  return {
    members: tail.getUint16(end + 10, true),
    length: tail.getUint32(end + 12, true),
    start: tail.getUint32(end + 16, true),
  };
}

/**
 * The members of a central directory.
 * @param fault makes the error for a directory that is damaged, from its reason
 */
export function zipDirectory(
  directory: DataView,
  count: number,
  fault: (reason: string) => Error,
): readonly ZipMember[] {
  const members: ZipMember[] = [], { buffer, byteOffset, byteLength } = directory;
  for (let at = 0; members.length < count;) {
    if (at + 46 > byteLength || directory.getUint32(at, true) !== 0x02014b50) {
      throw fault(`central directory, member ${members.length}`);
    }
    const [nameLength, extra, comment] = [28, 30, 32].map((offset) => directory.getUint16(at + offset, true));
    if (at + 46 + nameLength > byteLength) throw fault("name outside the directory");
    members.push({
      name: new TextDecoder().decode(new Uint8Array(buffer, byteOffset + at + 46, nameLength)),
      method: directory.getUint16(at + 10, true),
      crc: directory.getUint32(at + 16, true),
      packed: directory.getUint32(at + 20, true),
      size: directory.getUint32(at + 24, true),
      at: directory.getUint32(at + 42, true),
    });
    at += 46 + nameLength + extra + comment;
  }
  return members;
}
