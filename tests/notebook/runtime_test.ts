import assert from "node:assert/strict";
import { type Capabilities, NotebookRuntime, type RuntimeCell } from "../../lib/notebook/runtime.ts";

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
/** Until it is so, however slow the machine is; what never comes is told by what is asserted then. */
async function until(so: () => unknown): Promise<void> {
  for (const late = performance.now() + 10_000; !so() && performance.now() < late;) await pause(1);
}

type Fn = (capabilities: Capabilities, ...values: never[]) => unknown;
/** Cells by name: what they define and read, and their function. The key is the name with `version`. */
interface Spec {
  name: string;
  defines?: string[];
  reads?: string[];
  views?: string[];
  fn: Fn;
  version?: number;
}

function bench() {
  const said: string[] = [];
  const shown: [string, unknown][] = [];
  const memory = new Map<string, unknown>();
  const values: Record<string, unknown[]> = {};
  const runtime = new NotebookRuntime({
    modules: () => [import.meta.url],
    begin: () => {},
    display: (cell, value) => shown.push([cell.name, value]),
    view: (_, name, input) => memory.has(name) ? memory.get(name) : (input as { value: unknown }).value,
    state: (cell, state, { error, reason }) =>
      said.push(
        [cell.name, state, error?.waitsFor ? `waits for ${error.waitsFor}` : error?.message, reason].filter(
          Boolean,
        ).join(" "),
      ),
  });
  const load = (specs: Spec[], externals: string[] = []) => {
    const cells: RuntimeCell[] = specs.map((spec, id) => ({
      id,
      key: `${spec.name}${spec.version ?? ""}`,
      name: spec.name,
      reads: spec.reads ?? [],
      defines: spec.defines ?? [],
      views: spec.views ?? [],
    }));
    const taps = specs.flatMap((spec) => spec.defines ?? []).map((
      name,
    ) => [name, (value: unknown) => (values[name] ??= []).push(value)]);
    return runtime.load(
      cells,
      specs.map(({ fn }, id) => ({ id, fn })) as never,
      externals,
      Object.fromEntries(taps),
    );
  };
  return { runtime, load, said, shown, values, memory };
}

async function* count(to: number, wait = 2) {
  for (let i = 1; i <= to; i++) {
    await pause(wait);
    yield i;
  }
}

Deno.test("a changed input re-runs what depends on it and nothing else", async () => {
  const { runtime, load, said, values } = bench();
  load([
    { name: "double", defines: ["y"], reads: ["x"], fn: (_, x: number) => ({ y: 2 * x }) },
    { name: "sum", defines: ["z"], reads: ["y"], fn: (_, y: number) => ({ z: y + 1 }) },
    { name: "other", defines: ["o"], fn: () => ({ o: 0 }) },
  ], ["x"]);
  runtime.set("x", 1);
  await until(() => values.z?.length === 1 && values.o);
  said.length = 0;
  runtime.set("x", 5);
  await until(() => values.z.length === 2);
  await pause(5);
  assert.deepEqual(values, { y: [2, 10], z: [3, 11], o: [0] });
  assert.ok(!said.some((line) => line.startsWith("other")), said.join());
  runtime.dispose();
});

Deno.test("states go queued, running, done; a streaming cell runs until its stream ends", async () => {
  const { load, said, values, runtime } = bench();
  load([{ name: "train", defines: ["run"], fn: ({ live }) => ({ run: live("run", count(3)) }) }]);
  await until(() => said.at(-1) === "train running");
  assert.equal(said.at(-1), "train running");
  await until(() => said.at(-1) === "train done");
  assert.deepEqual(said, ["train queued", "train running", "train done"]);
  assert.deepEqual(values.run, [1, 2, 3]);
  runtime.dispose();
});

Deno.test("a superseded run is aborted at once, even one that never settles, and its late words are dropped", async () => {
  const { runtime, load, shown, values } = bench();
  const began = Promise.withResolvers<void>(), late = Promise.withResolvers<void>();
  const spoken = Promise.withResolvers<void>();
  let aborted = 0;
  load([{
    name: "slow",
    defines: ["y"],
    reads: ["x"],
    fn: async ({ signal, display }, x: number) => {
      signal.addEventListener("abort", () => aborted++);
      if (x === 1) {
        began.resolve();
        await late.promise;
        display("late");
        spoken.resolve();
        await new Promise(() => {});
      }
      return { y: x };
    },
  }], ["x"]);
  runtime.set("x", 1);
  await began.promise;
  runtime.set("x", 2);
  await until(() => values.y?.length);
  late.resolve();
  await spoken.promise;
  await pause(5);
  assert.equal(aborted, 1);
  assert.deepEqual(values.y, [2]);
  assert.deepEqual(shown, []);
  runtime.dispose();
});

Deno.test("a superseded stream is returned and yields nothing more", async () => {
  const { runtime, load, values } = bench();
  let returned = 0;
  async function* endless(x: number) {
    try {
      for (let i = 0;; i++) {
        await pause(1);
        yield x + i / 1000;
      }
    } finally {
      returned++;
    }
  }
  load([{
    name: "s",
    defines: ["v"],
    reads: ["x"],
    fn: ({ live }, x: number) => ({ v: live("v", endless(x)) }),
  }], ["x"]);
  runtime.set("x", 1);
  await until(() => values.v?.length > 1);
  runtime.set("x", 2);
  await until(() => returned === 1 && values.v.at(-1) as number > 2);
  await pause(10);
  const at = values.v.findIndex((v) => v as number >= 2);
  assert.ok(at > 0 && values.v.slice(at).every((v) => v as number >= 2));
  assert.equal(returned, 1);
  runtime.dispose();
  await until(() => returned === 2);
  assert.equal(returned, 2);
});

Deno.test("interrupt drains a source that can abort: its last value arrives and stays", async () => {
  const { runtime, load, values, said } = bench();
  const training = () => {
    let stop = false;
    const run = (async function* () {
      for (let step = 1; !stop; step++) {
        await pause(2);
        yield { step, outcome: null };
      }
      await pause(5);
      yield { step: -1, outcome: "aborted" };
    })();
    return Object.assign(run, { abort: () => stop = true });
  };
  load([
    { name: "train", defines: ["run"], fn: ({ live }) => ({ run: live("run", training()) }) },
    {
      name: "read",
      defines: ["last"],
      reads: ["run"],
      fn: (_, run: { outcome: string }) => ({ last: run.outcome }),
    },
  ]);
  await until(() => values.run?.length > 1);
  runtime.interrupt();
  await until(() => said.includes("train done stopped") && values.last.at(-1) !== null);
  assert.deepEqual(values.run.at(-1), { step: -1, outcome: "aborted" });
  assert.equal(values.last.at(-1), "aborted");
  assert.ok(said.includes("train done stopped"));
  runtime.dispose();
});

Deno.test("interrupt drops a stream that cannot abort; the partial value stays", async () => {
  const { runtime, load, values, said } = bench();
  load([{ name: "s", defines: ["v"], fn: ({ live }) => ({ v: live("v", count(1000)) }) }]);
  await until(() => values.v?.length > 1);
  runtime.interrupt();
  await until(() => said.at(-1) === "s done stopped");
  const before = values.v.length;
  assert.ok(before > 1);
  await pause(20);
  assert.equal(values.v.length, before);
  assert.equal(said.at(-1), "s done stopped");
  runtime.dispose();
});

Deno.test("interrupt ends a cell that waits for ever and ignores its signal", async () => {
  const { runtime, load, said } = bench();
  load([{ name: "wait", fn: () => new Promise(() => {}) }]);
  await until(() => said.at(-1) === "wait running");
  runtime.interrupt();
  await until(() => said.at(-1)!.startsWith("wait error"));
  assert.equal(said.at(-1), "wait error stopped before it ended stopped");
  runtime.dispose();
});

Deno.test("a cell that comes to its end after Stop is done; one that minds its signal was stopped", async () => {
  const { runtime, load, said } = bench();
  load([
    {
      name: "whole",
      fn: async ({ display }) => {
        await pause(40);
        return { sum: display(1) };
      },
    },
    {
      name: "part",
      fn: async ({ signal }) => {
        while (!signal.aborted) await pause(1);
        return {};
      },
    },
  ]);
  await until(() => said.filter((line) => line.endsWith("running")).length === 2);
  runtime.interrupt();
  const last = (name: string) => said.findLast((line) => line.startsWith(name));
  await until(() => [last("whole"), last("part")].every((line) => line!.includes("done")));
  assert.equal(last("whole"), "whole done");
  assert.equal(last("part"), "part done stopped");
  runtime.dispose();
});

Deno.test("an error stays in its cell; dependents wait for the value that failed, all the way down", async () => {
  const { load, said, runtime } = bench();
  load([
    {
      name: "bad",
      defines: ["a"],
      fn: () => {
        throw new TypeError("no such thing");
      },
    },
    { name: "mid", defines: ["b"], reads: ["a"], fn: () => ({ b: 1 }) },
    { name: "low", reads: ["b"], fn: () => ({}) },
    { name: "fine", defines: ["c"], fn: () => ({ c: 1 }) },
  ]);
  await pause(20);
  const last = (name: string) => said.findLast((line) => line.startsWith(name));
  assert.equal(last("bad"), "bad error no such thing");
  assert.equal(last("mid"), "mid error waits for a");
  assert.equal(last("low"), "low error waits for a");
  assert.equal(last("fine"), "fine done");
  runtime.dispose();
});

Deno.test("a stream that throws, or ends without a value, is its cell's error", async () => {
  const { load, said, runtime } = bench();
  load([
    {
      name: "throws",
      defines: ["a"],
      fn: ({ live }) => ({
        a: live(
          "a",
          (async function* () {
            yield 1;
            throw new Error("mid-way");
          })(),
        ),
      }),
    },
    { name: "empty", defines: ["b"], fn: ({ live }) => ({ b: live("b", (async function* () {})()) }) },
    { name: "wrong", defines: ["c"], fn: ({ live }) => ({ c: live("c", 5 as never) }) },
  ]);
  const last = (name: string) => said.findLast((line) => line.startsWith(name));
  await until(() => ["throws", "empty", "wrong"].every((name) => last(name)?.includes(" error ")));
  assert.equal(last("throws"), "throws error mid-way");
  assert.equal(last("empty"), "empty error b ended without a value");
  assert.match(last("wrong")!, /invalid live source: c/);
  runtime.dispose();
});

Deno.test("a reload re-runs new cells and what depends on them; moved cells keep their value and take the new function", async () => {
  const { runtime, load, values, said } = bench();
  const a: Spec = { name: "a", defines: ["x"], fn: () => ({ x: 1 }) };
  const b: Spec = { name: "b", defines: ["y"], reads: ["x"], fn: (_, x: number) => ({ y: 10 * x }) };
  const c: Spec = { name: "c", defines: ["z"], fn: () => ({ z: 7 }) };
  assert.deepEqual(load([a, b, c]), ["a", "b", "c"]);
  await until(() => values.y?.length === 1 && values.z?.length === 1);
  said.length = 0;
  assert.deepEqual(load([c, { ...a, version: 2, fn: () => ({ x: 2 }) }, b]), ["a2"]);
  await until(() => values.y.length === 2);
  assert.deepEqual(values, { x: [1, 2], y: [10, 20], z: [7] });
  assert.ok(!said.some((line) => line.startsWith("c")));
  load([{ ...c, fn: () => ({ z: 8 }) }]);
  runtime.rerun(["c"]);
  await until(() => values.z.length === 2);
  assert.deepEqual(values.z, [7, 8]);
  runtime.dispose();
});

Deno.test("a view keeps what was set; its cell starts from what the hook remembers", async () => {
  const { runtime, load, values, memory } = bench();
  const input: Spec = {
    name: "in",
    defines: ["n"],
    views: ["n"],
    fn: ({ view }) => ({ n: view("n", { value: 3 }) }),
  };
  load([input, { name: "use", defines: ["m"], reads: ["n"], fn: (_, n: number) => ({ m: n * 2 }) }]);
  await until(() => values.m?.length === 1);
  memory.set("n", 4);
  runtime.set("n", 4);
  await until(() => values.m.length === 2);
  runtime.rerun(["in"]);
  await until(() => values.m.length === 3);
  assert.deepEqual(values.m, [6, 8, 8]);
  assert.throws(() => runtime.set("m", 1), /unknown input: m/);
  runtime.dispose();
});

Deno.test("an external name that fails makes its readers wait, until it has a value", async () => {
  const { runtime, load, said } = bench();
  load([{ name: "use", reads: ["x"], fn: () => ({}) }], ["x"]);
  runtime.fail("x", "train");
  await pause(20);
  assert.equal(said.at(-1), "use error waits for train");
  runtime.set("x", 1);
  await pause(20);
  assert.equal(said.at(-1), "use done");
  runtime.dispose();
});

Deno.test("a value that comes while its readers wait for the first one reaches them", async () => {
  const { runtime, load, values } = bench();
  load([{ name: "twice", defines: ["y"], reads: ["x"], fn: (_, x: number) => ({ y: 2 * x }) }], ["x"]);
  await pause(40); // the reader now waits for x
  runtime.set("x", 1);
  await pause(40);
  assert.deepEqual(values.y, [2]);
  runtime.set("x", 2);
  await pause(40);
  assert.deepEqual(values.y, [2, 4]);
  runtime.dispose();
});

Deno.test("a failure that comes while readers wait reaches them, and then a value does", async () => {
  const { runtime, load, values, said } = bench();
  load([{ name: "twice", defines: ["y"], reads: ["x"], fn: (_, x: number) => ({ y: 2 * x }) }], ["x"]);
  await pause(40);
  runtime.fail("x", "train");
  await pause(40);
  assert.equal(said.at(-1), "twice error waits for train");
  assert.equal(values.y, undefined);
  runtime.set("x", 3);
  await pause(40);
  assert.deepEqual(values.y, [6]);
  runtime.dispose();
});

Deno.test("a name that no longer comes from outside but from a cell reaches readers that waited", async () => {
  const { runtime, load, values, said } = bench();
  const reader: Spec = { name: "twice", defines: ["y"], reads: ["x"], fn: (_, x: number) => ({ y: 2 * x }) };
  load([reader], ["x"]);
  await pause(40);
  load([reader, { name: "source", defines: ["x"], fn: () => ({ x: 4 }) }]);
  await pause(60);
  assert.deepEqual(values.y, [8]);
  assert.ok(!said.some((word) => word.includes("error")), said.join(", "));
  runtime.dispose();
});
