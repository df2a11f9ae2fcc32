import assert from "node:assert/strict";
import fc from "fast-check";
import { clocked } from "../../lib/clocked.ts";
import { decode, encode } from "../../lib/notebook/codec.ts";
import { pathText } from "../../lib/notebook/codec_path.ts";
import { compare } from "../../lib/report/compare.ts";
import { compareText } from "../../lib/report/compare_text.ts";
import { trajectory } from "./recorded_by_hand.ts";

const copy = <T>(value: T): T => decode(encode(value)) as T;
const told = (was: unknown, is: unknown) =>
  compare(was, is).differences.map(({ path, is, was }) => `${pathText(path)}: ${is}, was ${was}`);

const number = fc.oneof(fc.double(), fc.constantFrom(NaN, -0, 0, Infinity, -Infinity), fc.integer());
const leaf = fc.oneof(
  number,
  fc.string(),
  fc.boolean(),
  fc.constant(null),
  fc.constant(undefined),
  fc.bigInt(),
);
const numbers = fc.oneof(
  fc.float64Array(),
  fc.float32Array(),
  fc.int32Array(),
  fc.uint8Array(),
  fc.bigInt64Array(),
);
const data = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    leaf,
    numbers,
    fc.date(),
    fc.array(tie("value")),
    fc.dictionary(fc.string(), tie("value")),
    fc.array(tie("value")).map((items) => new Set(items)),
    fc.array(fc.tuple(leaf, tie("value"))).map((entries) => new Map(entries)),
  ),
})).value;

Deno.test("whatever can be sent is equal to itself", () => {
  fc.assert(fc.property(data, (value) => {
    const { count, near, leftOut } = compare(value, copy(value));
    assert.deepEqual({ count, near, leftOut: leftOut.size }, { count: 0, near: null, leftOut: 0 });
  }));
});

/** Every place of a value that can be changed alone, and how. */
function places(
  value: unknown,
  path: (string | number)[] = [],
): [path: (string | number)[], change: () => void][] {
  if (typeof value !== "object" || value === null) return [];
  const of = value as Record<string | number, unknown>;
  if (ArrayBuffer.isView(value)) {
    return Array.from(value as Uint8Array, (_, i) => [[...path, i], () => of[i] = other(of[i])]);
  }
  if (Object.prototype.toString.call(value) !== "[object Object]" && !Array.isArray(value)) return [];
  const keys = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  return keys.flatMap((key): ReturnType<typeof places> => {
    const inner = of[key];
    if (typeof inner === "object" && inner !== null) return places(inner, [...path, key]);
    const change = () =>
      Object.defineProperty(of, key, { value: other(inner), writable: true, enumerable: true });
    return [[[...path, key], change]];
  });
}

function other(value: unknown): unknown {
  if (typeof value === "bigint") return value ^ 1n;
  if (typeof value === "number") return Object.is(value, 0) ? 1 : Number.isFinite(value) ? 0 : 5;
  return typeof value === "string"
    ? `${value}!`
    : value === null
    ? undefined
    : typeof value === "boolean"
    ? !value
    : null;
}

Deno.test("any one changed leaf is found, alone, and named by its path", () => {
  let changed = 0;
  fc.assert(fc.property(data, fc.nat(), (value, n) => {
    const is = copy(value), all = places(is);
    if (all.length === 0) return;
    const [path, change] = all[n % all.length];
    change();
    changed++;
    const { differences, count } = compare(value, is);
    assert.equal(count, 1);
    assert.deepEqual(differences[0].path, path);
  }));
  assert.ok(changed > 10);
});

Deno.test("what is near one way is near the other, and by no more than the tolerance", () => {
  const tolerance = { relative: 1e-3, absolute: 1e-6 };
  fc.assert(
    fc.property(
      fc.float64Array({ minLength: 1 }),
      fc.double({ min: -3e-3, max: 3e-3, noNaN: true }),
      (was, by) => {
        const is = was.map((each) => each * (1 + by));
        const [there, back] = [compare(was, is, tolerance), compare(is, was, tolerance)];
        assert.equal(there.count, back.count);
        assert.deepEqual(there.near?.relative.relative, back.near?.relative.relative);
        const { relative = 0, absolute = 0 } = there.near?.relative ?? {};
        assert.ok(relative <= 1e-3 || absolute <= 1e-6);
      },
    ),
  );
});

const DIFFERENCES: Record<string, [was: unknown, is: unknown, told: string[]]> = {
  "-0 and 0": [{ a: [0] }, { a: [-0] }, ["a[0]: -0, was 0"]],
  "NaN and a number": [[NaN, NaN], [NaN, 1], ["[1]: 1, was NaN"]],
  "another length": [[1, 2], [1], ["length: 1, was 2"]],
  "another kind of array": [new Float64Array(1), new Float32Array(1), [
    "value: Float32Array of 1, was Float64Array of 1",
  ]],
  "a number in a typed array": [
    { loss: new Float64Array([0.5, 0.25]) },
    { loss: new Float64Array([0.5, 0.125]) },
    ["loss[1]: 0.125, was 0.25"],
  ],
  "a longer typed array": [new Int8Array(1), new Int8Array(2), ["length: 2, was 1"]],
  "a member that is gone": [{ a: 1, b: 2 }, { a: 1 }, ["b: missing, was 2"]],
  "undefined and a member that is missing": [{}, { a: undefined }, ["a: undefined, was missing"]],
  "the order of members": [{ a: 1, b: 2 }, { b: 2, a: 1 }, ["value: keys b, a, was keys a, b"]],
  "a key of a map": [new Map([["a", 1]]), new Map([["b", 1]]), ['key(0): "b", was "a"']],
  "a value of a map": [new Map([["a", 1]]), new Map([["a", 2]]), ['get("a"): 2, was 1']],
  "an item of a set": [new Set([1]), new Set([2]), ["[0]: 2, was 1"]],
  "a date": [new Date(0), new Date(1), ["value: 1, was 0"]],
  "an expression": [/a/g, /a/i, ['value: "/a/i", was "/a/g"']],
  "an error": [new Error("a"), new RangeError("a"), ['name: "RangeError", was "Error"']],
  "bytes": [new Uint8Array([1]).buffer, new Uint8Array([2]).buffer, ["[0]: 2, was 1"]],
  "an object and a list": [{}, [], ["value: a list of 0, was an object with nothing"]],
  "text that a terminal would obey": ["a", "\x1b[2J", ['value: "\\u001b[2J", was "a"']],
};
for (const [name, [was, is, lines]] of Object.entries(DIFFERENCES)) {
  Deno.test(`${name}: that differs`, () => assert.deepEqual(told(was, is), lines));
}

Deno.test("where an error was thrown is not compared", () => {
  const [was, is] = [new Error("a"), new Error("a")];
  is.stack = "elsewhere";
  assert.deepEqual(told(was, is), []);
});

Deno.test("a value that is shared a thousand million times is compared once", () => {
  const deep = (n: number): unknown => n === 0 ? [1] : ((inner) => [inner, inner])(deep(n - 1));
  assert.equal(compare(deep(30), deep(30)).count, 0);
});

Deno.test("clock readings are left out and counted, and nothing beside them", () => {
  const was = trajectory([0.7, 0.5], [0.1, 0.2]), is = trajectory([0.7, 0.6], [0.3, 0.4]);
  const { differences, leftOut } = compare({ was, plain: { seconds: 1 } }, {
    was: is,
    plain: { seconds: 2 },
  });
  assert.deepEqual(differences.map(({ path }) => pathText(path)), ["was.updates.loss[1]", "plain.seconds"]);
  assert.deepEqual([...leftOut], [["Trajectory.updates.seconds", 1]]);
});

const timed = (text: string) => ({
  type: "table",
  columns: [{ label: "time", clock: true }],
  rows: [[{ text }]],
});
const CELLS: Record<string, [was: string, is: string, same: boolean]> = {
  "another time": ["4.2 s", "1:11", true],
  "no time yet": ["—", "0.3 s", true],
  "another number": ["0.9999", "0.51", false],
  "another word": ["diverged", "1:11", false],
  "words beside the time": ["1:11, and it won", "1:12, and it lost", false],
};
for (const [name, [was, is, same]] of Object.entries(CELLS)) {
  Deno.test(`a cell of a column of times has ${name}: ${same ? "left out" : "differs"}`, () => {
    assert.equal(compare(timed(was), timed(is)).count === 0, same);
  });
}

Deno.test("a column that only one of the two says is one of times is compared", () => {
  const plain = { type: "table", columns: [{ label: "time" }], rows: [[{ text: "1:11" }]] };
  assert.deepEqual(told(timed("4.2 s"), plain), [
    "columns[0].clock: missing, was true",
    'rows[0][0].text: "1:11", was "4.2 s"',
  ]);
});

Deno.test("a reading of another kind is none", () => {
  const at = (seconds: unknown) => ({ step: 1, epoch: 1, examples: 32, seconds });
  assert.deepEqual(told(at("the best of all"), at(0.4)), ['seconds: 0.4, was "the best of all"']);
  assert.deepEqual(told(at(0.3), at(0.4)), []);
});

const took = (seconds: number, words = "and no more") => ({ text: `It took ${clocked(seconds)} ${words}.` });
const CLOCKED: Record<string, [was: unknown, is: unknown, told: string[], leftOut: number]> = {
  "another reading": [took(4.2), took(71), [], 1],
  "the same reading": [took(4.2), took(4.2), [], 0],
  "other words beside it": [
    took(4.2),
    took(71, "or more"),
    ['text: "It took 1:11 or more.", was "It took 4.2 s and no more."'],
    0,
  ],
  "a reading that is not marked": [
    { text: "It took 4.2 s" },
    { text: "It took 4.3 s" },
    ['text: "It took 4.3 s", was "It took 4.2 s"'],
    0,
  ],
  "a mark that only one has": [
    took(4.2),
    { text: "It took 4.3 s and no more." },
    ['text: "It took 4.3 s and no more.", was "It took 4.2 s and no more."'],
    0,
  ],
  "the message of an error": [
    new Error(`after ${clocked("2 s")}`),
    new Error(`after ${clocked("3 s")}`),
    [],
    1,
  ],
};
for (const [name, [was, is, lines, leftOut]] of Object.entries(CLOCKED)) {
  Deno.test(`words of a clock: ${name}`, () => {
    assert.deepEqual(told(was, is), lines);
    assert.equal(compare(was, is).leftOut.get("clocked words") ?? 0, leftOut);
  });
}

Deno.test("near another engine a reading in a text is left out too, and its other numbers are compared", () => {
  const text = (seconds: number, loss: number) => `loss ${loss} in ${clocked(seconds)} on wasm`;
  const { count, near, leftOut } = compare(text(4.2, 0.5), text(9.9, 0.5003), TOLERANCE);
  assert.deepEqual([count, near?.relative.path, [...leftOut.keys()]], [0, [], ["clocked words"]]);
  assert.equal(compare(text(4.2, 0.5), text(9.9, 0.9), TOLERANCE).count, 1);
});

const TOLERANCE = {
  relative: 1e-3,
  absolute: 1e-6,
  alike: ["wasm 4.22.0", "tensorflow 2.21.0", "wasm", "tensorflow"],
};
const NEAR: Record<string, [was: unknown, is: unknown, near: boolean]> = {
  "a thousandth": [1, 1.0009, true],
  "more than that": [1, 1.002, false],
  "almost nothing": [0, 9e-7, true],
  "-0 and 0": [0, -0, true],
  "NaN and a number": [NaN, 1, false],
  "infinity and a large number": [Infinity, 1e308, false],
  "a count of many": [100_000, 100_001, true],
  "a count of few": [450, 451, false],
  "numbers in a text": ["loss 0.5000 at step 1,200", "loss 0.5003 at step 1,200", true],
  "a text that is rounded": ["regret 0.01", "regret 0.02", true],
  "a text by two of its last digit": ["regret 0.01", "regret 0.03", false],
  "other words": ["0.5 won", "0.5 lost", false],
  "more numbers": ["1 2", "1 2 3", false],
  "the engine's name": ["trained on wasm 4.22.0 in f32", "trained on tensorflow 2.21.0 in f32", true],
  "another name": ["trained on wasm", "trained on cpu", false],
  "bigints": [1n, 2n, false],
};
for (const [name, [was, is, near]] of Object.entries(NEAR)) {
  Deno.test(`${name}: ${near ? "near" : "not near"}`, () => {
    assert.equal(compare({ a: was }, { a: is }, TOLERANCE).count === 0, near);
    assert.equal(compare({ a: was }, { a: is }).count, 1);
  });
}

Deno.test("the largest differences of numbers that are near are told, by share and by size", () => {
  const { near } = compare([1, 1000, 5], [1.0005, 1000.1, 5], TOLERANCE);
  assert.deepEqual(near?.relative.path, [0]);
  assert.deepEqual(near?.absolute.path, [1]);
});

Deno.test("numbers of texts are those that people read as numbers", () => {
  assert.deepEqual(compareText("a1 #2 v1.2.3", "a1 #2 v1.2.3"), []);
  assert.equal(compareText("a1", "a2"), null);
  assert.deepEqual(compareText("−1,234 of 3e-7", "−1,235 of 4e-7"), [[-1234, -1235, 0], [3e-7, 4e-7, 0]]);
});
