import assert from "node:assert/strict";
import fc from "fast-check";
import { decode, DecodeError, encode, EncodeError, sameData } from "../../lib/notebook/codec.ts";

const around = <T>(value: T): T => decode(encode(value)) as T;

const table: Record<string, unknown> = {
  "numbers that JSON loses": [NaN, Infinity, -Infinity, -0, 0, 1e308, 2 ** 53],
  "undefined and null": [undefined, null, { a: undefined }],
  "bigints": [0n, -1n, 2n ** 80n, -(2n ** 80n)],
  "dates, also invalid": [new Date(0), new Date(NaN)],
  "maps and sets": [
    new Map<unknown, unknown>([["a", 1], [{ b: 2 }, new Map()]]),
    new Set([1, "x", undefined]),
  ],
  "regular expressions": [/a+\/b/gi],
  "typed arrays": [
    new Float64Array([NaN, -0, 1]),
    new Uint8Array(3),
    new BigInt64Array([-5n]),
    new Int16Array(0),
  ],
  "buffers": [new Uint8Array([1, 2, 3]).buffer, new DataView(new ArrayBuffer(5))],
  "strings": ["", "\ud800", "ß💡", "a\u2028b"],
  "tag look-alikes": [["u"], ["ref", 0], { a: ["t", "Float64Array", 0, 8] }],
  "names that pollute": JSON.parse(
    '{"__proto__":{"a":1},"constructor":{"prototype":1},"toJSON":2,"hasOwnProperty":0}',
  ),
};
for (const [name, value] of Object.entries(table)) {
  Deno.test(`${name} arrive as they were`, () => assert.deepStrictEqual(around(value), value));
}

Deno.test("a key named __proto__ stays a plain name and changes no prototype", () => {
  const back = around(table["names that pollute"]) as object;
  assert.equal(Object.getPrototypeOf(back), Object.prototype);
  assert.ok(Object.hasOwn(back, "__proto__"));
  assert.equal(({} as Record<string, unknown>).a, undefined);
});

Deno.test("errors arrive with their kind, name, message, stack and cause", () => {
  const sent = [
    new RangeError("too long", { cause: { step: 3 } }),
    Object.assign(new Error("x"), { name: "Odd" }),
  ];
  const back = around(sent);
  assert.ok(back[0] instanceof RangeError);
  for (const key of ["name", "message", "stack", "cause"] as const) {
    assert.deepEqual(back.map((error) => error[key]), sent.map((error) => error[key]));
  }
});

Deno.test("shared references are kept", () => {
  const shared = { n: 1 };
  const bytes = new Float64Array(4);
  const value: Record<string, unknown> = { a: shared, b: [shared], bytes, again: bytes };
  const back = around(value) as typeof value & { b: unknown[] };
  assert.equal(back.b[0], back.a);
  assert.equal(back.again, back.bytes);
});

Deno.test("a view on a larger buffer sends only its own bytes", () => {
  const frame = encode(new Float64Array(10_000).subarray(10, 12));
  assert.ok(frame.length < 100);
  assert.deepEqual(decode(frame), new Float64Array(2));
});

class Model {}
const deep: { next?: unknown } = {};
let tip: { next?: unknown } = deep;
for (let i = 0; i < 300; i++) tip = tip.next = {};
const cycle = { list: [{ self: {} }] };
cycle.list[0].self = cycle;
const ring = new Map<string, unknown>();
ring.set("me", ring);
const refused: [string, unknown, RegExp][] = [
  [
    "a function",
    { layers: [{ f: function relu() {} }] },
    /^cannot send model\.layers\[0\]\.f: it is a function \(relu\)/,
  ],
  ["a nameless function", [() => 1], /^cannot send model\[0\]: it is a function \(anonymous\)/],
  ["a symbol", { "a b": Symbol() }, /^cannot send model\["a b"\]: it is a symbol/],
  ["a class instance", { m: new Model() }, /^cannot send model\.m: it is a Model instance/],
  ["a promise", Promise.resolve(1), /^cannot send model: it is a Promise; await it first/],
  ["a tensor", new (class Tensor {})(), /send its numbers/],
  ["a value in a map", new Map([["k", new Model()]]), /^cannot send model\.get\("k"\)/],
  ["a cycle", cycle, /^cannot send model\.list\[0\]\.self: it contains itself; send data without cycles/],
  ["a map in itself", ring, /^cannot send model\.get\("me"\): it contains itself/],
  ["deep nesting", deep, /nested more than 200 levels/],
];
for (const [name, value, message] of refused) {
  Deno.test(`${name} is refused by its path`, () =>
    assert.throws(
      () => encode(value, "model"),
      (error) => error instanceof EncodeError && message.test(error.message),
    ));
}

Deno.test("a frame whose value lies in itself is none", () => {
  for (const head of [`["a",["ref",0]]`, `{"a":["m","k",["ref",1]]}`, `["s",["a",["ref",0]]]`]) {
    const text = new TextEncoder().encode(head), frame = new Uint8Array(Math.ceil((4 + text.length) / 8) * 8);
    new DataView(frame.buffer).setUint32(0, text.length, true);
    frame.set(text, 4);
    assert.throws(() => decode(frame), /reference \d to what contains it/, head);
  }
});

Deno.test("any structured value arrives equal", () => {
  const leaf = fc.oneof(
    fc.double(),
    fc.string(),
    fc.boolean(),
    fc.bigInt(),
    fc.constantFrom(null, undefined),
    fc.date(),
    fc.float64Array(),
    fc.uint8Array(),
    fc.int16Array(),
  );
  const tree = fc.letrec((tie) => ({
    node: fc.oneof(
      { depthSize: "small" },
      leaf,
      fc.array(tie("node")),
      fc.dictionary(
        fc.oneof(fc.string(), fc.constantFrom("__proto__", "constructor", "$", "t")),
        tie("node"),
        {
          noNullPrototype: true,
        },
      ),
      fc.array(fc.tuple(fc.string(), tie("node"))).map((entries) => new Map(entries)),
      fc.array(leaf).map((items) => new Set(items)),
    ),
  })).node;
  fc.assert(fc.property(tree, (value) => assert.deepStrictEqual(around(value), value)), { numRuns: 300 });
});

Deno.test("no bytes make the decoder do anything but answer or throw DecodeError", () => {
  const frame = encode({
    a: new Float64Array(3),
    b: new Map([[1, new Set([2n])]]),
    c: /x/,
    d: new Date(0),
    e: [1, { f: NaN }],
  });
  const safely = (bytes: Uint8Array) => {
    try {
      decode(bytes);
    } catch (error) {
      assert.ok(error instanceof DecodeError, String(error));
    }
  };
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), safely));
  for (let length = 0; length < frame.length; length++) safely(frame.subarray(0, length));
  for (let at = 0; at < frame.length; at++) {
    for (const bit of [1, 8, 128]) {
      const damaged = frame.slice();
      damaged[at] ^= bit;
      safely(damaged);
    }
  }
});

Deno.test("lengths that lie are refused before anything is allocated", () => {
  const forge = (head: unknown) => {
    const text = new TextEncoder().encode(JSON.stringify(head));
    const frame = new Uint8Array(4 + text.length);
    new DataView(frame.buffer).setUint32(0, text.length, true);
    frame.set(text, 4);
    return frame;
  };
  const nested = (levels: number): unknown => levels ? ["a", nested(levels - 1)] : 1;
  const heads = [
    ["t", "Float64Array", 0, 8e9],
    ["t", "Float64Array", -8, 8],
    ["ref", 3],
    ["x"],
    ["big", "", "zz"],
    ["r", "(", ""],
    nested(1000),
  ];
  for (const head of heads) assert.throws(() => decode(forge(head)), DecodeError);
  assert.throws(() => decode(new Uint8Array([255, 255, 255, 255, 0])), DecodeError);
});

Deno.test("same data is equal by content", () => {
  assert.ok(sameData({ a: [1, NaN] }, { a: [1, NaN] }));
  assert.ok(sameData(NaN, NaN));
  assert.ok(!sameData({ a: 1 }, { a: 2 }));
  assert.ok(!sameData(1, "1"));
});
