import assert from "node:assert/strict";
import { type Input, range, select, text, toggle } from "../../../lib/notebook/inputs.ts";
import { statedInput } from "../../../server/client/report_input.ts";

const recorded = (own: unknown, ...states: unknown[]) => ({
  inputs: { one: own },
  groups: [{ inputs: ["other", "one"], states: states.map((value) => ({ values: [0, value], events: [] })) }],
});
const shown = (input: Input) => "options" in input ? [input.kind, input.options, input.labels] : input.kind;

const table: [name: string, recording: ReturnType<typeof recorded>, input: Input, drawn: unknown][] = [
  [
    "a slider with a state at every place stays a slider",
    recorded(2, 1, 3),
    range([1, 3], { step: 1 }),
    "range",
  ],
  [
    "so does one whose end is on no step",
    recorded(0, 3, 6, 9, 10),
    range([0, 10], { step: 3 }),
    "range",
  ],
  [
    "one with a state at some of them offers these, in order",
    recorded(20, 40, 5),
    range([5, 60], { step: 5, unit: "steps" }),
    ["choice", [5, 20, 40], ["5 steps", "20 steps", "40 steps"]],
  ],
  [
    "one with many of them is a list",
    recorded(1, 2, 3, 4, 5, 6, 7),
    range([1, 60], { step: 1 }),
    ["select", [1, 2, 3, 4, 5, 6, 7], ["1", "2", "3", "4", "5", "6", "7"]],
  ],
  [
    "a list offers those that were computed",
    recorded("a", "c"),
    select(["a", "b", "c"], { labels: ["A", "B", "C"] }),
    ["select", ["a", "c"], ["A", "C"]],
  ],
  ["a text is a choice of texts", recorded("", "b"), text(), ["choice", ["", "b"], ["none", "b"]]],
  ["a toggle stays one", recorded(true, false), toggle(), "toggle"],
];
for (const [name, recording, input, drawn] of table) {
  Deno.test(name, () => assert.deepEqual(shown(statedInput(recording, "one", input)), drawn));
}

Deno.test("an input of no group is drawn as its cell made it", () => {
  const input = range([5, 60], { step: 5 });
  assert.equal(statedInput(recorded(20, 40), "beside", input), input);
});
