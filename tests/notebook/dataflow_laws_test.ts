/** What holds in every notebook: who runs again, on which values, and that the order of the file says nothing. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { stopBundler } from "../../lib/notebook/bundle.ts";
import { type CellSpec, edited, edits, notebooks, ordered, textOf } from "./edit_script_arbitrary.ts";
import { ReactiveBench, turn } from "./reactive_bench.ts";

/** How many random notebooks a law; a tenth of the random scripts that `deno task scripts` asks for. */
const NOTEBOOKS = Math.ceil(Number(Deno.env.get("PLATEAU_SCRIPTS") ?? 400) / 10);

/** A notebook as a counterexample prints it. */
const printed = (cells: readonly CellSpec[]) =>
  Object.assign([...cells], { [fc.toStringMethod]: () => `\n${textOf(cells, { head: "" })}` });

/** Notebooks in which one change makes each cell run once at most: no streams, and nothing that never ends. */
const steady = notebooks({ tame: true, without: ["stream", "lateStream", "endless"] }).map(printed);

/** The cells that depend on these names, directly or not. */
function dependents(bench: ReactiveBench, names: readonly string[]): Set<string> {
  const reached = new Set(names);
  const found = new Set<string>();
  for (let size = -1; size !== found.size;) {
    size = found.size;
    for (const { key, reads, defines } of bench.cells) {
      if (!reads.some((read) => reached.has(read))) continue;
      found.add(key);
      for (const name of defines) reached.add(name);
    }
  }
  return found;
}

/** Runs of each cell since `before`, of those that ran. */
const runsSince = (bench: ReactiveBench, before: ReadonlyMap<string, number>) =>
  new Map(
    bench.cells.map(({ key }): [string, number] => [key, bench.seen(key).runs - (before.get(key) ?? 0)])
      .filter(([, runs]) => runs > 0),
  );

const runsNow = (bench: ReactiveBench) => new Map(bench.cells.map(({ key }) => [key, bench.seen(key).runs]));

/** Once each of these that do not wait for one that failed. */
const onceEach = (bench: ReactiveBench, keys: Iterable<string>) =>
  new Map([...keys].filter((key) => !bench.seen(key).detail.error?.waitsFor).map((key) => [key, 1]));

const sorted = (runs: ReadonlyMap<string, number>) => [...runs].sort();

Deno.test("an input that moves re-runs each cell that depends on it once, and no other", async () => {
  await fc.assert(
    fc.asyncProperty(steady, fc.nat(), fc.nat(30), async (cells, choice, value) => {
      const bench = await ReactiveBench.of(textOf(cells));
      const inputs = bench.cells.flatMap((cell) => cell.views);
      fc.pre(inputs.length > 0);
      const name = inputs[choice % inputs.length];
      const before = runsNow(bench);
      bench.set(name, value);
      await bench.settle();
      assert.deepEqual(
        sorted(runsSince(bench, before)),
        sorted(onceEach(bench, dependents(bench, [name]))),
      );
      bench.dispose();
    }),
    { numRuns: NOTEBOOKS },
  );
});

Deno.test("an edit re-runs the cells that it changes and what depends on them, each once, and no other", async () => {
  const edit = edits({ without: ["stream", "lateStream", "endless"] });
  await fc.assert(
    fc.asyncProperty(steady, edit, async (cells, edit) => {
      const bench = await ReactiveBench.of(textOf(cells));
      const [before, old] = [runsNow(bench), bench.cells];
      await bench.save(textOf(edited(cells, edit)));
      await bench.settle();
      const fresh = bench.cells.filter(({ key }) => !before.has(key));
      const gone = old.filter((cell) => !bench.cells.some(({ key }) => key === cell.key));
      const due = dependents(bench, [...fresh, ...gone].flatMap((cell) => cell.defines));
      assert.deepEqual(
        sorted(runsSince(bench, before)),
        sorted(onceEach(bench, new Set([...fresh.map(({ key }) => key), ...due]))),
      );
      bench.dispose();
    }),
    { numRuns: NOTEBOOKS },
  );
  await stopBundler();
});

/** What a function gives stands for it. */
function comparable(value: unknown): unknown {
  if (typeof value !== "function") return value;
  try {
    return ["gives", value(1)];
  } catch (error) {
    return ["throws", String(error)];
  }
}

/** What each cell would be given, by its title; nothing where something that it reads fails. */
function givenTo(bench: ReactiveBench): Map<string, unknown[]> {
  const done = new Set(
    bench.cells.filter(({ key }) => bench.seen(key).state === "done").flatMap((cell) => cell.defines),
  );
  const whole = bench.cells.filter((cell) => cell.reads.every((read) => done.has(read)));
  return new Map(whole.map((cell) => [cell.name, cell.reads.map((read) => comparable(bench.value(read)))]));
}

Deno.test("no cell is ever given a mixture of old and new values, however fast inputs move", async () => {
  const move = fc.record({ turns: fc.nat(6), choice: fc.nat(), value: fc.nat(30) });
  await fc.assert(
    fc.asyncProperty(steady, fc.array(move, { minLength: 1, maxLength: 4 }), async (cells, moves) => {
      const text = textOf(cells);
      const bench = await ReactiveBench.of(text);
      const inputs = bench.cells.flatMap((cell) => cell.views);
      fc.pre(inputs.length > 0);
      const versions = [givenTo(bench)];
      for (const { turns, choice, value } of moves) {
        for (let wait = 0; wait < turns; wait++) await turn();
        bench.set(inputs[choice % inputs.length], value);
        const still = await ReactiveBench.of(text, bench.chosen);
        versions.push(givenTo(still));
        still.dispose();
      }
      await bench.settle();
      for (const { cell, values } of bench.runs) {
        const given = JSON.stringify(values.map(comparable));
        const whole = versions.map((version) => JSON.stringify(version.get(cell)));
        assert.ok(whole.includes(given), `${cell} was given ${given}, and never whole: ${whole}`);
      }
      bench.dispose();
    }),
    { numRuns: NOTEBOOKS },
  );
});

Deno.test("any order of cells that a script can run in gives the same values, states and displays", async () => {
  const shuffled = notebooks({ tame: true }).chain((cells) =>
    fc.tuple(
      fc.constant(printed(cells)),
      fc.shuffledSubarray([...cells], { minLength: cells.length }).map((cells) => printed(ordered(cells))),
    )
  );
  const picture = (bench: ReactiveBench) =>
    bench.cells.map((cell) => {
      const { state, detail: { error }, shown } = bench.seen(cell.key);
      const waits = error?.waitsFor !== undefined;
      const values = cell.defines.map((name) => [name, comparable(bench.value(name))]);
      return { cell: cell.source, state, ...(waits ? { waits } : { error: error?.message, shown, values }) };
    }).sort((a, b) => a.cell < b.cell ? -1 : 1);
  await fc.assert(
    fc.asyncProperty(shuffled, async ([cells, others]) => {
      const [one, other] = [await ReactiveBench.of(textOf(cells)), await ReactiveBench.of(textOf(others))];
      assert.deepEqual(picture(one), picture(other));
      one.dispose();
      other.dispose();
    }),
    { numRuns: NOTEBOOKS },
  );
  await stopBundler();
});
