import assert from "node:assert/strict";
import { wandbNumbers } from "../../../lib/curves/readers/wandb_numbers.ts";

const long = "x".repeat(100);
for (
  const [name, value, numbers] of [
    ["a", 4, [["a", 4]]],
    ["a", NaN, [["a", NaN]]],
    ["a", "-Infinity", [["a", -Infinity]]],
    ["a", { b: 1, c: { d: "NaN", e: "text", f: [1] } }, [["a.b", 1], ["a.c.d", NaN]]],
    ["a", { b: { _type: "histogram", c: 2 } }, []],
    [long, { [long]: 1, short: 2 }, [[`${long}.short`, 2]]],
    ["a", true, []],
    ["a", null, []],
    ["a", "1", []],
    ["a", [1], []],
    ["a", undefined, []],
  ] as [string, unknown, [string, number][]][]
) {
  Deno.test(`${JSON.stringify(value)} logged as ${name.slice(0, 9)} has ${numbers.length} numbers, named by their path`, () => {
    assert.deepEqual([...wandbNumbers(name, value)], numbers);
  });
}
