import assert from "node:assert/strict";
import { complaint } from "./complaint.ts";

const cases: readonly [what: string, text: string, line: string][] = [
  [
    "the last that speaks of an error",
    "Traceback\nKeyError: a\nImportError: no b\n  at c\n",
    "ImportError: no b",
  ],
  ["else the last", "warning: one\ntwo \n\n", "two"],
  ["nothing where nothing was said", "", ""],
];
for (const [what, text, line] of cases) {
  Deno.test(`of what a program complained of, one line is told: ${what}`, () => {
    assert.equal(complaint(text), line);
  });
}
