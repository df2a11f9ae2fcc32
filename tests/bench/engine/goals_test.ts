import assert from "node:assert/strict";
import type { Row } from "./compare.ts";
import { type Goal, goalText } from "./goals.ts";

const faster: Goal = { workload: "M", ours: "plateau wasm", theirs: "tfjs fit wasm", is: "faster", than: 2 };
const slower: Goal = { ...faster, is: "slower", than: 1.1 };
const measured = (ours: number, theirs: number): Row[] => [
  { workload: "M", system: "plateau wasm", msPerUpdate: ours },
  { workload: "M", system: "tfjs fit wasm", msPerUpdate: theirs },
  { workload: "L", system: "tfjs fit wasm", msPerUpdate: 1000 },
];

const cases: readonly [what: string, Goal, Row[], text: string][] = [
  [
    "as fast as it has to be",
    faster,
    measured(1, 2),
    "tfjs fit wasm ÷ plateau wasm 2.00× (at least 2): reached",
  ],
  [
    "not fast enough",
    faster,
    measured(1, 1.99),
    "tfjs fit wasm ÷ plateau wasm 1.99× (at least 2): NOT reached",
  ],
  [
    "as slow as it may be",
    slower,
    measured(1.1, 1),
    "plateau wasm ÷ tfjs fit wasm 1.10× (at most 1.1): reached",
  ],
  ["too slow", slower, measured(2, 1), "plateau wasm ÷ tfjs fit wasm 2.00× (at most 1.1): NOT reached"],
  [
    "without one of the two",
    faster,
    measured(1, 2).slice(1),
    "tfjs fit wasm ÷ plateau wasm (at least 2): not measured",
  ],
];
for (const [what, goal, rows, text] of cases) {
  Deno.test(`a goal says its ratio and whether it is reached: ${what}`, () => {
    assert.equal(goalText(goal, rows), `M: ${text}`);
  });
}
