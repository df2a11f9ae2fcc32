/** Single members of a large zip file, streamed to files: memory does not grow with the archive. */
import { createReadStream, createWriteStream } from "node:fs";
import { open } from "node:fs/promises";
import { PassThrough, Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { crc32, createInflateRaw } from "node:zlib";

/** A zip that is damaged, or has what this reader does not read. */
export class BadZip extends Error {
  override readonly name = "BadZip";
  constructor(readonly file: string, readonly reason: string) {
    super(`invalid zip: ${file} (${reason})`);
  }
}
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

/** Longest comment, and the record itself. */
const endRecordSpan = 65_535 + 22;
const zip64 = 0xffff_ffff;

async function bytesAt(file: string, at: number, length: number): Promise<DataView> {
  const handle = await open(file);
  try {
    const bytes = new Uint8Array(length);
    const { bytesRead } = await handle.read(bytes, 0, length, at);
    if (bytesRead < length) throw new BadZip(file, `ends within ${length} bytes at ${at}`);
    return new DataView(bytes.buffer);
  } finally {
    await handle.close();
  }
}

/**
 * The members of a zip, from its central directory. Zip64 (over 4 GiB) is not read.
 *
 * @throws BadZip
 */
export async function zipMembers(file: string): Promise<ZipMember[]> {
  const { size } = await Deno.stat(file);
  const span = Math.min(size, endRecordSpan);
  const tail = await bytesAt(file, size - span, span);
  let end = span - 22;
  while (end >= 0 && tail.getUint32(end, true) !== 0x06054b50) end--;
  if (end < 0) throw new BadZip(file, "no end of central directory");
  const [length, start] = [tail.getUint32(end + 12, true), tail.getUint32(end + 16, true)];
  if (start === zip64) throw new BadZip(file, "zip64");
  if (start + length > size) throw new BadZip(file, "central directory outside the file");
  return parseDirectory(file, await bytesAt(file, start, length), tail.getUint16(end + 10, true));
}

function parseDirectory(file: string, view: DataView, count: number): ZipMember[] {
  const members: ZipMember[] = [];
  for (let at = 0; members.length < count;) {
    if (at + 46 > view.byteLength || view.getUint32(at, true) !== 0x02014b50) {
      throw new BadZip(file, `central directory, member ${members.length}`);
    }
    const [nameLength, extra, comment] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true));
    if (at + 46 + nameLength > view.byteLength) throw new BadZip(file, "name outside the directory");
    members.push({
      name: new TextDecoder().decode(new Uint8Array(view.buffer, at + 46, nameLength)),
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      packed: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
      at: view.getUint32(at + 42, true),
    });
    at += 46 + nameLength + extra + comment;
  }
  return members;
}

/**
 * Unpacks one member to a path of the caller's: names in the archive are keys, never paths. Its length and
 * CRC-32 are checked, and no more than its declared length is ever written.
 *
 * @param progress called with the bytes of each block written
 * @throws BadZip; the file may then be half written and is the caller's to remove
 * @example
 * ```ts ignore
 * import { unzipMember, zipMembers } from "./unzip.ts";
 * const [first] = await zipMembers("archive.zip");
 * await unzipMember("archive.zip", first, "first.bin");
 * ```
 */
export async function unzipMember(
  file: string,
  member: ZipMember,
  target: string,
  progress: (bytes: number) => void = () => {},
): Promise<void> {
  const bad = (reason: string) => new BadZip(file, `${member.name}: ${reason}`);
  if (member.method !== 0 && member.method !== 8) throw bad(`compression method ${member.method}`);
  const header = await bytesAt(file, member.at, 30);
  if (header.getUint32(0, true) !== 0x04034b50) throw bad("no local header");
  const start = member.at + 30 + header.getUint16(26, true) + header.getUint16(28, true);
  let size = 0;
  let crc = 0;
  const check = new Transform({
    transform(block, _encoding, done) {
      size += block.length;
      crc = crc32(block, crc);
      progress(block.length);
      if (size > member.size) done(bad(`longer than its ${member.size} bytes`));
      else done(null, block);
    },
  });
  const end = start + member.packed - 1;
  const source = member.packed === 0
    ? Readable.from([])
    : createReadStream(file, { start, end, highWaterMark: 1 << 20 });
  const unpacked = member.method === 8 ? createInflateRaw({ chunkSize: 1 << 20 }) : new PassThrough();
  await pipeline(source, unpacked, check, createWriteStream(target)).catch((error) => {
    throw error instanceof BadZip || error.syscall ? error : bad(error.message);
  });
  if (size !== member.size) throw bad(`${size} bytes of ${member.size}`);
  if (crc !== member.crc) throw bad("wrong CRC-32");
}
