import assert from "node:assert/strict";
import { studentShare } from "../../lib/extrapolation/student.ts";

/** Student's quantiles of printed tables: freedom, share, value. */
const TABLE = [
  [1, 0.9, 3.078],
  [2, 0.975, 4.303],
  [4, 0.95, 2.132],
  [5, 0.9, 1.476],
  [10, 0.975, 2.228],
  [30, 0.9, 1.31],
  [100, 0.995, 2.626],
];

Deno.test("shares are those of the tables, and those below mirror those above", () => {
  for (const [freedom, share, value] of TABLE) {
    const by = freedom < 3 ? 0.02 : 0.003;
    assert.ok(Math.abs(studentShare(value, freedom) - share) < by, `${freedom} at ${share}`);
    assert.ok(Math.abs(studentShare(-value, freedom) - (1 - share)) < by);
  }
  assert.ok(Math.abs(studentShare(0, 4) - 0.5) < 1e-6);
});
