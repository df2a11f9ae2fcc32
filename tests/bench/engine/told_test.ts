import assert from "node:assert/strict";
import { unequal } from "./told.ts";

const on = (device: string, tf32: boolean) => ({ device, tf32, peakBytes: 1 });

Deno.test("who ran on another device or with other products than the first is told of", () => {
  assert.deepEqual(unequal("M", { a: on("H100", false), b: on("H100", false) }), []);
  assert.deepEqual(unequal("M", {}), []);
  assert.deepEqual(unequal("M", { a: on("H100", false), b: on("H100", true), c: on("CPU", false) }), [
    "M: b ran on H100, TF32 allowed, but a on H100, TF32 off: do not compare",
    "M: c ran on CPU, TF32 off, but a on H100, TF32 off: do not compare",
  ]);
});
