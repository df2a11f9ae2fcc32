import assert from "node:assert/strict";
import { choice, type Input, range, select, text, toggle } from "../../lib/notebook/inputs.ts";
import { loadNotebook } from "../../lib/notebook/load.ts";
import { memoryModules } from "../../lib/notebook/modules.ts";
import type { Notebook } from "../../lib/notebook/notebook.ts";
import { planStates, type StatePlan } from "../../lib/report/states.ts";

const url = "file:///n.ts";
const lib = `export const view = (x) => x; export const live = (x) => x; export const inputs = {};`;

/** A notebook of inputs, one a cell, and of cells of the server by what they read. */
async function notebook(
  inputs: readonly string[],
  cells: Readonly<Record<string, string>>,
): Promise<Notebook> {
  const text = [
    `import { inputs, live, view } from "plateau";`,
    ...inputs.map((name) => `// %% ${name} input\nconst ${name} = view(inputs.any());`),
    ...Object.entries(cells).map(([name, code]) => `// %% ${name} [server]\nconst ${name} = ${code};`),
  ].join("\n");
  const loaded = await loadNotebook(url, memoryModules({ [url]: `${text}\n`, plateau: lib }));
  return loaded;
}

interface Case {
  readonly name: string;
  readonly inputs: Readonly<Record<string, Input>>;
  /** code of the server's cells by what they define */
  readonly cells: Readonly<Record<string, string>>;
  readonly seconds?: Readonly<Record<string, number>>;
  /** of each group its inputs, and how many states are computed beside the present one */
  readonly groups: readonly (readonly [inputs: string, states: number])[];
  readonly frozen?: Readonly<Record<string, string>>;
}

const three = () => choice(["a", "b", "c"]) as Input;
const rates = () => choice([1e-3, 5e-3], { states: [1e-3, 5e-3] }) as Input;
const training = "await live(train(rate))";

const cases: readonly Case[] = [
  {
    name: "choices, lists, toggles and short sliders have a small set of states",
    inputs: {
      a: three(),
      b: select([1, 2]) as Input,
      c: toggle(),
      d: range([1, 12]),
      e: range([0, 1], { step: 0.25 }),
    },
    cells: { fa: "a", fb: "b", fc: "c", fd: "d", fe: "e" },
    groups: [["a", 2], ["b", 1], ["c", 1], ["d", 11], ["e", 4]],
  },
  {
    name: "long sliders, those without steps and texts have none",
    inputs: { a: range([1, 13]), b: range([1, 1000]), c: range([1e-4, 1], { log: true }), d: text() },
    cells: { f: "[a, b, c, d]" },
    groups: [],
    frozen: {
      a: "it has 13 states",
      b: "it has 1,000 states",
      c: "it has a state at every number",
      d: "any text could be typed here, and only results that were computed are inside",
    },
  },
  {
    name: "a slider whose last step does not meet its end stops there too",
    inputs: { a: range([0, 1], { step: 0.4, value: 0 }) },
    cells: { f: "a" },
    groups: [["a", 3]],
  },
  {
    name: "states that a cell declares are computed, and the present value is one more",
    inputs: { a: range([1, 1000], { value: 5, states: [2, 4, 8] }), b: text({ states: ["x"], value: "x" }) },
    cells: { f: "a", g: "b" },
    groups: [["a", 3], ["b", 0]],
  },
  {
    name: "inputs that a cell reads together form a group, also by way of another cell",
    inputs: { a: three(), b: toggle(), c: toggle(), d: toggle() },
    cells: { f: "a", g: "[f, b]", h: "c", i: "d" },
    groups: [["a b", 5], ["c", 1], ["d", 1]],
  },
  {
    name: "a third input joins two groups, in the order of the file",
    inputs: { a: toggle(), b: toggle(), c: toggle() },
    cells: { f: "a", g: "b", h: "[c, f, g]" },
    groups: [["a b c", 7]],
  },
  {
    name: "what would train again is frozen, and not what is read beside it",
    inputs: { rate: three(), shown: toggle() },
    cells: { run: training, table: "[run, shown]" },
    groups: [["shown", 1]],
    frozen: { rate: "changing it trains again" },
  },
  {
    name: "declared states are computed though they train, or take long",
    inputs: { rate: rates(), depth: choice([1, 2], { states: [1, 2] }) as Input },
    cells: { run: training, slow: "depth" },
    seconds: { slow: 42 },
    groups: [["rate", 1], ["depth", 1]],
  },
  {
    name: "what takes more than 2 s is frozen, all cells below it together",
    inputs: { a: toggle(), b: toggle(), c: toggle() },
    cells: { f: "a", g: "b", h: "g", i: "c" },
    seconds: { f: 42.4, g: 1.5, h: 1, i: 1.9 },
    groups: [["c", 1]],
    frozen: { a: "a run below it takes 42 s", b: "a run below it takes 2.5 s" },
  },
  {
    name: "of a group with more than 64 states the largest input is frozen",
    inputs: { a: range([1, 9]), b: range([1, 8]), c: toggle() },
    cells: { f: "[a, b, c]" },
    groups: [["b c", 15]],
    frozen: { a: "it has 144 states together with b, c" },
  },
  {
    name: "a group of one that has too many states is frozen",
    inputs: { a: select(Array.from({ length: 65 }, (_, i) => i)) as Input, b: toggle() },
    cells: { f: "a", g: "b" },
    groups: [["b", 1]],
    frozen: { a: "it has 65 states" },
  },
  {
    name: "a report has at most 200 states, those of small groups first",
    inputs: Object.fromEntries(
      ["a", "b", "c", "d"].map((
        name,
      ) => [name, select(Array.from({ length: name === "b" ? 64 : 50 }, (_, i) => i)) as Input]),
    ),
    cells: { f: "a", g: "b", h: "c", i: "d" },
    groups: [["a", 49], ["c", 49], ["d", 49]],
    frozen: { b: "all inputs together have more than 200 states" },
  },
];

for (const { name, inputs, cells, seconds = {}, groups, frozen = {} } of cases) {
  Deno.test(name, async () => {
    const made = await notebook(Object.keys(inputs), cells);
    const key = (name: string) => made.cells.find((cell) => cell.defines.includes(name))!.key;
    const taken = new Map(Object.entries(seconds).map(([name, each]) => [key(name), each]));
    const plan = planStates(made, {
      inputs: new Map(Object.entries(inputs)),
      values: Object.fromEntries(Object.entries(inputs).map(([name, { value }]) => [name, value])),
      seconds: (key) => taken.get(key) ?? 0.1,
    });
    assert.deepEqual(plan.groups.map((group) => [group.inputs.join(" "), group.states.length]), groups);
    assert.deepEqual(plan.frozen, frozen);
  });
}

const planOf = async (inputs: Record<string, Input>, cells: Record<string, string>): Promise<StatePlan> =>
  planStates(await notebook(Object.keys(inputs), cells), {
    inputs: new Map(Object.entries(inputs)),
    values: Object.fromEntries(Object.entries(inputs).map(([name, { value }]) => [name, value])),
    seconds: () => 0,
  });

Deno.test("the states of a group are all products but the present one, the last input changing fastest", async () => {
  const { groups } = await planOf({ a: toggle({ value: true }), b: three() }, { f: "[a, b]" });
  assert.deepEqual(groups[0].states, [[false, "a"], [false, "b"], [false, "c"], [true, "b"], [true, "c"]]);
});

Deno.test("places of a slider are the numbers that a page's slider gives", async () => {
  const { groups } = await planOf({ a: range([0, 0.5], { step: 0.1, value: 0 }) }, { f: "a" });
  assert.deepEqual(groups[0].states.flat(), [0.1, 0.2, 0.3, 0.4, 0.5]);
});

Deno.test("an input whose cell failed, or that another input decides, is frozen", async () => {
  const made = await loadNotebook(
    url,
    memoryModules({
      [url]: `import { inputs, view } from "plateau";
// %% depth
const depth = view(inputs.range([1, 3], { step: 1 }));
// %% layer
const layer = view(inputs.range([1, depth]));
// %% broken
const broken = view(inputs.range([1, 1]));
// %% sizes [server]
const sizes = [depth, layer, broken];
`,
      plateau: lib,
    }),
  );
  const inputs = new Map<string, Input>([["depth", range([1, 3], { step: 1 })], [
    "layer",
    range([1, 2]),
  ]]);
  const plan = planStates(made, { inputs, values: { depth: 2, layer: 2 }, seconds: () => 0 });
  assert.deepEqual(plan, {
    groups: [{ inputs: ["depth"], states: [[1], [3]] }],
    frozen: { layer: "what it can be follows from depth", broken: "its cell failed" },
  });
});
