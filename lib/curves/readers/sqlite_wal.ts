/** A SQLite database and what its write-ahead log holds beyond it, as one: so nothing is written beside someone's file. */

const WAL_HEADER = 32, FRAME_HEADER = 24;

/**
 * A copy of a database in which each page is as its write-ahead log has it, up to the last whole transaction. As with
 * SQLite, the log ends at the first frame whose salts or checksum are not those of its time; without a log, or with one
 * of no use, the database is as it is. Format: https://sqlite.org/fileformat2.html#walformat
 *
 * @param database bytes of the file
 * @param wal bytes of the file that ends in `-wal`, where there is one
 * @returns bytes that SQLite reads from memory, where it knows no write-ahead log
 *
 * @example
 * ```ts
 * import { sqliteWithWal } from "./sqlite_wal.ts";
 *
 * const file = Uint8Array.from({ length: 4096 }, (_, i) => i === 18 || i === 19 ? 2 : 0);
 * const [, , writes, reads] = sqliteWithWal(file, null).subarray(16);
 * console.assert(writes === 1 && reads === 1); // no longer marked as one that needs its log
 * ```
 */
export function sqliteWithWal(database: Uint8Array, wal: Uint8Array | null): Uint8Array {
  const whole = wal === null ? database.slice() : merged(database, wal);
  if (whole.length > 19) {
    for (const mark of [18, 19]) if (whole[mark] === 2) whole[mark] = 1; // 2: needs a write-ahead log, 1: none
  }
  return whole;
}

function merged(database: Uint8Array, wal: Uint8Array): Uint8Array {
  const { pages, count, pageSize } = committed(wal);
  // each page beyond the database was written to the log first: more cannot be true
  if (count === 0 || count * pageSize > database.length + wal.length) return database.slice();
  const whole = new Uint8Array(count * pageSize);
  whole.set(database.subarray(0, whole.length));
  for (const [page, at] of pages) {
    if (page <= count) whole.set(wal.subarray(at, at + pageSize), (page - 1) * pageSize);
  }
  return whole;
}

/** Where the log holds each page that whole transactions wrote, and how many pages the database has after them. */
function committed(wal: Uint8Array): { pages: Map<number, number>; count: number; pageSize: number } {
  const none = { pages: new Map<number, number>(), count: 0, pageSize: 0 };
  if (wal.length < WAL_HEADER) return none;
  const view = new DataView(wal.buffer, wal.byteOffset, wal.byteLength);
  const magic = view.getUint32(0), pageSize = view.getUint32(8);
  const little = magic === 0x377f0682; // byte order of the checksums
  if (!little && magic !== 0x377f0683) return none;
  if (pageSize < 512 || pageSize > 65536 || (pageSize & (pageSize - 1)) !== 0) return none;
  let sum = checksum(view, 0, 24, little, [0, 0]), count = 0;
  if (sum[0] !== view.getUint32(24) || sum[1] !== view.getUint32(28)) return none;
  const pages = new Map<number, number>(), open = new Map<number, number>();
  for (let at = WAL_HEADER; at + FRAME_HEADER + pageSize <= wal.length; at += FRAME_HEADER + pageSize) {
    if (view.getUint32(at + 8) !== view.getUint32(16) || view.getUint32(at + 12) !== view.getUint32(20)) {
      break;
    }
    sum = checksum(view, at, 8, little, sum);
    sum = checksum(view, at + FRAME_HEADER, pageSize, little, sum);
    if (sum[0] !== view.getUint32(at + 16) || sum[1] !== view.getUint32(at + 20)) break;
    open.set(view.getUint32(at), at + FRAME_HEADER);
    const pagesAfter = view.getUint32(at + 4); // 0 but for the last frame of a transaction
    if (pagesAfter === 0) continue;
    for (const [page, place] of open) pages.set(page, place);
    open.clear();
    count = pagesAfter;
  }
  return { pages, count, pageSize };
}

type Sum = readonly [number, number];

function checksum(view: DataView, from: number, length: number, little: boolean, sum: Sum): Sum {
  let [a, b] = sum;
  for (let at = from; at < from + length; at += 8) {
    a = (a + view.getUint32(at, little) + b) >>> 0;
    b = (b + view.getUint32(at + 4, little) + a) >>> 0;
  }
  return [a, b];
}
