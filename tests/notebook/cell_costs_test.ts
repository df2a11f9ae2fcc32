import assert from "node:assert/strict";
import { dirname } from "node:path";
import { CellCosts } from "../../lib/notebook/cell_costs.ts";

/** A file for costs in a folder of its own, which is gone afterwards. */
function withFile(test: (path: string) => void) {
  const folder = Deno.makeTempDirSync({ prefix: "plateau costs " });
  try {
    test(`${folder}/notebook/costs.json`);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

/** Costs after these runs of a cell named `train`. */
function after(path: string, runs: readonly number[], key = "a1"): CellCosts {
  const costs = new CellCosts(path);
  for (const seconds of runs) costs.note(key, "train", seconds);
  return costs;
}

const medians: [string, number[], number | undefined][] = [
  ["no run has no price", [], undefined],
  ["one run is the price", [42], 42],
  ["two runs meet in the middle", [1, 2], 1.5],
  ["one slow run does not count", [1, 90, 2], 2],
  ["only the last five runs count", [90, 90, 90, 1, 1, 2, 3, 3], 2],
];
for (const [name, runs, price] of medians) {
  Deno.test(`costs: ${name}`, () =>
    withFile((path) => {
      const costs = after(path, runs);
      assert.equal(costs.of("a1", "train"), price);
      costs.close();
      assert.equal(new CellCosts(path).of("a1", "train"), price);
    }));
}

Deno.test("an edited cell costs what the last version of its name did until it has run", () =>
  withFile((path) => {
    const costs = after(path, [3], "a1");
    for (const seconds of [7, 9]) costs.note("a2", "train", seconds);
    assert.equal(costs.of("a3", "train"), 8);
    assert.equal(costs.of("a3", "other"), undefined);
    costs.note("a3", "train", 1);
    assert.equal(costs.of("a3", "train"), 1);
    assert.equal(costs.of("a1", "train"), 3);
    costs.close();
  }));

Deno.test("costs are on disk within a second without a close", async () => {
  const folder = Deno.makeTempDirSync({ prefix: "plateau costs " });
  const path = `${folder}/costs.json`;
  after(path, [5]);
  const end = Date.now() + 60_000;
  while (new CellCosts(path).of("a1", "train") !== 5 && Date.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.equal(new CellCosts(path).of("a1", "train"), 5);
  Deno.removeSync(folder, { recursive: true });
});

Deno.test("costs of many versions stay bounded and keep the latest", () =>
  withFile((path) => {
    const costs = new CellCosts(path);
    for (let i = 0; i < 2000; i++) costs.note(`k${i}`, `n${i}`, i);
    costs.close();
    assert.equal(JSON.parse(Deno.readTextFileSync(path)).cells.length, 500);
    assert.equal(new CellCosts(path).of("k1999", ""), 1999);
    assert.equal(new CellCosts(path).of("k0", ""), undefined);
  }));

const damaged = ["", "{", "[]", "null", '{"cells":[{"key":"a1","name":"train","seconds":[]}]}', "\0"];
Deno.test("a damaged file of costs is as good as none, and is written anew", () =>
  withFile((path) => {
    after(path, [4]).close();
    for (const text of damaged) {
      Deno.writeTextFileSync(path, text);
      assert.equal(new CellCosts(path).of("a1", "train"), undefined, text);
    }
    after(path, [4]).close();
    assert.equal(new CellCosts(path).of("a1", "train"), 4);
    assert.deepEqual([...Deno.readDirSync(dirname(path))].map(({ name }) => name), ["costs.json"]);
  }));
