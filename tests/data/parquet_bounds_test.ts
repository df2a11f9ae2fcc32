import assert from "node:assert/strict";
import { parquetMetadata } from "hyparquet";
import { checkPages } from "../../lib/data/parquet_bounds.ts";

type Chunk = { total_compressed_size: bigint; dictionary_page_offset: bigint; data_page_offset: bigint };

/** The pages of a real file, whose bytes or footer were changed. */
function check(
  change: (footer: ReturnType<typeof parquetMetadata>, petal: Chunk, bytes: Uint8Array) => void,
  bound = 1e6,
) {
  const bytes = Deno.readFileSync(new URL("./fixtures/flowers_none.parquet", import.meta.url));
  const footer = parquetMetadata(bytes, { geoparquet: false });
  change(footer, footer.row_groups[0].columns[0].meta_data as unknown as Chunk, bytes);
  checkPages("flowers", bytes, footer, ["petal", "species"], bound);
}

Deno.test("the pages of a file as it was written are within their bounds", () => check(() => {}));

const LIES: [string, Parameters<typeof check>[0], RegExp, number?][] = [
  ["rows that no group has", (footer) => footer.num_rows = 7n, /7 rows, and 6 in its groups/],
  [
    "more rows than the bound lets in",
    (footer) => footer.num_rows = footer.row_groups[0].num_rows = 10n ** 12n,
    /1000000000002 in its groups/,
  ],
  [
    "a column beyond the file",
    (_, petal) => petal.total_compressed_size = 10n ** 9n,
    /column petal: outside the file/,
  ],
  [
    "a column before the file",
    (_, petal) => petal.dictionary_page_offset = -9n,
    /column petal: outside the file/,
  ],
  [
    "a page beyond its column",
    (_, petal) => petal.total_compressed_size -= 1n,
    /column petal: a page outside its column/,
  ],
  ["more values than rows", (footer) => {
    footer.num_rows = 5n;
    footer.row_groups[0].num_rows = 3n;
  }, /column petal: more values than the 3 rows of its group/],
  ["a dictionary of more values than bytes", (_, petal, bytes) => {
    const count = Number(petal.dictionary_page_offset) + 8;
    assert.equal(bytes[count], 8, "four values, in zigzag");
    bytes[count] = 0x7e;
  }, /column petal: a dictionary of 63 values in 32 bytes/],
  [
    "pages that unpack beyond the bound",
    () => {},
    /unpacked, it takes \d+ bytes \(at most 100; raise maxBytes\)/,
    100,
  ],
  ["a table beyond the bound", () => {}, /the table takes 96 bytes \(at most 90; raise maxBytes\)/, 90],
];
for (const [name, change, message, bound] of LIES) {
  Deno.test(`a Parquet file that lies about its pages is refused: ${name}`, () => {
    assert.throws(() => check(change, bound), message);
  });
}
