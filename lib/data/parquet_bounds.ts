/** Bounds on a Parquet file before it is decoded: its decoder allocates what headers claim. */
import type { FileMetaData } from "hyparquet";
import { parquetHeader } from "hyparquet/src/column.js";
import { BadData } from "./bad_data.ts";
import { checkSize } from "./file_bytes.ts";

const DEEPEST = 16;

/**
 * Checks that the footer is Thrift whose lists and numbers fit in its bytes.
 * @throws BadData
 */
export function checkFooter(file: string, bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = (at: number) => view.getUint32(at, true) === 0x31524150;
  if (bytes.length < 12 || !magic(0) || !magic(bytes.length - 4)) {
    throw new BadData(file, "not Parquet, or cut off");
  }
  const length = view.getUint32(bytes.length - 8, true), start = bytes.length - 8 - length;
  if (start < 4) throw new BadData(file, `a footer of ${length} bytes, in ${bytes.length}`);
  walkThrift(file, new DataView(bytes.buffer, bytes.byteOffset + start, length), 0);
}

/**
 * Checks every page of the columns that will be read: inside the file, no more values than the group has rows, and
 * unpacked no larger than the bound.
 *
 * @param columns names of flat columns
 * @throws BadData
 */
export function checkPages(
  file: string,
  bytes: Uint8Array,
  { row_groups: groups, num_rows: declared }: FileMetaData,
  columns: readonly string[],
  maxBytes: number,
): void {
  const rows = groups.reduce((sum, group) => sum + Number(group.num_rows), 0);
  if (rows !== Number(declared)) throw new BadData(file, `${declared} rows, and ${rows} in its groups`);
  checkSize(file, "the table", rows * columns.length * 8, maxBytes);
  let unpacked = 0;
  for (const { columns: chunks, num_rows } of groups) {
    for (const { meta_data: chunk } of chunks) {
      if (!chunk || !columns.includes(chunk.path_in_schema[0])) continue;
      const start = Number(chunk.dictionary_page_offset || chunk.data_page_offset);
      const end = start + Number(chunk.total_compressed_size), column = chunk.path_in_schema[0];
      if (!(start >= 4 && end >= start && end <= bytes.length)) {
        throw new BadData(file, "outside the file", { column });
      }
      const pages = new DataView(bytes.buffer, bytes.byteOffset + start, end - start);
      unpacked += pagesSize(file, pages, Number(num_rows), column, maxBytes);
      checkSize(file, "unpacked, it", unpacked, maxBytes);
    }
  }
}

/** Bytes of the pages of one column, unpacked. */
function pagesSize(file: string, view: DataView, rows: number, column: string, maxBytes: number): number {
  const bad = (reason: string) => new BadData(file, reason, { column });
  let size = 0, values = 0;
  for (let at = 0; at < view.byteLength;) {
    walkThrift(file, view, at);
    const reader = { view, offset: at }, header = parquetHeader(reader);
    const { compressed_page_size: packed, uncompressed_page_size: unpacked } = header;
    if (!(packed >= 0 && unpacked >= 0 && reader.offset + packed <= view.byteLength)) {
      throw bad("a page outside its column");
    }
    size += unpacked;
    checkSize(file, "unpacked, it", size, maxBytes);
    const words = header.dictionary_page_header?.num_values ?? 0;
    if (!(words >= 0 && words <= unpacked)) throw bad(`a dictionary of ${words} values in ${unpacked} bytes`);
    const held = (header.data_page_header ?? header.data_page_header_v2)?.num_values ?? 0;
    if (!(held >= 0 && (values += held) <= rows)) throw bad(`more values than the ${rows} rows of its group`);
    at = reader.offset + packed;
  }
  return size;
}

/** Walks one struct of Thrift's compact protocol without building it. @returns where it ends */
function walkThrift(file: string, view: DataView, at: number, depth = 0): number {
  const bad = () => new BadData(file, "a damaged header");
  const need = (bytes: number) => {
    if (at + bytes > view.byteLength) throw bad();
  };
  const varint = (): number => {
    for (let value = 0, i = 0; i < 10; i++) {
      need(1);
      const byte = view.getUint8(at++);
      value += (byte & 0x7f) * 2 ** (7 * i);
      if (byte < 0x80) return value;
    }
    throw bad();
  };
  const element = (type: number, level: number): void => {
    if (level > DEEPEST) throw bad();
    if (type === 3) return need(1), void at++;
    if (type >= 4 && type <= 6) return void varint();
    if (type === 7) return need(8), void (at += 8);
    if (type === 8) {
      const length = varint();
      return need(length), void (at += length);
    }
    if (type === 12) return void (at = walkThrift(file, view, at, level + 1));
    if (type !== 9) throw bad();
    need(1);
    const head = view.getUint8(at++), of = head & 15, length = head >> 4 === 15 ? varint() : head >> 4;
    // each element takes a byte at least, so the bytes bound the list
    for (let i = 0; i < length; i++) element(of <= 2 ? 3 : of, level + 1);
  };
  while (true) {
    need(1);
    const byte = view.getUint8(at++), type = byte & 15;
    if (type === 0) return at;
    if (byte >> 4 === 0) varint();
    if (type > 2) element(type, depth);
  }
}
