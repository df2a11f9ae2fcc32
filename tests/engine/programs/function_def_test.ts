import assert from "node:assert/strict";
import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import { type Attribute, type Constant, functionBytes } from "../../../lib/engine/programs/function_def.ts";
import { nativeTest, startNative } from "../libtensorflow_for_tests.ts";

/** Every field of a message as protobuf's own reader tells it: numbers, or bytes. */
function fieldsOf(bytes: Uint8Array): [field: number, value: number | Uint8Array][] {
  const reader = new BinaryReader(bytes), fields: [number, number | Uint8Array][] = [];
  while (reader.pos < reader.len) {
    const [field, wire] = reader.tag();
    if (wire === WireType.LengthDelimited) fields.push([field, reader.bytes()]);
    else fields.push([field, wire === WireType.Bit32 ? reader.float() : Number(reader.int64())]);
  }
  return fields;
}
const valuesOf = (bytes: Uint8Array, field: number) =>
  fieldsOf(bytes).filter(([each]) => each === field).map(([, value]) => value);
const within = (bytes: Uint8Array, ...path: number[]): Uint8Array =>
  path.reduce((inner, field) => valuesOf(inner, field)[0] as Uint8Array, bytes);
const text = (value: unknown) => new TextDecoder().decode(value as Uint8Array);

/** The bytes of a function of one node with one attribute, and that attribute's AttrValue within them. */
function withAttribute(value: Attribute): Uint8Array {
  const node = { name: "n", op: "Op", inputs: [], attributes: { key: value } };
  const entry = within(functionBytes({ name: "f", inputs: [], results: [], nodes: [node] }), 3, 5);
  assert.equal(text(valuesOf(entry, 1)[0]), "key");
  return within(entry, 2);
}

Deno.test("names, arguments, results and inputs of nodes stand where function.proto has them", () => {
  const bytes = functionBytes({
    name: "twice",
    inputs: [{ name: "x", dtype: 1 }, { name: "count", dtype: 3 }],
    results: [{ name: "y", dtype: 1, from: "sum:z:0" }],
    nodes: [{ name: "sum", op: "AddV2", inputs: ["x", "x"], attributes: { T: { type: 1 } } }],
    attributes: { _XlaMustCompile: { bool: true } },
  });
  const signature = within(bytes, 1), node = within(bytes, 3);
  assert.equal(text(valuesOf(signature, 1)[0]), "twice");
  const argument = (value: unknown) => [
    text(valuesOf(value as Uint8Array, 1)[0]),
    valuesOf(value as Uint8Array, 3)[0],
  ];
  assert.deepEqual(valuesOf(signature, 2).map(argument), [["x", 1], ["count", 3]]);
  assert.deepEqual(valuesOf(signature, 3).map(argument), [["y", 1]]);
  assert.deepEqual([1, 2].map((field) => text(valuesOf(node, field)[0])), ["sum", "AddV2"]);
  assert.deepEqual(valuesOf(node, 3).map(text), ["x", "x"]);
  assert.deepEqual([1, 2].map((field) => text(valuesOf(within(bytes, 4), field)[0])), ["y", "sum:z:0"]);
  assert.equal(text(valuesOf(within(bytes, 5), 1)[0]), "_XlaMustCompile");
  assert.deepEqual(fieldsOf(within(bytes, 5, 2)), [[5, 1]]);
});

const PLAIN: [string, Attribute, number, unknown][] = [
  ["a type", { type: 3 }, 6, 3],
  ["a whole number", { int: -7 }, 3, -7],
  ["a number past 32 bits", { int: 2 ** 40 }, 3, 2 ** 40],
  ["a float", { float: 0.25 }, 4, 0.25],
  ["yes", { bool: true }, 5, 1],
  ["no", { bool: false }, 5, 0],
];
for (const [what, value, field, expected] of PLAIN) {
  Deno.test(`an attribute holds ${what}`, () => {
    assert.deepEqual(fieldsOf(withAttribute(value)), [[field, expected]]);
  });
}

Deno.test("an attribute holds text, a function's name, shapes and lists", () => {
  assert.equal(text(within(withAttribute({ text: "SAME" }), 2)), "SAME");
  assert.equal(text(within(withAttribute({ function: "body" }), 10, 1)), "body");
  assert.deepEqual(valuesOf(within(withAttribute({ types: [1, 3] }), 1), 6), [1, 3]);
  assert.deepEqual(valuesOf(within(withAttribute({ ints: [1, -2] }), 1), 3), [1, -2]);
  const lengths = (shape: Uint8Array) => valuesOf(shape, 2).map((each) => valuesOf(each as Uint8Array, 1)[0]);
  assert.deepEqual(lengths(within(withAttribute({ shape: [2, 300] }), 7)), [2, 300]);
  const list = within(withAttribute({ shapes: [[4], []] }), 1);
  assert.deepEqual(valuesOf(list, 7).map((shape) => lengths(shape as Uint8Array)), [[4], []]);
});

const bytesOf = (values: readonly number[]) => new Uint8Array(Float32Array.from(values).buffer);
const CONSTANTS: [string, Constant, 4 | 5, number][] = [
  [
    "a thousand equal floats are one",
    { dtype: 1, shape: [1000], bytes: bytesOf(Array(1000).fill(0.5)) },
    5,
    4,
  ],
  ["unequal floats are all there", { dtype: 1, shape: [3], bytes: bytesOf([1, 1, 2]) }, 4, 12],
  ["floats that fall are all there", { dtype: 1, shape: [3], bytes: bytesOf([2, 0, 0]) }, 4, 12],
  ["zeros of two signs are not equal", { dtype: 1, shape: [2], bytes: bytesOf([0, -0]) }, 4, 8],
  ["one float is itself", { dtype: 1, shape: [], bytes: bytesOf([3]) }, 4, 4],
  ["whole numbers are all there", { dtype: 3, shape: [2], bytes: new Uint8Array(8) }, 4, 8],
];
for (const [what, constant, field, length] of CONSTANTS) {
  Deno.test(`in a constant ${what}`, () => {
    const tensor = within(withAttribute({ constant }), 8);
    assert.equal(valuesOf(tensor, 1)[0], constant.dtype);
    const given = valuesOf(tensor, field);
    assert.deepEqual([given.length, (given[0] as Uint8Array).length], [1, length]);
    assert.deepEqual(valuesOf(tensor, field === 4 ? 5 : 4), []);
  });
}

nativeTest("TensorFlow reads one number for a splat constant as all of them", async () => {
  const binding = await startNative();
  const constant = { dtype: 1, shape: [3, 2], bytes: bytesOf(Array(6).fill(-1.5)) };
  binding.addFunction(functionBytes({
    name: "splat_of_a_test",
    inputs: [],
    results: [{ name: "y", dtype: 1, from: "c:output:0" }],
    nodes: [{ name: "c", op: "Const", inputs: [], attributes: { dtype: { type: 1 }, value: { constant } } }],
  }));
  const [made] = await binding.call("splat_of_a_test", [], 1);
  assert.deepEqual(made.shape, [3, 2]);
  assert.deepEqual(binding.tensorDataSync(made.id), new Float32Array(6).fill(-1.5));
  binding.deleteTensor(made.id);
  await assert.rejects(
    binding.call("unknown_to_a_test", [], 1),
    /^TensorflowError: tensorflow: compiled program: /,
  );
});
