import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import {
  bytesOf,
  decodeSafetensors,
  encodeSafetensors,
  type NamedTensor,
} from "../../lib/checkpoints/safetensors.ts";

const GOLDEN = new URL("./golden/", import.meta.url);
interface Expected {
  readonly metadata: Record<string, string>;
  readonly tensors: Record<string, { dtype: string; shape: number[]; hex: string }>;
}
const expected = JSON.parse(Deno.readTextFileSync(new URL("expected.json", GOLDEN))) as Record<
  string,
  Expected
>;
const KINDS = { F64: Float64Array, F32: Float32Array, I32: Int32Array, U8: Uint8Array };
const PYTHON: Record<string, string> = { float64: "F64", float32: "F32", int32: "I32", uint8: "U8" };

const described = (tensors: readonly NamedTensor[]) =>
  Object.fromEntries(tensors.map(({ name, shape, values }) => [name, {
    dtype: Object.entries(KINDS).find(([, Kind]) => values instanceof Kind)![0],
    shape,
    hex: bytesOf(values).toHex(),
  }]));

for (const name of ["all_kinds", "no_metadata"]) {
  Deno.test(`a file of Python's safetensors is read to the bit: ${name}`, () => {
    const { metadata, tensors } = decodeSafetensors(
      Deno.readFileSync(new URL(`${name}.safetensors`, GOLDEN)),
    );
    assert.deepEqual(metadata, expected[name].metadata);
    assert.deepEqual(described(tensors), expected[name].tensors);
  });
}

/** `PLATEAU_PYTHON` names another one than the system's. */
const PYTHON_COMMAND = Deno.env.get("PLATEAU_PYTHON") ?? "python3";
const python = (() => {
  try {
    const { success } = new Deno.Command(PYTHON_COMMAND, {
      args: ["-c", "import safetensors.numpy"],
      stderr: "null",
    })
      .outputSync();
    return success ? null : "python3 has no package safetensors";
  } catch {
    return "no python3";
  }
})();
const sample: NamedTensor[] = [
  { name: "parameters/dense0.bias", shape: [3], values: Float32Array.of(0.5, -0, Infinity) },
  { name: "labels", shape: [1, 2], values: Int32Array.of(-1, 7) },
  { name: "rows/rate", shape: [2], values: Float64Array.of(1e-3, NaN) },
  { name: "flags", shape: [3], values: Uint8Array.of(1, 2, 255) },
  { name: "empty", shape: [0, 2], values: new Float32Array() },
  { name: "größe ☃", shape: [], values: Float32Array.of(2) },
];
Deno.test({
  name: `Python's safetensors reads our files to the bit${python ? ` (ignored: ${python})` : ""}`,
  ignore: python !== null,
  fn() {
    const file = Deno.makeTempFileSync({ suffix: ".safetensors" });
    try {
      const metadata = { step: "400", text: 'two\nlines, "quoted"' };
      Deno.writeFileSync(file, encodeSafetensors(sample, metadata));
      const { stdout, stderr } = new Deno.Command(PYTHON_COMMAND, {
        args: [fileURLToPath(new URL("./read_ours.py", import.meta.url)), file],
      }).outputSync();
      assert.equal(new TextDecoder().decode(stderr), "");
      const read = JSON.parse(new TextDecoder().decode(stdout)) as Expected;
      for (const tensor of Object.values(read.tensors)) tensor.dtype = PYTHON[tensor.dtype];
      assert.deepEqual(read, { metadata, tensors: described(sample) });
    } finally {
      Deno.removeSync(file);
    }
  },
});

const tensor = fc.tuple(
  fc.constantFrom(...Object.values(KINDS)),
  fc.array(fc.nat(4), { maxLength: 3 }),
  fc.infiniteStream(fc.double()),
).map(([Kind, shape, numbers]) => ({
  shape,
  values: new Kind([...numbers.take(shape.reduce((count, length) => count * length, 1))]),
}));
const noTensor = { shape: [0], values: new Float32Array() };
const name = fc.string({ unit: "grapheme" }).filter((name) => name !== "__metadata__");

Deno.test("what is written is read back, and aligned, whatever it is", () => {
  const tensors = fc.uniqueArray(fc.tuple(name, tensor), { selector: ([name]) => name, maxLength: 6 });
  const metadata = fc.dictionary(name, fc.string({ unit: "grapheme" }), { noNullPrototype: true });
  fc.assert(
    fc.property(tensors, metadata, (named, metadata) => {
      const given = named.map(([name, tensor]) => ({ name, ...tensor }));
      const bytes = encodeSafetensors(given, metadata), read = decodeSafetensors(bytes);
      assert.deepEqual(described(read.tensors), described(given));
      assert.deepEqual(new Map(Object.entries(read.metadata)), new Map(Object.entries(metadata)));
      assert.equal(new DataView(bytes.buffer).getBigUint64(0, true) % 8n, 0n);
      assert.deepEqual(encodeSafetensors(given, metadata), bytes);
    }),
    { examples: [[[], { ["__proto__"]: "a" }], [[["__proto__", noTensor]], {}]] },
  );
});

Deno.test("the order of metadata changes no byte", () => {
  assert.deepEqual(
    encodeSafetensors(sample, { a: "1", b: "2" }),
    encodeSafetensors(sample, { b: "2", a: "1" }),
  );
});

/** A file with this header over `data` bytes. */
function fileOf(
  header: string,
  data = 0,
  length = BigInt(new TextEncoder().encode(header).length),
): Uint8Array {
  const json = new TextEncoder().encode(header), bytes = new Uint8Array(8 + json.length + data);
  new DataView(bytes.buffer).setBigUint64(0, length, true);
  bytes.set(json, 8);
  return bytes;
}
const entry = (name: string, from: number, to: number, shape = [(to - from) / 4], dtype = "F32") =>
  `"${name}":{"dtype":"${dtype}","shape":${JSON.stringify(shape)},"data_offsets":[${from},${to}]}`;
const headerOf = (...entries: string[]) => `{${entries.join(",")}}`;

const REFUSED: [string, Uint8Array, RegExp][] = [
  ["nothing", new Uint8Array(0), /: 0 bytes, shorter than the length of a header$/],
  ["a header past the end", fileOf("{}", 0, 99n), /: header of 99 bytes in a file of 10$/],
  [
    "a header over 100 MB",
    fileOf("{}", 0, 100_000_001n),
    /: header of 100000001 bytes \(at most 100000000\)$/,
  ],
  ["a header of 2⁶⁴ − 1 bytes", fileOf("{}", 0, 2n ** 64n - 1n), /: header of 18446744073709551615 bytes/],
  ["no JSON", fileOf("{,}"), /: the header is not JSON$/],
  ["a list", fileOf("[]"), /: the header is not an object$/],
  ["a list for metadata", fileOf('{"__metadata__":["a"]}'), /: __metadata__ is not text by name$/],
  ["numbers in metadata", fileOf('{"__metadata__":{"a":1}}'), /: __metadata__ is not text by name$/],
  [
    "another dtype",
    Deno.readFileSync(new URL("half.safetensors", GOLDEN)),
    /: tensor x is of F16 \(reads F64, F32, /,
  ],
  [
    "a dtype of the prototype",
    fileOf(headerOf(entry("x", 0, 4, [1], "toString")), 4),
    /: tensor x is of toString/,
  ],
  ["a name twice", fileOf(headerOf(entry("x", 0, 4), entry("x", 0, 4)), 4), /: x is named twice$/],
  [
    "a name twice, once escaped",
    fileOf(headerOf(entry("x", 0, 4), entry("\\u0078", 4, 8)), 8),
    /: x is named twice$/,
  ],
  ["a tensor past the end", fileOf(headerOf(entry("x", 0, 8)), 4), /: tensor x ends at byte 8 of 4$/],
  [
    "a shape for another length",
    fileOf(headerOf(entry("x", 0, 8, [3])), 8),
    /: tensor x has 8 bytes, \[3\] of F32 has 12$/,
  ],
  [
    "an overflowing shape",
    fileOf(headerOf(entry("x", 0, 4, [2 ** 32, 2 ** 32])), 4),
    /: tensor x has 4 bytes/,
  ],
  ["a negative length", fileOf(headerOf(entry("x", 0, 4, [-1])), 4), /: tensor x has no sound dtype, shape/],
  ["offsets backwards", fileOf(headerOf(entry("x", 8, 4, [1])), 8), /: tensor x has -4 bytes/],
  [
    "an overlap",
    fileOf(headerOf(entry("x", 0, 8), entry("y", 4, 12)), 12),
    /: tensor y overlaps the one before it$/,
  ],
  [
    "a hole",
    fileOf(headerOf(entry("x", 0, 4), entry("y", 8, 12)), 12),
    /: 4 bytes before tensor y belong to none$/,
  ],
  ["bytes at the end", fileOf(headerOf(entry("x", 0, 4)), 5), /: 1 bytes at the end belong to no tensor$/],
  [
    "an unknown field",
    fileOf('{"x":{"dtype":"F32","shape":[],"data_offsets":[0,4],"code":"y"}}', 4),
    /: tensor x has no sound/,
  ],
];
for (const [what, bytes, message] of REFUSED) {
  Deno.test(`safetensors with ${what} are refused in one line`, () => {
    assert.throws(() => decodeSafetensors(bytes), (error: Error) => {
      assert.equal(error.name, "BadSafetensors");
      assert.match(error.message, /^invalid safetensors: [^\n]*$/);
      assert.match(error.message, message);
      return true;
    });
  });
}

Deno.test("nothing past the header is read before the header has been checked", () => {
  const bytes = fileOf(headerOf(entry("x", 0, 4_000_000_000)), 4), asked: number[] = [];
  const source = {
    size: bytes.length,
    read(at: number, length: number) {
      asked.push(at + length);
      return bytes.slice(at, at + length);
    },
  };
  assert.throws(() => decodeSafetensors(source), /ends at byte 4000000000 of 4/);
  assert.equal(Math.max(...asked), bytes.length - 4);
});

Deno.test("bytes of any kind are read or refused, never more", () => {
  const whole = encodeSafetensors(sample, { step: "1" });
  for (let length = 0; length < whole.length; length++) {
    assert.throws(() => decodeSafetensors(whole.subarray(0, length)), { name: "BadSafetensors" });
  }
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const bytes = whole.slice();
      bytes[at] ^= flip;
      try {
        decodeSafetensors(bytes);
      } catch (error) {
        assert.equal((error as Error).name, "BadSafetensors");
      }
    }),
    { numRuns: 500 },
  );
});

Deno.test("a name given twice and a shape that does not fit are refused in writing", () => {
  const values = new Float32Array(2);
  assert.throws(
    () => encodeSafetensors([{ name: "x", shape: [2], values }, { name: "x", shape: [2], values }]),
    /^RangeError: invalid tensor: x \(name taken\)$/,
  );
  assert.throws(
    () => encodeSafetensors([{ name: "x", shape: [3], values }]),
    /^RangeError: invalid tensor: x \(2 numbers for \[3\]\)$/,
  );
});
