import assert from "node:assert/strict";
import fc from "fast-check";
import type { Range } from "../../../lib/notebook/inputs.ts";
import type { PageCell } from "../../../lib/notebook/wire.ts";
import type { TrainingEvent } from "../../../lib/training/event.ts";
import { trackOf } from "../../../server/client/input_view.ts";
import { engineText, rightsText } from "../../../server/client/kernel_words.ts";
import { progressText } from "../../../lib/notebook/progress_text.ts";
import { nearest, stepped } from "../../../server/client/rule.ts";
import { matches } from "../../../server/client/search.ts";
import { sparkPath } from "../../../server/client/spark.ts";
import { sortRows } from "../../../server/client/table_view.ts";
import { placeWords } from "../../../server/pages/place_words.ts";
import { price } from "../../../server/pages/words.ts";
import { valueText } from "../../../server/client/value_text.ts";
import { quickest } from "../../quickest.ts";

Deno.test("the nearest stop is never farther than any other", () => {
  const stops = fc.uniqueArray(fc.integer({ min: -1000, max: 1000 }), { minLength: 1 })
    .map((values) => values.sort((a, b) => a - b));
  fc.assert(fc.property(stops, fc.integer({ min: -1200, max: 1200 }), (values, x) => {
    const found = values[nearest(values, x)];
    assert.ok(values.every((other) => Math.abs(found - x) <= Math.abs(other - x)));
  }));
  assert.equal(nearest([], 3), -1);
});

Deno.test("arrow keys move by stops, begin at the near end and stay at the far one", () => {
  const stops = [10, 20, 30, 40];
  const cases: readonly [number | null, number, number][] = [
    [null, 1, 10],
    [null, -1, 40],
    [10, 1, 20],
    [22, 1, 30],
    [40, 1, 40],
    [10, -1, 10],
    [20, 10, 40],
    [30, -10, 10],
  ];
  for (const [x, by, expected] of cases) assert.equal(stepped(stops, x, by), expected, `${x} ${by}`);
  assert.equal(stepped([], 1, 1), null);
});

const range = (given: Partial<Range>): Range => ({
  type: "input",
  kind: "range",
  label: "",
  value: 1,
  min: 0,
  max: 10,
  step: 1,
  log: false,
  unit: "",
  ...given,
});

Deno.test("a page says by its name on which engine a notebook can do everything", () => {
  for (const engine of ["tensorflow", "xla:cpu", "xla:cuda:1"]) {
    const words = `On ${engine} this notebook can do whatever you can: read, write and send.`;
    assert.equal(rightsText(engine), words);
  }
  for (const engine of ["wasm", "cpu", "none", ""]) assert.equal(rightsText(engine), null);
});

Deno.test("a slider's place and its value belong to each other", () => {
  const tracks = [
    range({}),
    range({ min: 1e-4, max: 1e-1, step: 0, log: true }),
    range({ min: -1, max: 1, step: 0.1 }),
  ];
  for (const input of tracks) {
    const track = trackOf(input);
    for (let share = 0; share <= 1; share += 0.125) {
      const value = input.log
        ? input.min * (input.max / input.min) ** share
        : input.min + share * (input.max - input.min);
      assert.ok(Math.abs(track.value(track.place(value)) - value) < 1e-9 * Math.max(1, Math.abs(value)));
    }
  }
});

Deno.test("a value is allowed as it is on the grid, within the bounds, and without rounding dirt", () => {
  const cases: readonly [Partial<Range>, number, number][] = [
    [{}, 3.4, 3],
    [{}, -5, 0],
    [{}, 99, 10],
    [{ min: 5, max: 60, step: 5 }, 23, 25],
    [{ min: 0, max: 0.02, step: 0.001 }, 0.0030000001, 0.003],
    [{ min: 0, max: 1, step: 0.1 }, 0.30000000000000004, 0.3],
    [{ min: 1e-4, max: 0.1, step: 0, log: true }, 0.0012345, 0.0012],
    [{ min: 0, max: 1, step: 0 }, 0.123, 0.123],
  ];
  for (const [input, value, expected] of cases) assert.equal(trackOf(range(input)).allowed(value), expected);
});

Deno.test("rows sort by number, by word, and with what is missing last both ways", () => {
  const rows = [[{ text: "b", value: 2 }], [{ text: "c", value: null }], [{ text: "a", value: 10 }], [{
    text: "d",
  }]];
  const order = (ascending: boolean) =>
    sortRows(rows.slice(0, 3), { column: 0, ascending }).map((row) => row[0].text);
  assert.deepEqual(order(true), ["b", "a", "c"]);
  assert.deepEqual(order(false), ["a", "b", "c"]);
  const words = [[{ text: "Zeta" }], [{ text: "alpha" }], [{ text: "Beta" }]];
  assert.deepEqual(sortRows(words, { column: 0, ascending: true }).map((row) => row[0].text), [
    "alpha",
    "Beta",
    "Zeta",
  ]);
});

Deno.test("a small line breaks at gaps, stays in its domain and puts its dot at the stop", () => {
  const spark = { x: [0, 1, 2, 3, 4], y: [9, 1, NaN, 0.5, 0], domain: [0, 1] as const, stop: 3 };
  const { path, dot } = sparkPath(spark);
  assert.equal(path, "M0.0,1.0L28.0,1.0M84.0,11.0L112.0,21.0");
  assert.deepEqual(dot, [84, 11]);
  assert.deepEqual(sparkPath({ x: [], y: [] }), { path: "", dot: null });
  assert.equal(sparkPath({ x: [1, 2], y: [3, 3] }).path, "M0.0,11.0L112.0,11.0");
});

Deno.test("values are worded, and large or circular ones are bounded", () => {
  const itself: Record<string, unknown> = {};
  itself.me = itself;
  const cases: readonly [unknown, string][] = [
    ["a\nb", "a\nb"],
    [1.5, "1.5"],
    [null, "null"],
    [undefined, "undefined"],
    [10n, "10n"],
    [{ a: 1, b: ["x"] }, '{ a: 1, b: ["x"] }'],
    [new Map([["k", 1]]), "{ k: 1 }"],
    [new Set([1]), "Set [1]"],
    [new Float64Array([1, 2]), "Float64Array [1, 2]"],
    [itself, "{ me: (itself) }"],
    [new TypeError("no"), "TypeError: no"],
    [new Date(0), "1970-01-01T00:00:00.000Z"],
    [{}, "{}"],
    [[[[[1]]]], "[[[[1 items]]]]"],
    [function named() {}, "function named"],
  ];
  for (const [value, text] of cases) assert.equal(valueText(value), text);
  assert.ok(valueText(Array.from({ length: 1e5 }, (_, i) => i)).endsWith("… 100000 in all]"));
  assert.ok(valueText("x".repeat(1e6)).length < 2_100);
});

Deno.test("what is large is worded by its first items and its size, at once", async () => {
  const many = Array.from({ length: 200_000 }, (_, i) => i);
  const firstOnes = `${many.slice(0, 20).join(", ")}, … 200000 in all`;
  const took = await quickest(5_000, () => {
    assert.equal(valueText(new Set(many)), `Set [${firstOnes}]`);
    assert.match(valueText(new Map(many.map((i) => [i, i]))), /^\{ 0: 0, .* 19: 19, … 200000 in all \}$/);
    assert.match(
      valueText(Object.fromEntries(many.map((i) => [`k${i}`, i]))),
      /k19: 19, … 200000 in all \}$/,
    );
    assert.match(valueText("é".repeat(3_000_000)), /^é{2000}… 3,000,000 characters in all$/);
    assert.ok(valueText(["x".repeat(100_000_000)]).length < 2_100);
  });
  assert.ok(took < 5_000, `${took} ms`);
});

Deno.test("a price is said from a second on, and a minute is a clock", () => {
  const cases: readonly [number | undefined, string][] = [
    [undefined, ""],
    [0.99, ""],
    [1, "≈ 1 s"],
    [41.8, "≈ 42 s"],
    [59.6, "≈ 1:00"],
    [70, "≈ 1:10"],
    [3671, "≈ 1:01:11"],
  ];
  for (const [seconds, words] of cases) assert.equal(price(seconds), words);
});

Deno.test("where a cell runs is said with its reason and the flag that moves it", () => {
  const cases: readonly [Partial<PageCell>, boolean, string][] = [
    [{ place: "server", why: "uses Deno" }, false, "server: uses Deno, [browser] in its marker pins it"],
    [{ place: "browser", why: "" }, false, "browser, [server] in its marker pins it"],
    [{ place: "server", why: "pinned" }, false, "server: pinned, drop [server] to let it be placed"],
    [
      { place: "both", why: "only functions" },
      false,
      "both sides: only functions, [server] or [browser] in its marker pins it",
    ], // deno-fmt-ignore
    [{ place: "input", why: "view" }, true, "input: its value goes to the server, one for all pages"],
    [{ place: "input", why: "view" }, false, "input: each page has its own value"],
  ];
  for (const [cell, shared, words] of cases) assert.equal(placeWords(cell as PageCell, shared), words);
});

/** The fields of an event that tell progress. */
function event(step: number, lastStep: number | null, pace: number, ended = false): TrainingEvent {
  const fields = { at: { step }, plan: { lastStep }, pace, outcome: ended ? {} : null };
  return fields as unknown as TrainingEvent;
}

Deno.test("progress has a denominator and the time left where they are known", () => {
  const cases: readonly [unknown, string][] = [
    [event(1200, 3000, 150), "step 1,200 of 3,000, 0:12 left"],
    [event(1200, null, 150), "step 1,200"],
    [event(0, 3000, 0), "step 0 of 3,000"],
    [event(3000, 3000, 150, true), "ended at step 3,000"],
    [[event(3000, 3000, 1, true), event(3000, 3000, 1, true)], "2 of 2 done"],
    [
      [event(3000, 3000, 1, true), event(100, 3000, 100), event(0, 3000, 0)],
      "1 of 3 done, step 100 of 3,000, 0:59 left",
    ],
    [{ runs: [event(5, 10, 1)] }, "step 5 of 10, 0:05 left"],
    [
      [{ runs: [event(10, 10, 1, true), event(5, 10, 1)] }, { runs: [event(0, 10, 0)] }],
      "1 of 3 done, step 5 of 10, 0:15 left",
    ],
    [3, ""],
    [null, ""],
    [{ at: 3 }, ""],
  ];
  for (const [value, text] of cases) assert.equal(progressText(value), text);
});

Deno.test("a search finds what holds all its words, in any order and case", () => {
  const text = "When should this network stop? stopping.ts";
  assert.deepEqual(["", "stop when", "NETWORK", "stopping.ts", "train"].map((q) => matches(text, q)), [
    true,
    true,
    true,
    true,
    false,
  ]);
});

Deno.test("the engine is named with its device and the reason", () => {
  const engine = { name: "wasm", version: "4.22.0", device: "CPU, SIMD", why: "chosen" };
  assert.equal(engineText(engine), "wasm 4.22.0 on CPU, SIMD: chosen");
});
