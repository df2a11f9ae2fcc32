import assert from "node:assert/strict";
import fc from "fast-check";
import { hparamsYaml } from "../../../lib/curves/readers/hparams_yaml.ts";
import { bytesOf, sample } from "./sample.ts";

const settings = (text: string) => hparamsYaml(bytesOf(text));

Deno.test("settings of the samples are read", () => {
  const { config, warnings } = hparamsYaml(sample("lightning/a/version_0/hparams.yaml"));
  assert.deepEqual([config, warnings], [{ bad_at: null, batch_size: 20, lr: 0.05 }, []]);
});

Deno.test("each kind of value is read", () => {
  const cases: [string, unknown][] = [
    ["a: 1", 1],
    ["a: -1.0e-05", -1e-5],
    ["a: 1e-05", 1e-5],
    ["a: .5", 0.5],
    ["a: null", null],
    ["a: ~", null],
    ["a:", null],
    ["a: true", true],
    ["a: False", false],
    ["a: .nan", "NaN"],
    ["a: -.inf", "-Infinity"],
    ["a: adam", "adam"],
    ["a: '20'", "20"],
    ["a: 'it''s'", "it's"],
    ['a: "tab\\t\\xe9"', "tab\té"],
    ["a: 998468673955207223", "998468673955207223"],
    ["a: 2026-11-21 07:51:48", "2026-11-21 07:51:48"],
    ["a: http://host:80/x", "http://host:80/x"],
    ["a: x # a comment", "x"],
    ["a: 'x # none'", "x # none"],
    ["a: x#none", "x#none"],
    ["a: []", []],
    ["a: {}", {}],
    ["a: [1, 2.5, three]", [1, 2.5, "three"]],
    ['a: {"b": [1, null]}', { b: [1, null] }],
    ["a:\n- 1\n- two", [1, "two"]],
    ["a:\n  - 1\n  - 2", [1, 2]],
    ["a:\n  b:\n    c: 1\n  d: 2", { b: { c: 1 }, d: 2 }],
    ["a:\n- b: 1\n  c: 2\n- b: 3", [{ b: 1, c: 2 }, { b: 3 }]],
    ["a:\n- - 1\n  - 2\n- - 3", [[1, 2], [3]]],
    ["a: a long text that\n  goes on here", "a long text that goes on here"],
    ["a: !!python/tuple\n- 0.9\n- 0.999", [0.9, 0.999]],
    ["a: !!python/name:torch.nn.ReLU ''", "!!python/name:torch.nn.ReLU"],
    ["a: &id001\n  b: 1", { b: 1 }],
    ["'a': 1", 1],
    ['"a": 1', 1],
    ["---\na: 1\n...", 1],
  ];
  for (const [text, value] of cases) {
    const { config, warnings } = settings(text);
    assert.deepEqual([config, warnings], [{ a: value }, []], text);
    assert.deepEqual(
      settings(`${text.replaceAll("\n", "\r\n")}\r\nz: 1\r\n`).config,
      { a: value, z: 1 },
      text,
    );
  }
});

Deno.test("what cannot be read is told, with its place, and the rest is read", () => {
  const cases: [string, Record<string, unknown>, [number, string][]][] = [
    [
      "a: !!python/object:torch.nn.ReLU\n  training: true\n  x: 1\nb: 2\n",
      { a: "!!python/object:torch.nn.ReLU", b: 2 },
      [[33, "fields of !!python/object:torch.nn.ReLU skipped"]],
    ],
    ["a: |\n  text\n  more\nb: 2", { a: null, b: 2 }, [[5, 'text of several lines skipped: "a: |"']]],
    ["a: *id001\nb: 2", { a: "*id001", b: 2 }, [[0, 'kept as text: "*id001"']]],
    ["a: {b: 1\nc: 2", { a: "{b: 1", c: 2 }, [[0, 'kept as text: "{b: 1"']]],
    ["? x\na: 1", { a: 1 }, [[0, 'line skipped: "? x"']]],
    ["just a text", {}, [[0, 'line skipped: "just a text"']]],
    ["- 1\n- 2", {}, [[0, "no settings by name"]]],
  ];
  for (const [text, config, warnings] of cases) {
    const read = settings(text);
    assert.deepEqual(read.config, config, text);
    assert.deepEqual(read.warnings.map(({ offset, message }) => [offset, message]), warnings, text);
  }
});

Deno.test("a setting with a name of the language is a setting, and depth has an end", () => {
  const { config } = settings("__proto__: 1\nconstructor: 2\n");
  assert.deepEqual(Object.entries(config), [["__proto__", 1], ["constructor", 2]]);
  const deep = settings(Array.from({ length: 100 }, (_, i) => `${" ".repeat(i)}a:`).join("\n"));
  assert.deepEqual(deep.warnings.map(({ message }) => message), ["settings deeper than 32 levels skipped"]);
});

Deno.test("whatever the text, it is read without an error, and warnings lie in it", () => {
  const piece = fc.constantFrom(
    "a",
    ": ",
    ":",
    "- ",
    "-",
    "\n",
    "\n  ",
    "'",
    '"',
    "\\",
    "!!t ",
    "&x ",
    "*x",
    "[",
    "{",
    "#",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
      const text = pieces.join("");
      for (const { offset } of settings(text).warnings) assert.ok(offset! >= 0 && offset! <= text.length);
    }),
    { numRuns: 2_000 },
  );
});
