import assert from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import { csv } from "../../lib/data/csv.ts";
import { fromArrays } from "../../lib/data/from_arrays.ts";
import { idx } from "../../lib/data/idx.ts";
import { npy } from "../../lib/data/npy.ts";
import { npz } from "../../lib/data/npz.ts";
import { parquet } from "../../lib/data/parquet.ts";

const fixture = (name: string) => new URL(`./fixtures/${name}`, import.meta.url);
const PETAL = [1.5, -2.25, 3e-3, 4, 5.5, 6], SEPAL = [1, 2, 3, 4, 5, 6];
const X = Float32Array.from(PETAL.flatMap((petal, row) => [petal, SEPAL[row]]));
const PRICE = Float32Array.from(PETAL, (petal) => petal * 10);
const SPECIES = { classes: ["aster", "iris", "rose"], y: Int32Array.of(2, 1, 2, 0, 1, 2) };
const LABELS = { classes: ["1", "2", "3"], y: Int32Array.of(2, 0, 2, 1, 0, 2) };
const columns = ["petal", "sepal"];

const TABLES = ["none", "snappy", "gzip", "brotli", "zstd", "v2", "indexed"].map((kind) =>
  `flowers_${kind}.parquet`
);
for (const name of ["flowers.csv", "flowers_bom.csv.gz", "flowers_indexed.csv", ...TABLES]) {
  const read = name.endsWith("parquet") ? parquet : csv;
  Deno.test(`${name}, as pandas and pyarrow write it, is read: features, classes in sorted order, values`, async () => {
    const labelled = await read(fixture(name), { label: "species", columns });
    assert.deepEqual({ ...labelled, name: "" }, { name: "", x: X, features: 2, shape: [2], ...SPECIES });
    const valued = await read(fixture(name), { value: "price", columns });
    assert.deepEqual({ ...valued, name: "" }, {
      name: "",
      x: X,
      features: 2,
      shape: [2],
      classes: [],
      y: PRICE,
    });
  });
}

Deno.test("columns are read in the order asked for; by default all but the target", async () => {
  for (const [read, name] of [[csv, "flowers.csv"], [parquet, "flowers_snappy.parquet"]] as const) {
    const swapped = await read(fixture(name), { label: "species", columns: ["sepal", "petal"] });
    assert.deepEqual([...swapped.x.slice(0, 4)], [1, 1.5, 2, -2.25]);
    await assert.rejects(
      read(fixture(name), { value: "price" }),
      /row 1, column species: "rose" \(a finite number\)/,
    );
  }
});

Deno.test("labels that are whole numbers are sorted as numbers", async () => {
  const bytes = new TextEncoder().encode("a,k\n1,10\n2,9\n3,-1\n4,10\n");
  const { classes, y } = await csv(bytes, { label: "k" });
  assert.deepEqual([classes, [...y]], [["-1", "9", "10"], [2, 1, 0, 2]]);
});

Deno.test("quoted cells hold delimiters, quotes and line ends; another delimiter may be named", async () => {
  const text = 'a;kind\r\n1;"x; ""y""\r\nz"\r\n\r\n2;plain';
  const { classes, x } = await csv(new TextEncoder().encode(text), { label: "kind", delimiter: ";" });
  assert.deepEqual([classes, [...x]], [["plain", 'x; "y"\r\nz'], [1, 2]]);
});

for (
  const dtype of [
    "bool",
    "int8",
    "uint8",
    "int16",
    "uint16",
    "int32",
    "uint32",
    "int64",
    "uint64",
    "float16",
    "float32",
    "float64",
    "big_f4",
    "big_i2",
    "big_f8",
  ]
) {
  Deno.test(`an npy array of ${dtype} is read`, async () => {
    const { shape, values } = await npy(fixture(`array_${dtype}.npy`));
    assert.deepEqual([shape, [...values]], [[2, 3], [0, 1, dtype === "bool" ? 1 : 2, 1, 0, 1]]);
  });
}

Deno.test("an npy array in column-major order comes row by row; a single number has no axes", async () => {
  const { shape, values } = await npy(fixture("fortran.npy"));
  assert.deepEqual([shape, [...values]], [[2, 3, 4], Array.from({ length: 24 }, (_, i) => i)]);
  assert.deepEqual(await npy(fixture("scalar.npy")), { shape: [], dtype: "<f8", values: Float64Array.of(7) });
});

Deno.test("npz archives give features with their shape, and labels or values", async () => {
  const flowers = await npz(fixture("flowers.npz"), { label: "species" });
  assert.deepEqual({ ...flowers, name: "" }, { name: "", x: X, features: 2, shape: [2], ...LABELS });
  const prices = await npz(fixture("flowers.npz"), { value: "price" });
  assert.deepEqual([prices.classes, prices.y], [[], PRICE]);
  const images = await npz(fixture("images.npz"), { label: "labels" });
  assert.deepEqual({ ...images, name: "" }, {
    name: "",
    x: Float32Array.from({ length: 36 }, (_, i) => i),
    features: 6,
    shape: [2, 3],
    ...LABELS,
  });
});

Deno.test("IDX images and labels are read, packed or not", async () => {
  const expected = {
    name: "",
    x: Float32Array.from({ length: 36 }, (_, i) => i),
    features: 6,
    shape: [2, 3],
    ...LABELS,
  };
  assert.deepEqual(
    { ...await idx(fixture("images.idx3.gz"), fixture("labels.idx1.gz")), name: "" },
    expected,
  );
  const plain = (name: string) => Uint8Array.from(gunzipSync(Deno.readFileSync(fixture(name))));
  assert.deepEqual({ ...await idx(plain("images.idx3.gz"), plain("labels.idx1.gz")), name: "" }, expected);
  assert.deepEqual((await idx(fixture("floats.idx2.gz"), fixture("labels.idx1.gz"))).x, X);
});

Deno.test("what a reader gives is what fromArrays takes", async () => {
  const split = { training: 4, validation: 1, test: 1 };
  const data = fromArrays({
    ...await npz(fixture("images.npz"), { label: "labels" }),
    split,
    standardise: true,
  });
  assert.deepEqual([data.shape, data.classes, data.training.count], [[2, 3], ["1", "2", "3"], 4]);
});

const text = (lines: string) => new TextEncoder().encode(lines);
const label = "k";
const WRONG: [string, () => Promise<unknown>, RegExp][] = [
  [
    "a file that is not there",
    () => csv("no/such.csv", { label }),
    /^BadData: invalid data: no\/such.csv: no such file$/,
  ],
  ["a folder", () => csv(fixture("."), { label }), /not a file/],
  [
    "a file over the bound",
    () => csv(fixture("flowers.csv"), { label, maxBytes: 100 }),
    /flowers.csv: the file takes 128 bytes \(at most 100; raise maxBytes\)/,
  ],
  [
    "neither label nor value",
    () => csv(text("a,k\n1,2"), {}),
    /invalid label and value: undefined and undefined \(one of the two\)/,
  ],
  [
    "an unknown option",
    () => csv(text("a,k\n1,2"), { label, header: false } as never),
    /unknown option of csv: header/,
  ],
  [
    "another delimiter",
    () => csv(text("a;kind\n1;2"), { label: "kind" }),
    /unknown column: kind \(has a;kind; is the delimiter ";"\?\)/,
  ],
  ["an unknown column", () => csv(text("a,k\n1,2"), { label: "kind" }), /unknown column: kind \(has a, k\)/],
  ["a column that is there twice", () => csv(text("a,a,k\n1,1,2"), { label }), /two columns: a$/],
  [
    "a column asked for twice",
    () => csv(text("a,k\n1,2"), { label, columns: ["a", "a"] }),
    /column a is asked for twice/,
  ],
  [
    "the label as a feature",
    () => csv(text("a,k\n1,2"), { label, columns: ["a", "k"] }),
    /column k is asked for twice/,
  ],
  ["no features", () => csv(text("k\n1"), { label }), /no columns of features \(has k\)/],
  [
    "the index that pandas writes",
    () => csv(fixture("flowers_indexed.csv"), { label: "species" }),
    /column 1 is "", an index \(name the columns to read\)/,
  ],
  [
    "that of a parquet file",
    () => parquet(fixture("flowers_indexed.parquet"), { label: "species" }),
    /"__index_level_0__", an index/,
  ],
  ["a ragged row", () => csv(text("a,k\n1,2\n1,2,3"), { label }), /row 2: 3 cells \(the header has 2\)/],
  ["a short row", () => csv(text("a,b,k\n1,2"), { label }), /row 1: 2 cells \(the header has 3\)/],
  [
    "a text cell",
    () => csv(text("a,k\n1,2\nabc,2"), { label }),
    /row 2, column a: "abc" \(a finite number\)/,
  ],
  ["an empty cell", () => csv(text("a,k\n,2"), { label }), /row 1, column a: "" \(a finite number\)/],
  ["nan", () => csv(text("a,k\nnan,2"), { label }), /row 1, column a: "nan"/],
  ["infinity", () => csv(text("a,k\nInfinity,2"), { label }), /column a: "Infinity"/],
  ["a number beyond single precision", () => csv(text("a,k\n1e39,2"), { label }), /column a: "1e39"/],
  ["hexadecimal", () => csv(text("a,k\n0x10,2"), { label }), /column a: "0x10"/],
  ["an empty label", () => csv(text("a,k\n1,x\n1,"), { label }), /row 2, column k: "" \(a label/],
  ["no rows", () => csv(text("a,k\n"), { label }), /no rows/],
  ["nothing at all", () => csv(text(""), { label }), /no header/],
  ["an open quote", () => csv(text('a,k\n1,"x\n'), { label }), /row 1: quoted field unterminated/],
  ["another encoding", () => csv(Uint8Array.of(97, 44, 107, 10, 0xe9, 44, 49), { label }), /not UTF-8/],
  [
    "a long delimiter",
    () => csv(text("a,k"), { label, delimiter: "::" }),
    /invalid delimiter: "::" \(one character\)/,
  ],
  ["objects", () => npy(fixture("objects.npy")), /objects.npy: dtype \|O \(numbers: b1, i1/],
  ["records", () => npy(fixture("records.npy")), /records.npy: dtype \[\('a', '<i4'\), \('b', '<f4'\)\]/],
  ["complex numbers", () => npy(fixture("complex.npy")), /dtype <c16/],
  [
    "texts as labels of an npz",
    () => npz(fixture("texts.npz"), { label: "species" }),
    /texts.npz, species: dtype <U5/,
  ],
  [
    "an unknown array",
    () => npz(fixture("flowers.npz"), { label: "kind" }),
    /unknown array: kind \(has x, species, price\)/,
  ],
  [
    "values as labels",
    () => npz(fixture("flowers.npz"), { label: "price" }),
    /row 2: -22.5 \(a label: a text or a whole number\)/,
  ],
  [
    "labels with two axes",
    () => npz(fixture("flowers.npz"), { label: "x" }),
    /6 rows of features and 6 × 2 labels/,
  ],
  [
    "a null",
    () => parquet(fixture("odd.parquet"), { label: "kind", columns: ["b", "a"] }),
    /odd.parquet, row 2, column a: null \(a finite number\)/,
  ],
  [
    "three million rows in a small file",
    () => parquet(fixture("many_rows.parquet"), { label: "k", maxBytes: 1e6 }),
    /many_rows.parquet: the table takes 24000000 bytes \(at most 1000000; raise maxBytes\)/,
  ],
  [
    "a list",
    () => parquet(fixture("odd.parquet"), { label: "kind", columns: ["list"] }),
    /unknown column: list \(has a, b, kind, odd\)/,
  ],
  ["images that are no IDX", () => idx(fixture("flowers.csv"), fixture("labels.idx1.gz")), /not an IDX file/],
  [
    "labels of other images",
    () => idx(fixture("images.idx3.gz"), Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 1, 5)),
    /6 rows of features and 1 labels/,
  ],
];
for (const [name, call, message] of WRONG) {
  Deno.test(`readers refuse by file, row and column: ${name}`, () => assert.rejects(call, message));
}

Deno.test("names that mean something to JavaScript are plain names", async () => {
  for (const name of ["__proto__", "constructor", "toString", "hasOwnProperty"]) {
    const { classes, x } = await csv(text(`${name},k\n1,${name}\n2,b\n`), { label, columns: [name] });
    assert.deepEqual([[...classes].sort(), [...x]], [["b", name].sort(), [1, 2]]);
  }
  assert.equal(Object.keys(Object.prototype).length, 0);
});
