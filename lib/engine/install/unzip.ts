/** Single members of a large zip file, streamed to files: memory does not grow with the archive. */
import { createReadStream, createWriteStream } from "node:fs";
import { open } from "node:fs/promises";
import { PassThrough, Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { crc32, createInflateRaw } from "node:zlib";
import { END_SPAN, zipDirectory, zipEnd, type ZipMember } from "../../zip_directory.ts";

/** A zip that is damaged, or has what this reader does not read. */
export class BadZip extends Error {
  override readonly name = "BadZip";
  constructor(readonly file: string, readonly reason: string) {
    super(`invalid zip: ${file} (${reason})`);
  }
}
export interface UnzipOptions {
  /** called with the bytes of each block written. Default: nobody is told */
  readonly progress?: (bytes: number) => void;
  /** ends it; the file is then half written. Default: it runs to its end */
  readonly signal?: AbortSignal;
}
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
export async function zipMembers(file: string): Promise<readonly ZipMember[]> {
  const { size } = await Deno.stat(file);
  const span = Math.min(size, END_SPAN), bad = (reason: string) => new BadZip(file, reason);
  const end = zipEnd(await bytesAt(file, size - span, span));
  if (end === null) throw bad("no end of central directory");
  if (end.start === zip64) throw bad("zip64");
  if (end.start + end.length > size) throw bad("central directory outside the file");
  return zipDirectory(await bytesAt(file, end.start, end.length), end.members, bad);
}

/**
 * Unpacks one member to a path of the caller's: names in the archive are keys, never paths. Its length and
 * CRC-32 are checked, and no more than its declared length is ever written.
 *
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
  { progress = () => {}, signal }: UnzipOptions = {},
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
  await pipeline(source, unpacked, check, createWriteStream(target), { signal }).catch((error) => {
    throw error instanceof BadZip || error.syscall || signal?.aborted ? error : bad(error.message);
  });
  if (size !== member.size) throw bad(`${size} bytes of ${member.size}`);
  if (crc !== member.crc) throw bad("wrong CRC-32");
}
