import assert from "node:assert/strict";
import fc from "fast-check";
import { crc32, deflateRawSync, gzipSync } from "node:zlib";
import { BadData } from "../../lib/data/bad_data.ts";
import { csv } from "../../lib/data/csv.ts";
import { idx } from "../../lib/data/idx.ts";
import { npy } from "../../lib/data/npy.ts";
import { npz } from "../../lib/data/npz.ts";
import { parquet } from "../../lib/data/parquet.ts";
import { quickest } from "../quickest.ts";

const fixture = (name: string) => Deno.readFileSync(new URL(`./fixtures/${name}`, import.meta.url));
const text = (lines: string) => new TextEncoder().encode(lines);
const little = (value: number, bytes: number) =>
  Uint8Array.from({ length: bytes }, (_, i) => Math.floor(value / 256 ** i) % 256);
const joined = (...parts: ArrayLike<number>[]) => Uint8Array.from(parts.flatMap((part) => Array.from(part)));

/** An npy file with this header, and zeros. */
const npyOf = (header: string, bytes: number) =>
  joined([0x93], text("NUMPY"), [1, 0], little(header.length, 2), text(header), new Uint8Array(bytes));
const shaped = (shape: string, descr = "'<f4'", order = "False") =>
  `{'descr': ${descr}, 'fortran_order': ${order}, 'shape': (${shape}), }`;

interface ZipClaims {
  readonly name?: string;
  readonly size?: number;
  readonly packed?: number;
  readonly crc?: number;
}

/** A zip of one deflated member, which may claim what is not so. */
function zipOf(content: Uint8Array, { name = "x.npy", ...claims }: ZipClaims = {}): Uint8Array {
  const held = deflateRawSync(content),
    { size = content.length, packed = held.length, crc = crc32(content) } = claims;
  const common = joined(
    little(20, 2),
    [0, 0, 8, 0, 0, 0, 0, 0],
    little(crc, 4),
    little(packed, 4),
    little(size, 4),
    little(name.length, 2),
    [0, 0],
  );
  const local = joined(little(0x04034b50, 4), common, text(name), held);
  const directory = joined(little(0x02014b50, 4), [20, 0], common, new Uint8Array(8), new Uint8Array(4), [
    0,
    0,
  ], text(name));
  return joined(
    local,
    directory,
    little(0x06054b50, 4),
    [0, 0, 0, 0, 1, 0, 1, 0],
    little(directory.length, 4),
    little(local.length, 4),
    [0, 0],
  );
}

const small = npyOf(shaped("2,"), 8);
const readZip = (bytes: Uint8Array, options = {}) => npz(bytes, { label: "x", ...options });

const LYING: [string, () => Promise<unknown>, RegExp][] = [
  [
    "an npy of 10¹² numbers in 80 bytes",
    () => npy(npyOf(shaped("1000000, 1000000"), 0)),
    /1000000 × 1000000 numbers of 4 bytes, in 0 bytes/,
  ],
  [
    "sizes whose product is no number any more",
    () => npy(npyOf(shaped("99999999999999999999,"), 0)),
    /shape \(99999999999999999999,\)/,
  ],
  [
    "a product beyond all bounds",
    () => npy(npyOf(shaped(Array(20).fill("9007199254740991").join(", ")), 0)),
    /numbers of 4 bytes, in 0 bytes/,
  ],
  ["a hundred axes", () => npy(npyOf(shaped("1, ".repeat(100)), 4)), /shape \(1, 1/],
  [
    "a huge header",
    () => npy(joined([0x93], text("NUMPY"), [2, 0], little(4e9, 4), text("{"))),
    /a header of 4000000000 bytes \(at most 10000\)/,
  ],
  ["a header that is code", () => npy(npyOf("__import__('os').system('true')", 0)), /no npy header/],
  ["numbers after the array", () => npy(npyOf(shaped("2,"), 9)), /2 numbers of 4 bytes, in 9 bytes/],
  [
    "numbers beyond the bound",
    () => npy(npyOf(shaped("300,", "'|u1'"), 300), { maxBytes: 800 }),
    /the array takes 1200 bytes \(at most 800; raise maxBytes\)/,
  ],
  ["another version", () => npy(joined([0x93], text("NUMPY"), [9, 0, 0, 0])), /npy version 9/],
  [
    "a zip whose member claims 4 GB",
    () => readZip(zipOf(small, { size: 4e9 })),
    /x takes 4000000000 bytes \(at most 1073741824; raise maxBytes\)/,
  ],
  [
    "a member that cannot be that large",
    () => readZip(zipOf(small, { size: 9e8 })),
    /x: \d+ bytes cannot hold 900000000/,
  ],
  ["a zip bomb", () => readZip(zipOf(new Uint8Array(5e6)), { maxBytes: 1e6 }), /x takes 5000000 bytes/],
  ["a zip bomb that claims to be small", () => readZip(zipOf(new Uint8Array(5e6), { size: 100 })), /x: /],
  ["a member cut off", () => readZip(zipOf(small, { packed: 9e6 })), /x: ends within the array/],
  ["a member that is another", () => readZip(zipOf(small, { crc: 1 })), /x: wrong CRC-32/],
  [
    "a member with a path as its name",
    () => npz(zipOf(small, { name: "../x.npy" }), { x: "y", label: "../x" }),
    /unknown array: y \(has \.\.\/x\)/,
  ],
  [
    "a gzip bomb",
    () => csv(gzipSync(new Uint8Array(5e6)), { label: "k", maxBytes: 1e6 }),
    /unpacked, it takes more/,
  ],
  ["a cut gzip", () => csv(gzipSync(text("a,k\n1,2")).subarray(0, 15), { label: "k" }), /damaged gzip/],
  [
    "an IDX of 10¹⁸ numbers",
    () => idx(Uint8Array.of(0, 0, 8, 2, 59, 154, 202, 0, 59, 154, 202, 0), small),
    /1000000000 × 1000000000 numbers of 1 bytes, in 0 bytes/,
  ],
  ["an IDX without axes", () => idx(Uint8Array.of(0, 0, 8, 0, 1), small), /not an IDX file/],
  [
    "a Parquet footer longer than the file",
    () => parquet(joined(text("PAR1"), little(4e9, 4), text("PAR1")), { label: "k" }),
    /a footer of 4000000000 bytes, in 12/,
  ],
  [
    "a Parquet footer that is a list of 10⁹ lists",
    () =>
      parquet(joined(text("PAR1"), [0x29, 0xf9, 0x80, 0x94, 0xeb, 0xdc, 3], little(7, 4), text("PAR1")), {
        label: "k",
      }),
    /a damaged header/,
  ],
  [
    "a Parquet number without end",
    () =>
      parquet(joined(text("PAR1"), [0x16], Array(300).fill(255), little(301, 4), text("PAR1")), {
        label: "k",
      }),
    /a damaged header/,
  ],
  [
    "a Parquet footer nested without end",
    () =>
      parquet(joined(text("PAR1"), Array(5000).fill(0x1c), little(5000, 4), text("PAR1")), { label: "k" }),
    /a damaged header/,
  ],
];
for (const [name, call, message] of LYING) {
  Deno.test(`a lying file is refused before it is believed: ${name}`, async () => {
    const refused = () =>
      assert.rejects(
        call,
        (error) => error instanceof BadData && message.test(error.message) || (console.error(error), false),
      );
    const took = await quickest(250, refused);
    assert.ok(took < 250, `${took} ms`);
  });
}

const labels = fixture("labels.idx1.gz");
const FORMATS: [string, (bytes: Uint8Array) => Promise<unknown>][] = [
  ["fortran.npy", (bytes) => npy(bytes)],
  ["array_int64.npy", (bytes) => npy(bytes)],
  ["images.npz", (bytes) => npz(bytes, { label: "labels" })],
  ["images.idx3.gz", (bytes) => idx(bytes, labels)],
  ["flowers_snappy.parquet", (bytes) => parquet(bytes, { label: "species", columns: ["petal", "sepal"] })],
  ["flowers_zstd.parquet", (bytes) => parquet(bytes, { label: "species", columns: ["petal", "sepal"] })],
  ["flowers_v2.parquet", (bytes) => parquet(bytes, { label: "species", columns: ["petal", "sepal"] })],
  ["flowers.csv", (bytes) => csv(bytes, { label: "species" })],
];
for (const [name, read] of FORMATS) {
  const whole = fixture(name);

  Deno.test(`${name} cut at any length is refused, or read where rows are all that is missing`, async () => {
    const stride = Math.max(1, Math.floor(whole.length / 300));
    for (let length = 0; length < whole.length; length += stride) {
      const failed = await read(whole.slice(0, length)).then(() => null, (error) => error);
      if (name.endsWith("csv") && failed === null) continue;
      assert.ok(failed instanceof BadData, `${length} bytes: ${failed?.stack ?? "read"}`);
    }
  });

  Deno.test(`${name} with bytes changed is read or refused, in time and without a crash`, async () => {
    const change = fc.tuple(
      fc.nat(whole.length - 1),
      fc.oneof(fc.nat(255), fc.constantFrom(0, 127, 128, 255)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 6 }), async (changes) => {
        const bytes = whole.slice();
        for (const [at, byte] of changes) bytes[at] = byte;
        const took = await quickest(1000, async () => {
          const failed = await read(bytes).then(() => null, (error) => error);
          assert.ok(failed === null || failed instanceof BadData, failed?.stack);
        });
        assert.ok(took < 1000, `${took} ms`);
      }),
      { numRuns: 400 },
    );
  });
}
