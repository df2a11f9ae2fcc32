/** Parquet files: columns of numbers, and one of labels. */
import { checkKeys } from "../option_checks.ts";
import zlib from "node:zlib";
import type { Compressors, FileMetaData } from "hyparquet";
import { BadData } from "./bad_data.ts";
import { type Bounds, type File, fileBytes } from "./file_bytes.ts";
import type { Arrays } from "./from_arrays.ts";
import { table, type TableOptions } from "./table.ts";

export interface ParquetOptions extends TableOptions, Bounds {}

/** None unpacks more than the page's header says, which was checked. */
const compressors: Compressors = {
  GZIP: (page, size) => zlib.gunzipSync(page, { maxOutputLength: Math.max(1, size) }),
  BROTLI: (page, size) => zlib.brotliDecompressSync(page, { maxOutputLength: Math.max(1, size) }),
  ZSTD: (page, size) => zlib.zstdDecompressSync(page, { maxOutputLength: Math.max(1, size) }),
};

/**
 * Reads flat columns of a Parquet file, packed by nothing, Snappy, gzip, Brotli or Zstandard. Every cell that is read
 * has to be a finite number or a boolean, but for the labels: texts or whole numbers.
 *
 * @param file a path, a file URL or bytes
 * @param options the columns, and bounds
 * @returns arrays for `datasets.fromArrays`
 * @throws BadData that names file, row (from 1) and column; headers are checked against the file before they are
 *   believed
 *
 * @example
 * ```ts ignore
 * import { datasets } from "plateau";
 * const arrays = await datasets.parquet("prices.parquet", { value: "price", columns: ["rooms", "area"] });
 * const data = datasets.fromArrays({ ...arrays, standardise: true });
 * ```
 */
export async function parquet(file: File, options: ParquetOptions): Promise<Arrays> {
  checkKeys("parquet", options, ["label", "value", "columns", "maxBytes"]);
  const { file: name, bytes, maxBytes } = await fileBytes(file, options);
  // loaded when the first file is read: notebooks without one start faster
  const { parquetMetadata, parquetScan } = await import("hyparquet");
  const { checkFooter, checkPages } = await import("./parquet_bounds.ts");
  checkFooter(name, bytes);
  try {
    const metadata = parquetMetadata(bytes, { geoparquet: false }), rows = Number(metadata.num_rows);
    const header = flatColumns(metadata);
    const into = table(name, header, options, rows, maxBytes);
    checkPages(name, bytes, metadata, into.columns, maxBytes);
    const { buffer } = bytes;
    const scan = await parquetScan({
      file: { byteLength: bytes.length, slice: (start, end) => buffer.slice(start, end) },
      metadata,
      columns: [...into.columns],
      compressors,
      geoparquet: false,
      useOffsetIndex: false,
    });
    for (const { rowStart, rowEnd } of scan.ranges) {
      for (const [place, column] of into.columns.entries()) {
        const cells = await scan.readColumn({ column, rowStart, rowEnd });
        for (let i = 0; i < rowEnd - rowStart; i++) into.set(rowStart + i, place, cells[i]);
      }
    }
    return into.arrays(rows);
  } catch (error) {
    if (error instanceof BadData || error instanceof TypeError && error.message.startsWith("invalid")) {
      throw error;
    }
    throw new BadData(name, (error as Error).message);
  }
}

/** Names of the columns that hold one value a row. */
function flatColumns({ schema }: FileMetaData): string[] {
  const names: string[] = [];
  for (let at = 1; at < schema.length; at++) {
    const { name, num_children: children = 0, repetition_type: repetition } = schema[at];
    if (children === 0 && repetition !== "REPEATED") names.push(name);
    for (let inside = children; inside > 0 && at + 1 < schema.length; inside--) {
      inside += schema[++at].num_children ?? 0;
    }
  }
  return names;
}
