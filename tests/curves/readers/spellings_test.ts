import assert from "node:assert/strict";
import fc from "fast-check";
import { cellsOf, CsvRows, separatorOf } from "../../../lib/curves/readers/csv_rows.ts";
import { lenientJson } from "../../../lib/curves/readers/lenient_json.ts";
import { loggedNumber } from "../../../lib/curves/readers/logged_number.ts";
import { pythonDict } from "../../../lib/curves/readers/python_dict.ts";
import { ReaderWarnings } from "../../../lib/curves/readers/reader_warnings.ts";
import { bytesOf } from "./sample.ts";

Deno.test("numbers are read as Python, C and JavaScript spell them", () => {
  const cases: [string, number | null][] = [
    ["1", 1],
    ["-1.5", -1.5],
    ["+.5", 0.5],
    ["5.", 5],
    ["1e+308", 1e308],
    ["1e999", Infinity],
    [" 2 ", 2],
    ["nan", NaN],
    ["NaN", NaN],
    ["-nan", NaN],
    ["-nan(ind)", NaN],
    ["1.#QNAN", NaN],
    ["-1.#IND", NaN],
    ["inf", Infinity],
    ["-Infinity", -Infinity],
    ["1.#INF", Infinity],
    ["", null],
    ["0x10", null],
    ["1,5", null],
    ["1e", null],
    ["--1", null],
    ["nano", null],
    ["1 2", null],
  ];
  for (const [text, number] of cases) assert.equal(loggedNumber(text), number, JSON.stringify(text));
  assert.ok(Object.is(loggedNumber("-0.0"), -0));
});

Deno.test("every number is read back from how JavaScript writes it", () => {
  fc.assert(
    fc.property(fc.double(), (value) => assert.ok(Object.is(loggedNumber(String(value)), value + 0))),
  );
});

Deno.test("JSON is read as JSON.parse reads it", () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 6 }), (text) => {
      assert.deepEqual(lenientJson(text), { value: JSON.parse(text) });
      const spaced = JSON.stringify(JSON.parse(text), null, 2);
      assert.deepEqual(lenientJson(` ${spaced}\n`), { value: JSON.parse(text) });
    }),
    { numRuns: 500 },
  );
  const named = lenientJson('{"__proto__": {"a": NaN}, "b": [-Infinity, Infinity]}');
  assert.ok("value" in named);
  assert.deepEqual(Object.entries(named.value as object), [["__proto__", { a: NaN }], ["b", [
    -Infinity,
    Infinity,
  ]]]);
});

Deno.test("what is no JSON has a fault and its place", () => {
  const cases: [string, string, number][] = [
    ["", "ends too early", 0],
    ['{"a": 1', "ends too early", 7],
    ['{"a": x}', 'unexpected "x"', 6],
    ["[1 2]", 'unexpected "2"', 3],
    ["[1,]", 'unexpected "]"', 3],
    ["{'a': 1}", 'unexpected "\'"', 1],
    ['{"a', "text that does not end", 1],
    ['["\\q"]', "invalid text", 1],
    ["1 1", 'unexpected "1"', 2],
    ["[".repeat(100), "deeper than 64 levels", 65],
  ];
  for (const [text, fault, at] of cases) assert.deepEqual(lenientJson(text), { fault, at }, text);
});

Deno.test("cells are read as RFC 4180 says", () => {
  const cases: [string, string[]][] = [
    ["a,b", ["a", "b"]],
    ["", [""]],
    ["a,", ["a", ""]],
    ['"a,b",c', ["a,b", "c"]],
    ['"a ""b""",c', ['a "b"', "c"]],
    ['a"b,c', ['a"b', "c"]],
    ['"a"b,c', ["ab", "c"]],
    ['"",""', ["", ""]],
    ['"a\nb",c', ["a\nb", "c"]],
  ];
  for (const [text, cells] of cases) assert.deepEqual(cellsOf(text, ","), { cells, closed: true }, text);
  assert.deepEqual(cellsOf('a,"b,c', ","), { cells: ["a", "b,c"], closed: false });
  assert.deepEqual(["a,b;c", "a;b;c,d", "a\tb", '"a;b;c",d', "a"].map(separatorOf), [
    ",",
    ";",
    "\t",
    ",",
    ",",
  ]);
});

Deno.test("a quote goes over lines until it is closed; one that never is ends with its line", () => {
  const rows = (text: string) => {
    const warnings = new ReaderWarnings(), reader = new CsvRows(warnings), found = reader.push(bytesOf(text));
    return {
      rows: [...found, ...reader.tail(warnings)].map(({ cells }) => cells),
      told: warnings.list().length,
    };
  };
  assert.deepEqual(rows('a,"b\nc",d\n1,2,3\n'), { rows: [["a", "b\nc", "d"], ["1", "2", "3"]], told: 0 });
  assert.deepEqual(rows('a,"b\n1,2\n'), { rows: [["a", "b"], ["1", "2"]], told: 1 });
  const long = rows(`a,"b\n${"1,2\n".repeat(30)}`);
  assert.deepEqual([long.rows.length, long.told], [31, 1]);
});

Deno.test("a dict ends where its brace does, and is given up where it is not whole", () => {
  const dict = (text: string, start = 0) => {
    const read = pythonDict(text, start);
    return read && [Object.fromEntries(read.value), text.slice(read.end)];
  };
  assert.deepEqual(dict("{'a': 1} rest"), [{ a: 1 }, "rest"]);
  assert.deepEqual(dict("x{'a': {'b': 2}, 'c': 'd',}", 1), [{ a: new Map([["b", 2]]), c: "d" }, ""]);
  assert.deepEqual(dict("{}"), [{}, ""]);
  for (
    const text of [
      "{'a': 1",
      "{'a' 1}",
      "{'a': }",
      "{'a': 1 'b': 2}",
      "{a: 1}",
      "{'a': [1}",
      "{'a': f(1}",
      "{'a",
    ]
  ) {
    assert.equal(dict(text), null, text);
  }
  assert.equal(dict("{'a': ".repeat(40) + "1" + "}".repeat(40)), null);
});
