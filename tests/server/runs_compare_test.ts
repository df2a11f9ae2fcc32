import assert from "node:assert/strict";
import { chosenRows, newestComparable, withRuns } from "../../server/client/runs_choice.ts";
import { patienceOf, runsDiff } from "../../server/client/runs_diff.ts";
import { refined, runsFigure } from "../../server/client/runs_figure.ts";
import { seedGroups } from "../../server/client/runs_groups.ts";
import { sortedRuns } from "../../server/client/runs_sorted.ts";
import type { RunLine } from "../../server/lines_codec.ts";
import { runRow } from "./runs_fixture.ts";

const idsOf = (rows: readonly { id: string }[]) => rows.map(({ id }) => id).join();
const best = (value: number, metric = "validation.loss") => ({
  metric,
  mode: "min" as const,
  value,
  step: 1,
});
const aliases = runRow("x", { best: best(0.2, "val_loss"), metrics: ["val_loss"] });
const accuracy = runRow("y", { best: best(0.9, "accuracy") });
const epochs = runRow("z", { counting: { unit: "epochs", fromZero: true } });
const empty = runRow("e", { best: null });

Deno.test("without a choice the newest few are compared that one picture can hold", () => {
  assert.equal(idsOf(newestComparable([])), "");
  assert.equal(idsOf(newestComparable([empty])), "");
  const rows = [empty, runRow("a"), accuracy, aliases, epochs, ..."bcdf".split("").map((id) => runRow(id))];
  assert.equal(idsOf(newestComparable(rows)), "a,x,b,c,d");
});

Deno.test("a choice is a filter, but for some, and some more", () => {
  const rows = "abcd".split("").map((id) => runRow(id, { tags: id < "c" ? ["old"] : [] }));
  const cases: [Parameters<typeof chosenRows>[1], string][] = [
    [{ ids: ["d", "b", "gone"], matching: null, except: [] }, "b,d"],
    [{ ids: [], matching: "", except: [] }, "a,b,c,d"],
    [{ ids: [], matching: "tag:old", except: [] }, "a,b"],
    [{ ids: ["d"], matching: "tag:old", except: ["a"] }, "b,d"],
    [{ ids: [], matching: null, except: [] }, ""],
  ];
  for (const [choice, ids] of cases) {
    assert.equal(idsOf(chosenRows(rows, choice)), ids, JSON.stringify(choice));
  }
});

Deno.test("putting runs in and taking them out is seen in the choice, whatever it was", () => {
  const rows = "abcdefg".split("").map((id) => runRow(id, { tags: id < "c" ? ["old"] : [] }));
  const choices = [
    null,
    { ids: ["a"], matching: null, except: [] },
    { ids: [], matching: "tag:old", except: ["b"] },
    { ids: ["g"], matching: "", except: ["a", "b"] },
  ];
  for (const choice of choices) {
    const before = new Set(chosenRows(rows, choice).map(({ id }) => id));
    for (const ids of [["a"], ["b", "g"], ["c", "a", "f"]]) {
      for (const chosen of [true, false]) {
        const now = new Set(chosenRows(rows, withRuns(rows, choice, ids, chosen)).map(({ id }) => id));
        for (const { id } of rows) {
          assert.equal(
            now.has(id),
            ids.includes(id) ? chosen : before.has(id),
            `${JSON.stringify(choice)} ${ids} ${id}`,
          );
        }
      }
    }
  }
});

Deno.test("runs are sorted by a column, what is missing last, those that go on first", () => {
  const rows = [
    runRow("run-10", { best: best(0.5), step: 5, updated: 3 }),
    runRow("run-9", { best: null, step: 7, updated: 9 }),
    runRow("live", { best: best(0.1), step: 1, updated: 1, state: "running" }),
  ];
  const cases: [column: Parameters<typeof sortedRuns>[1]["column"], ascending: boolean, ids: string][] = [
    ["run", true, "live,run-9,run-10"],
    ["best", true, "live,run-10,run-9"],
    ["best", false, "run-10,live,run-9"],
    ["stopped", false, "run-9,run-10,live"],
    ["ago", false, "live,run-9,run-10"],
  ];
  for (const [column, ascending, ids] of cases) {
    assert.equal(idsOf(sortedRuns(rows, { column, ascending })), ids, `${column} ${ascending}`);
  }
});

Deno.test("runs of one group differ in their seed alone", () => {
  const run = (id: string, config: Record<string, number>, seed: number | null) =>
    runRow(id, { config, seed });
  const groups = seedGroups([
    run("a", { lr: 0.1, seed: 0 }, 0),
    run("b", { seed: 1, lr: 0.1 }, 1),
    run("c", { lr: 0.2, seed: 0 }, 0),
    run("d", { lr: 0.1 }, null),
    run("e", { lr: 0.1 }, null),
  ]);
  assert.notEqual(groups.get("a"), null);
  assert.equal(groups.get("a"), groups.get("b"));
  assert.deepEqual(["c", "d", "e"].map((id) => groups.get(id)), [null, null, null]);
});

const column = (...values: number[]) => Float64Array.from(values);
const line = (id: string, given: Partial<RunLine> = {}): RunLine => ({
  id,
  tag: "validation.loss",
  missing: [],
  curve: { x: column(1, 5, 9), y: column(3, 2, 1) },
  whole: true,
  raw: null,
  stop: null,
  last: 1,
  spacing: { per: { steps: 25, epochs: 0.5, examples: 800, seconds: null }, regular: true },
  ...given,
});

Deno.test("the part that is shown is in detail, and the rest stays beside it", () => {
  const coarse = { x: column(0, 2, 4, 6, 8), y: column(5, 4, 3, 2, 1) };
  const cases: [number[], number[]][] = [
    [[3, 4, 5], [0, 2, 3, 4, 5, 6, 8]],
    [[0, 1, 2], [0, 1, 2, 4, 6, 8]],
    [[7, 8], [0, 2, 4, 6, 7, 8]],
    [[0, 3, 8], [0, 3, 8]],
    [[], [0, 2, 4, 6, 8]],
  ];
  for (const [fine, all] of cases) {
    const made = refined(coarse, { x: column(...fine), y: column(...fine.map(() => 0)) });
    assert.deepEqual([...made.x], all);
    assert.equal(made.y.length, all.length);
  }
});

Deno.test("runs without a curve on the axis are not in the figure", () => {
  const rows = ["a", "b", "c", "d"].map((id) => runRow(id));
  const lines = new Map([
    ["a", line("a")],
    ["b", line("b", { curve: null, missing: ["batch"] })],
    ["c", line("c", { last: null })],
  ]);
  const look = {
    axis: "step",
    metric: "validation.loss",
    mode: "min",
    logX: false,
    logY: true,
    bands: true,
  } as const;
  const { runs } = runsFigure(rows, lines, new Map(), { ...look, pinned: new Set() });
  assert.deepEqual(runs.map(({ id, diverged }) => [id, diverged]), [["a", false], ["c", true]]);
  assert.equal(runs[0].group, runs[1].group, "the same settings");
});

Deno.test("the table of differences names what differs, and says patience in every unit", () => {
  const rows = [
    runRow("a", {
      config: { lr: 0.1, batch: 32, stop: "plateau(validation.loss, min, patience: evaluations(8))" },
    }),
    runRow("b", { config: { lr: 0.2, batch: 32 }, rule: "20 epochs", kind: "epochs" }),
  ];
  const table = runsDiff(rows, new Set(), new Map([["a", line("a")]]));
  assert.equal(idsOf(table.columns), "a,b");
  assert.deepEqual(table.rows.slice(0, 4).map(({ key, values }) => [key, ...values]), [
    ["policy", "Early stopping", "Fixed epochs"],
    ["rule", "patience 8", "20 epochs"],
    ["patience", "8 evaluations = 4 epochs = 200 steps = 6,400 examples", "–"],
    ["lr", "0.1", "0.2"],
  ]);
  assert.deepEqual(table.same, ["batch 32"]);
  assert.equal(table.differing, 2);
});

Deno.test("of many runs the pinned have columns, and all are said in short", () => {
  const rows = Array.from(
    { length: 40 },
    (_, i) => runRow(`r${i}`, { config: { lr: i / 100, optimizer: i % 4 === 0 ? "sgd" : "adam" } }),
  );
  const table = runsDiff(rows, new Set(["r7"]), new Map());
  assert.equal(idsOf(table.columns), "r7");
  const said = new Map(table.rows.map(({ key, values, all }) => [key, [...values, all]]));
  assert.deepEqual(said.get("lr"), ["0.07", "0 to 0.39, 40 values"]);
  assert.deepEqual(said.get("optimizer"), ["adam", "adam ×30, sgd ×10"]);
});

Deno.test("a patience is found in a rule's text, and in the settings of other tools", () => {
  const cases: [Parameters<typeof patienceOf>[0], string | null][] = [
    [{ rule: "any(maxSteps(2000), plateau(a, min, patience: epochs(2)))", config: {} }, "2 epochs"],
    [{ rule: "patience 8", config: {} }, null],
    [{ rule: "", config: { early_stopping_patience: 3 } }, "3 evaluations"],
    [{ rule: "", config: { "callbacks.patience": "5" } }, "5 evaluations"],
    [{ rule: "plateau(", config: { patience: -1 } }, null],
    [{ rule: "maxSteps(10)", config: { impatience: 4 } }, null],
  ];
  for (const [run, text] of cases) {
    const found = patienceOf(run);
    assert.equal(found && `${found.count} ${found.unit}`, text, JSON.stringify(run));
  }
});
