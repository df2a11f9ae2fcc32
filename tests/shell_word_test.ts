import assert from "node:assert/strict";
import { pathWord, shellWord } from "../lib/shell_word.ts";

const WORDS: readonly [word: string, typed: string][] = [
  ["stop.html", "stop.html"],
  ["rate=0.1", "rate=0.1"],
  ["a b", "'a b'"],
  ["it's", "'it'\\''s'"],
  ["$(x) `y` \\n !z", "'$(x) `y` \\n !z'"],
  ["", "''"],
  ["two\nlines", "$'two\\nlines'"],
  ["it's\ta\\b", "$'it\\'s\\ta\\\\b'"],
  ["\u20281", "$'\\U000020281'"],
  ["a\u202eb", "$'a\\U0000202Eb'"],
  ["é\u{1f600}", "'é\u{1f600}'"],
];

Deno.test("a word is typed as a shell reads it back, on one line", async () => {
  for (const [word, typed] of WORDS) assert.equal(shellWord(word), typed);
  const line = `printf '%s\\0' ${WORDS.map(([word]) => shellWord(word)).join(" ")}`;
  assert.ok(!/[\n\u2028]/.test(line));
  const { stdout } = await new Deno.Command("bash", { args: ["-c", line], env: { LC_ALL: "C.UTF-8" } })
    .output();
  assert.deepEqual(new TextDecoder().decode(stdout).split("\0").slice(0, -1), WORDS.map(([word]) => word));
});

Deno.test("a file's name is never an option", () => {
  assert.deepEqual(["-rf.html", "a.html", "-a b"].map(pathWord), ["./-rf.html", "a.html", "'./-a b'"]);
});
