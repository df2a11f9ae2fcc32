import assert from "node:assert/strict";
import { sizeText } from "../../../server/pages/size_text.ts";

Deno.test("a file's size is whole bytes, whole kB, or MB with one digit", () => {
  const sizes = [0, 1, 999, 1000, 14_499, 999_499, 999_500, 1_250_001, 12_345_678];
  assert.deepEqual(sizes.map(sizeText), [
    ...["0 bytes", "1 byte", "999 bytes", "1 kB", "14 kB", "999 kB", "1.0 MB", "1.3 MB", "12.3 MB"],
  ]);
});
