import assert from "node:assert/strict";
import fc from "fast-check";
import { display, live, md, view } from "../../lib/notebook/authoring.ts";
import { fromText, toText } from "../../lib/notebook/input_words.ts";
import {
  choice,
  type Input,
  InvalidInput,
  range,
  select,
  text,
  toggle,
  validated,
} from "../../lib/notebook/inputs.ts";
import { plainText, printed, tableText } from "../../lib/notebook/print.ts";
import type { Table } from "../../lib/charts/chart.ts";

Deno.test("an input's value has the type of its options", () => {
  const patience: number = view(range([1, 30], { value: 5 }));
  const mode: "min" | "max" = view(choice(["min", "max"]));
  const on: boolean = view(toggle());
  const name: string = view(text({ value: "a" }));
  assert.deepEqual([patience, mode, on, name], [5, "min", false, "a"]);
});

const defaults: [string, { value: unknown; step?: number }, unknown, number?][] = [
  ["whole bounds step by one", range([1, 30]), 16, 1],
  ["narrow bounds step by a hundredth", range([0, 1]), 0.5, 0.01],
  ["a logarithmic track begins in the geometric middle", range([1e-4, 1e-2], { log: true }), 1e-3, 0],
  ["a choice begins with its first option", choice([3, 5]), 3],
];
for (const [name, input, value, step] of defaults) {
  Deno.test(name, () => {
    if (typeof value === "number") assert.ok(Math.abs(input.value as number - value) < 1e-9);
    if (step !== undefined) assert.equal(input.step, step);
  });
}

const PAIRS = [{ a: 1 }, { b: 2 }] as const;
const words: [Input, string, unknown][] = [
  [range([1, 30]), "7", 7],
  [range([1, 30]), "40", /^invalid value: 40 \(patience: 1 to 30\)$/],
  [range([1, 30]), "", /invalid value/],
  [range([1, 30]), "many", /^invalid value: many \(patience: 1 to 30\)$/],
  [toggle() as Input, "true", true],
  [toggle() as Input, "yes", /\(patience: true or false\)/],
  [select([2000, 5000], { labels: ["short", "long"] }) as Input, "long", 5000],
  [select([2000, 5000]) as Input, "2000", 2000],
  [select([2000, 5000]) as Input, "1", /^invalid value: 1 \(patience: 2000, 5000\)$/],
  [select([2, 1], { labels: ["1", "2"] }) as Input, "1", 2],
  [
    select([7, 8], { labels: ["same", "same"] }) as Input,
    "same",
    /^invalid value: same \(patience: same, same\)$/,
  ],
  [select([7, 8], { labels: ["same", "same"] }) as Input, "8", 8],
  [choice(PAIRS) as Input, "[object Object]", /^invalid value: \[object Object\] \(patience: /],
  [choice(PAIRS) as Input, '{"b":2}', PAIRS[1]],
  [choice(PAIRS, { labels: ["first", "second"] }) as Input, "second", PAIRS[1]],
  [text() as Input, "any words", "any words"],
];
for (const [input, word, expected] of words) {
  Deno.test(`${input.kind} reads ${JSON.stringify(word)} as ${expected}`, () => {
    if (expected instanceof RegExp) {
      assert.throws(
        () => fromText(input, word, "patience"),
        (error) => error instanceof InvalidInput && expected.test(error.message),
      );
    } else assert.equal(fromText(input, word, "patience"), expected);
  });
}

Deno.test("every value that an input can have is a word that stands for it, or it has none", () => {
  const cases: [Input, unknown, string | undefined][] = [
    [range([0, 1]) as Input, 0.1, "0.1"],
    [range([1e-9, 1], { log: true }) as Input, 1e-7, "1e-7"],
    [toggle() as Input, true, "true"],
    [text() as Input, "two\nlines", "two\nlines"],
    [select([2000, 5000], { labels: ["short", "long"] }) as Input, 5000, "long"],
    [select([7, 8], { labels: ["same", "same"] }) as Input, 8, "8"],
    [select(["a", "b"], { labels: ["b", "a"] }) as Input, "a", "b"],
    [choice(PAIRS) as Input, { b: 2 }, '{"b":2}'],
    [choice(PAIRS, { labels: ["first", "second"] }) as Input, { b: 2 }, "second"],
    [choice([1, "1"]) as Input, "1", undefined],
  ];
  for (const [input, value, word] of cases) {
    assert.equal(toText(input, value), word);
    if (word !== undefined) assert.deepEqual(fromText(input, word), value);
  }
  assert.throws(() => toText(toggle() as Input, "yes"), InvalidInput);
});

for (
  const [what, make] of Object.entries({
    "a range that runs backwards": () => range([3, 1]),
    "a range that does not end": () => range([0, Infinity]),
    "a logarithmic range from 0": () => range([0, 1], { log: true }),
    "a default outside": () => range([1, 30], { value: 40, label: "Patience" }),
    "a choice of nothing": () => choice([]),
    "too few labels": () => choice([1, 2], { labels: ["one"] }),
    "NaN": () => validated(range([0, 1]), NaN),
    "a number as text": () => validated(range([0, 9]), "3"),
  })
) {
  Deno.test(`${what} is refused by its value`, () => assert.throws(make, /^(Error|InvalidInput): invalid /));
}

Deno.test("live gives the last value, and an error when there is none", async () => {
  async function* upTo(n: number) {
    for (let i = 0; i < n; i++) yield i;
  }
  assert.equal(await live(upTo(4)), 3);
  await assert.rejects(live(upTo(0)), /ended without a value/);
});

Deno.test("md joins prose and values; as text its marks are gone", () => {
  const made =
    md`At **lr = ${0.01}** see [the table](#t) and \`train\`, *slowly*; 2 * 3 * 4 and snake_case_name.`;
  assert.equal(
    made.text,
    "At **lr = 0.01** see [the table](#t) and `train`, *slowly*; 2 * 3 * 4 and snake_case_name.",
  );
  assert.equal(
    printed(made),
    "At lr = 0.01 see the table (#t) and train, slowly; 2 * 3 * 4 and snake_case_name.",
  );
  assert.equal(plainText("# Title\n\nwords"), "Title\n\nwords");
  assert.equal(plainText("**0** cuts, then **7**, and __x__"), "0 cuts, then 7, and x");
});

const policies: Table = {
  type: "table",
  columns: [{ label: "policy" }, { label: "stops at", align: "right" }, {
    label: "compute saved",
    align: "right",
    optional: true,
  }],
  rows: [
    [{ text: "Early stopping", sub: "patience 8" }, { text: "1,200" }, { text: "60%" }],
    [{ text: "20 epochs" }, { text: "700" }, { text: "", pips: { done: 3, of: 8 } }],
  ],
};
Deno.test("a table prints in aligned columns and drops optional ones where it is narrow", () => {
  assert.equal(
    tableText(policies),
    [
      "policy                     stops at  compute saved",
      "─────────────────────────  ────────  ─────────────",
      "Early stopping patience 8     1,200            60%",
      "20 epochs                       700         3 of 8",
    ].join("\n"),
  );
  assert.ok(tableText(policies, 40).split("\n").every((line) => [...line].length <= 40));
  assert.equal(tableText({ ...policies, rows: [], empty: "Nothing yet." }), "Nothing yet.");
});

Deno.test("display prints and returns its value", () => {
  const lines: unknown[] = [];
  const log = console.log;
  console.log = (...words) => lines.push(...words);
  try {
    assert.equal(display(policies), policies);
    display({ type: "chart", text: (columns: number) => `chart of ${columns >= 40}` });
    display("words");
    display({ a: [1] });
  } finally {
    console.log = log;
  }
  assert.deepEqual(lines.slice(1), ["chart of true", "words", "{ a: [ 1 ] }"]);
});

Deno.test("any text becomes plain in linear time", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom("*", "_", "`", "[", "]", "(", "a", " ", "\n", "#") }),
      (s) => {
        plainText(s);
      },
    ),
  );
  const began = performance.now();
  for (const mark of ["*", "**", "_a", "[", "`", "[a](", "# "]) plainText(mark.repeat(20_000));
  assert.ok(performance.now() - began < 5000, `${performance.now() - began} ms`);
});
