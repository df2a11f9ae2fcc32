import assert from "node:assert/strict";
import fc from "fast-check";
import { clocked, withoutMarks, withoutReadings } from "../lib/clocked.ts";

Deno.test("a reading reads as it would without its mark", () => {
  for (const [reading, words] of [[4.23, "4.2 s"], [231, "3:51"], ["12 ms", "12 ms"]] as const) {
    assert.equal(withoutMarks(`in ${clocked(reading)}.`), `in ${words}.`);
    assert.match(clocked(reading), /^\p{Cf}+[^\p{Cf}]+\p{Cf}+$/u);
  }
});

Deno.test("texts that differ in their readings alone are the same without them, and no others", () => {
  const words = fc.string({ maxLength: 20 });
  fc.assert(fc.property(words, words, words, words, (before, reading, other, after) => {
    const text = (of: string, end = after) => withoutReadings(`${before}${clocked(of)}${end}`);
    assert.equal(text(reading), text(other));
    assert.notEqual(text(reading), text(reading, `${after}!`));
  }));
});

Deno.test("a reading is a few words: no paragraph can hide in one", () => {
  assert.throws(() => clocked("a".repeat(41)), /^Error: invalid reading: a{40}… \(at most 40 letters\)$/);
});
