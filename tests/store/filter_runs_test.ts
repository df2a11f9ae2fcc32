import assert from "node:assert/strict";
import fc from "fast-check";
import { configDiff } from "../../lib/store/config_diff.ts";
import { filterRuns } from "../../lib/store/filter_runs.ts";
import { flatConfig } from "../../lib/store/flat_config.ts";
import type { RunRow } from "../../lib/store/store.ts";
import { row } from "./fixture.ts";
import { quickest } from "../quickest.ts";

const best = (value: number) => ({ metric: "val_loss", mode: "min" as const, value, step: 1 });
const ROWS = [
  row({
    ...{ id: "aaa111", name: "Early stopping", rule: "patience 8", tags: ["good", "paper 1"], seed: 0 },
    ...{ config: { "schedule.lr": 1e-3, optimizer: "adam" }, step: 2000, best: best(0.25), kind: "patience" },
    ...{ metrics: ["val_loss", "lr"], from: "notebooks/a.ts" },
  }),
  row({
    ...{ id: "bbb222", name: "20 epochs", rule: "20 epochs", state: "diverged", seed: 3 },
    ...{ config: { learning_rate: 0.1, optimizer: "sgd", note: "1e-3" }, step: 500, best: best(1.5) },
    ...{ source: "tensorboard", metrics: ["val/loss"] },
  }),
  row({ id: "ccc333", name: 'early "bird"', state: "running", seed: null, config: { lr: "1e-4" } }),
];

const CASES: [string, string[]][] = [
  ["", ["aaa111", "bbb222", "ccc333"]],
  ["early", ["aaa111", "ccc333"]],
  ["EARLY adam", ["aaa111"]],
  ['"early stopping"', ["aaa111"]],
  ["bbb", ["bbb222"]],
  ["patience", ["aaa111"]],
  ["state:error", ["bbb222"]],
  ["state:running", ["ccc333"]],
  ["tag:good", ["aaa111"]],
  ['tag:"paper 1"', ["aaa111"]],
  ["tag:none", []],
  ["metric:val_loss", ["aaa111"]],
  ["metric:val", []],
  ["kind:patience", ["aaa111"]],
  ["source:tensorboard", ["bbb222"]],
  ["from:a.ts", ["aaa111"]],
  ["id:cc", ["ccc333"]],
  ["lr<1e-2", ["ccc333"]],
  ["schedule.lr=0.001", ["aaa111"]],
  ["learning_rate>=0.1", ["bbb222"]],
  ["best<0.3", ["aaa111"]],
  ["best>0", ["aaa111", "bbb222"]],
  ["step>1000", ["aaa111"]],
  ["step<=500", ["bbb222", "ccc333"]],
  ["seed=3", ["bbb222"]],
  ["seed!=3", ["aaa111", "ccc333"]],
  ["optimizer=ADAM", ["aaa111"]],
  ["optimizer!=adam", ["bbb222"]],
  ["note=1e-3", ["bbb222"]],
  ["optimizer=adam step>1000 early", ["aaa111"]],
];
for (const [text, ids] of CASES) {
  Deno.test(`the filter ${text || "of no word"} finds ${ids.join(", ") || "nothing"}`, () => {
    const { rows, faults } = filterRuns(ROWS, text);
    assert.deepEqual([rows.map(({ id }) => id), faults], [ids, []]);
  });
}

Deno.test("a name stands for the settings that end in it, where no setting is called so", () => {
  const rows = [
    row({ id: "a", config: { "optim.lr": 0.5 } }),
    row({ id: "b", config: { "o.learning_rate": 2 } }),
  ];
  assert.deepEqual(filterRuns(rows, "lr<1").rows.map(({ id }) => id), ["a"]);
  assert.deepEqual(filterRuns(rows, "learningRate>1").rows.map(({ id }) => id), ["b"]);
});

const FAULTS: [string, string[]][] = [
  ["lrr<1", ["unknown key: lrr (has step, best, seed, schedule.lr, optimizer, learning_rate, note, lr)"]],
  ["color:red", ["unknown key: color (has state, tag, metric, kind, source, from, name, id)"]],
  ["state:stoped", [
    "unknown state: stoped (has running, interrupted, stopped, alreadyComplete, exhausted, diverged, aborted, failed, error)",
  ]],
  ["best<low early", ["invalid number: low (in best<low)"]],
  ["best<", ["invalid number:  (in best<)"]],
];
for (const [text, faults] of FAULTS) {
  Deno.test(`the filter ${text} finds nothing and says why`, () => {
    assert.deepEqual(filterRuns(ROWS, text), { rows: [], faults });
  });
}

Deno.test("whatever is typed, a filter answers, at once and with a part of the runs", async () => {
  const piece = fc.constantFrom(
    '"',
    " ",
    "lr",
    "<",
    "=",
    ":",
    "state",
    "tag",
    "!",
    "1e",
    "__proto__",
    "a".repeat(50),
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(piece, { maxLength: 30 }).map((all) => all.join("")),
      ),
      (text) => {
        const { rows, faults } = filterRuns(ROWS, text);
        assert.ok(rows.every((each) => ROWS.includes(each)));
        assert.ok(faults.length === 0 || rows.length === 0);
      },
    ),
  );
  const took = await quickest(1000, () => {
    for (const hostile of ['"'.repeat(1e5), "a=".repeat(5e4), "a".repeat(1e5), ":".repeat(1e5)]) {
      filterRuns(ROWS, hostile);
    }
  });
  assert.ok(took < 1000, `${took} ms`);
});

Deno.test("what differs between settings, and what is the same", () => {
  const rows = [{ a: 1, b: "x", c: NaN }, { a: 2, b: "x", c: NaN }, { a: 1, b: "x", c: NaN, d: null }];
  assert.deepEqual(configDiff(rows.map((config) => ({ config: config as RunRow["config"] }))), {
    differing: [{ key: "a", values: [1, 2, 1] }, { key: "d", values: [undefined, undefined, null] }],
    same: [{ key: "b", value: "x" }, { key: "c", value: NaN }],
  });
});

Deno.test("nested settings become one flat list", () => {
  const config = {
    ...{ optimizer: { kind: "adam", beta1: 0.9 }, layers: [64, 10], none: null, gone: undefined },
    ...{ augment: [{ kind: "move", by: 2 }], flags: { deep: { on: true } }, at: 5n },
  };
  assert.deepEqual(flatConfig(config), {
    optimizer: "adam",
    "optimizer.beta1": 0.9,
    layers: "64,10",
    none: null,
    "augment.0": "move",
    "augment.0.by": 2,
    "flags.deep.on": true,
    at: "5",
  });
  assert.ok(Object.hasOwn(flatConfig(JSON.parse('{"__proto__": {"a": 1}}')), "__proto__.a"));
  let deep: unknown = 1;
  for (let i = 0; i < 1000; i++) deep = { in: deep };
  const [[key, value]] = Object.entries(flatConfig({ deep }));
  assert.equal(key.split(".").length, 12);
  assert.match(String(value), /^\{"in":/);
});
