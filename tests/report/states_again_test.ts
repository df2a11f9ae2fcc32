import assert from "node:assert/strict";
import { choice, type Input, InvalidInput, range } from "../../lib/notebook/inputs.ts";
import { RecordFault } from "../../lib/report/record_options.ts";
import type { PlannedGroup } from "../../lib/report/states.ts";
import { NOT_COMPUTED, plannedAgain } from "../../lib/report/states_again.ts";

const notebook = { toServer: ["k", "word", "other"] };
const ran = {
  inputs: new Map<string, Input>([["k", range([1, 1000]) as Input], ["word", choice(["a", "b"]) as Input]]),
  values: { k: 5, word: "a", other: 1 },
};
const again = (...groups: PlannedGroup[]) => plannedAgain(groups, notebook, ran);

Deno.test("the states of a recording are those that are computed again, but for the present one", () => {
  const plan = again({ inputs: ["k", "word"], states: [[5, "a"], [5, "b"], [7, "a"]] });
  assert.deepEqual(plan.groups, [{ inputs: ["k", "word"], states: [[5, "b"], [7, "a"]] }]);
  assert.deepEqual(plan.frozen, { other: "not computed" });
});

Deno.test("an input that stands still has the reason of a plan of this machine", () => {
  const { frozen } = plannedAgain([], notebook, ran, { other: "its cell failed" });
  assert.deepEqual(frozen, { k: NOT_COMPUTED, word: NOT_COMPUTED, other: "its cell failed" });
});

const FAULTS: Record<string, [group: PlannedGroup, message: string]> = {
  "an input that is none": [{ inputs: ["x"], states: [[1]] }, "no states can be computed of x"],
  "an input twice": [{ inputs: ["k", "k"], states: [[1, 1]] }, "no states can be computed of k"],
  "more states than a plan has": [
    { inputs: ["k"], states: Array.from({ length: 300 }, (_, i) => [i + 1]) },
    "it has 300 states of inputs (at most 201)",
  ],
};
for (const [name, [group, message]] of Object.entries(FAULTS)) {
  Deno.test(`${name} is refused`, () => assert.throws(() => again(group), new RecordFault(message)));
}

Deno.test("a value that an input cannot have is refused", () => {
  assert.throws(() => again({ inputs: ["word"], states: [["c"]] }), InvalidInput);
  assert.throws(() => again({ inputs: ["other"], states: [[2]] }), /its cell failed/);
});
