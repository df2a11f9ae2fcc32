import assert from "node:assert/strict";
import { type Argument, opSignatures } from "../../../lib/engine/native/op_signatures.ts";
import { nativeTest, startNative } from "../libtensorflow_for_tests.ts";

const argument = (name: string, follows: Partial<Argument> = {}): Argument => ({
  name,
  type: "",
  number: "",
  typeList: "",
  ...follows,
});

const SIGNATURES: [string, string, Argument[], Argument[]][] = [
  ["MatMul", "two inputs of one type", [argument("a", { type: "T" }), argument("b", { type: "T" })], [
    argument("product", { type: "T" }),
  ]],
  ["Pack", "as many inputs as an attribute says", [argument("values", { type: "T", number: "N" })], [
    argument("output", { type: "T" }),
  ]],
  ["PartitionedCall", "inputs and outputs by lists of types", [argument("args", { typeList: "Tin" })], [
    argument("output", { typeList: "Tout" }),
  ]],
  ["Unpack", "as many outputs as an attribute says", [argument("value", { type: "T" })], [
    argument("output", { type: "T", number: "num" }),
  ]],
  ["StringLower", "types that are fixed", [argument("input")], [argument("output")]],
  ["Reshape", "types of their own", [
    argument("tensor", { type: "T" }),
    argument("shape", { type: "Tshape" }),
  ], [argument("output", { type: "T" })]],
];
for (const [op, what, inputs, outputs] of SIGNATURES) {
  nativeTest(`${op} has ${what}, as the library lists it`, async () => {
    const signatureOf = opSignatures((await startNative()).opList());
    assert.deepEqual({ ...signatureOf(op), stateful: false }, { inputs, outputs, stateful: false });
    assert.equal(signatureOf(op), signatureOf(op), "looked into once");
  });
}

nativeTest("an op that the library does not have is named", async () => {
  const signatureOf = opSignatures((await startNative()).opList());
  assert.throws(() => signatureOf("Foo"), { message: "unknown op: Foo" });
});
