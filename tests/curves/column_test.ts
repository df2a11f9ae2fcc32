import assert from "node:assert/strict";
import { Column } from "../../lib/curves/column.ts";

Deno.test("what is no number is one pattern of bits, whichever one computed it", () => {
  const [negative] = new Float64Array(BigUint64Array.of(0xfff8_0000_0000_0001n).buffer);
  const column = new Column([1, negative]);
  column.push(negative);
  column.push(NaN);
  const bits = new BigUint64Array(column.view().slice().buffer);
  assert.deepEqual([...bits.subarray(1)], [0x7ff8n << 48n, 0x7ff8n << 48n, 0x7ff8n << 48n]);
});
