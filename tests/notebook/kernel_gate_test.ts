import assert from "node:assert/strict";
import { decode } from "../../lib/notebook/codec.ts";
import type { FromKernel, KernelCell, ToKernel } from "../../lib/notebook/kernel_messages.ts";
import { KernelNotebook } from "../../lib/notebook/kernel_notebook.ts";
import { KernelOutput } from "../../lib/notebook/kernel_output.ts";
import { type Packed, TailReceiver } from "../../lib/notebook/tails.ts";
import type { CellNews } from "../../lib/notebook/wire.ts";
import type { CellCache } from "../../lib/notebook/kernel_cache.ts";
import * as inputs from "../../lib/notebook/inputs_mod.ts";

type Load = Extract<ToKernel, { t: "load" }>;
interface Spec extends Partial<Pick<KernelCell, "reads" | "defines" | "views" | "lives" | "auto">> {
  readonly name: string;
  /** source of the cell's function; `g` is what the test shares with it */
  readonly fn: string;
}

function cellOf(
  { name, reads = [], defines = [], views = [], lives = [], auto = false }: Spec,
  id: number,
): KernelCell {
  return {
    ...{ id, key: name, name, kind: "code", line: 1, endLine: 1, reads, defines, views, lives, auto },
    ...{ worker: false, place: "server" },
  };
}

/** What cells of a test count and wait for, by the test's name. */
const shared: Record<string, Record<string, unknown>> = {};
Object.assign(globalThis, { gateTest: shared });

/** The notebook of a kernel in this process. */
class Bench {
  readonly g: Record<string, unknown> = { inputs };
  readonly said: FromKernel[] = [];
  readonly notebook: KernelNotebook;
  #wake = Promise.withResolvers<void>();
  constructor(readonly name: string, cache?: CellCache) {
    shared[name] = this.g;
    const send = (message: FromKernel) => {
      this.said.push(message);
      this.#wake.resolve();
      this.#wake = Promise.withResolvers();
    };
    this.notebook = new KernelNotebook(send, new KernelOutput(send), () => cache, (_, work) => work());
  }
  load(specs: readonly Spec[], extra: Partial<Load> = {}) {
    const list = specs.map(({ fn }, id) => `{ id: ${id}, fn: ${fn} }`).join(",\n");
    const code = `const g = gateTest[${JSON.stringify(this.name)}]; export default () => [${list}]`;
    const cells = specs.map(cellOf);
    const module = (text: string) => `data:text/javascript,${encodeURIComponent(text)}`;
    return this.notebook.load({
      ...{
        t: "load",
        url: "file:///n.ts",
        code: module(code),
        vendor: module("export {};"),
        cells,
        engine: false,
      },
      ...{
        toBrowser: specs.flatMap(({ defines = [] }) => defines),
        inputs: {},
        again: [],
        dear: [],
        reasons: {},
      },
      ...{ refused: {}, ...extra },
    });
  }
  state(cell: string): CellNews | undefined {
    return this.said.findLast((message): message is CellNews =>
      message.t === "state" && message.cell === cell
    );
  }
  value(name: string): unknown {
    const receiver = new TailReceiver();
    let last: unknown;
    for (const message of this.said) {
      if (message.t === "value" && message.name === name) {
        last = receiver.unpack(decode(message.value) as Packed);
      }
    }
    return last;
  }
  async until(done: () => unknown) {
    const late = performance.now() + 5000;
    while (!done()) {
      if (performance.now() > late) {
        throw new Error(`not in time: ${done}\n${JSON.stringify(this.said.slice(-5))}`);
      }
      await Promise.race([this.#wake.promise, new Promise((resolve) => setTimeout(resolve, 20))]);
    }
  }
  is(state: string, ...cells: string[]) {
    return this.until(() => cells.every((cell) => this.state(cell)?.state === state));
  }
}

const N: Spec = {
  name: "n",
  defines: ["n"],
  views: ["n"],
  fn: `({ view }) => ({ n: view("n", g.inputs.range([0, 100], { value: 1 })) })`,
};
/** Yields n, then 10 n, and counts its runs. */
const TRAIN: Spec = {
  name: "train",
  reads: ["n"],
  defines: ["run"],
  lives: ["run"],
  fn: `({ live }, n) => { g.runs = (g.runs ?? 0) + 1; return { run: live("run", (async function* () {
    yield n; await g.hold; yield 10 * n; })()) }; }`,
};
const CHEAP: Spec = { name: "cheap", reads: ["n"], defines: ["twice"], fn: `(_, n) => ({ twice: 2 * n })` };
const BELOW: Spec = {
  name: "below",
  reads: ["run", "twice"],
  defines: ["both"],
  fn: `(_, r, t) => ({ both: [r, t] })`,
};

Deno.test("a training runs once by itself; for another input it waits and says why, and what is cheap goes on", async () => {
  const bench = new Bench("waits");
  await bench.load([N, TRAIN, CHEAP, BELOW]);
  await bench.until(() => JSON.stringify(bench.value("both")) === "[10,2]");
  bench.notebook.set({ n: 2 });
  await bench.is("stale", "train");
  assert.equal(bench.state("train")!.reason, "n changed");
  await bench.until(() => bench.value("twice") === 4);
  assert.deepEqual([bench.value("both"), bench.g.runs], [[10, 2], 1]);
  bench.notebook.run(["train"], []);
  await bench.until(() => JSON.stringify(bench.value("both")) === "[20,4]");
  assert.equal(bench.g.runs, 2);
});

Deno.test("an input that is taken back brings the outcome back, and nothing runs", async () => {
  const bench = new Bench("undo");
  await bench.load([N, TRAIN]);
  await bench.is("done", "train");
  const { seconds } = bench.state("train")!;
  bench.notebook.set({ n: 2 });
  await bench.is("stale", "train");
  bench.notebook.set({ n: 1 });
  await bench.is("done", "train");
  assert.deepEqual([bench.state("train")!.seconds, bench.g.runs], [seconds, 1]);
});

Deno.test("Run in the same breath as an input is meant for it; an input after Run takes the permission back", async () => {
  const bench = new Bench("breath");
  await bench.load([N, TRAIN]);
  await bench.is("done", "train");
  bench.notebook.set({ n: 2 });
  bench.notebook.run(undefined, []);
  await bench.until(() => bench.value("run") === 20);
  bench.notebook.set({ n: 3 });
  bench.notebook.run(undefined, []);
  bench.notebook.set({ n: 4 });
  await bench.is("stale", "train");
  assert.deepEqual([bench.value("run"), bench.g.runs], [20, 2]);
});

Deno.test("a stopped training with another input runs once, whether it waits already or not", async () => {
  for (const waits of [true, false]) {
    const bench = new Bench(`once ${waits}`);
    bench.g.hold = new Promise(() => {});
    await bench.load([N, TRAIN]);
    await bench.until(() => bench.value("run") === 1);
    bench.notebook.interrupt();
    await bench.until(() => bench.state("train")!.reason === "stopped");
    bench.notebook.set({ n: 2 });
    if (waits) {
      await bench.is("stale", "train");
      assert.equal(bench.state("train")!.reason, "stopped; n changed");
    }
    bench.notebook.run(undefined, ["train"]);
    await bench.until(() => bench.value("run") === 2);
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(bench.g.runs, 2, `waits: ${waits}`);
    bench.notebook.interrupt();
  }
});

Deno.test("a costly cell below a stream runs once, on the last value", async () => {
  const bench = new Bench("last");
  const next: Spec = { ...TRAIN, name: "next", reads: ["run"], defines: ["then"], lives: ["then"] };
  const fn = `({ live }, r) => { g.on = [...(g.on ?? []), r]; return { then: live("then", [r + 1]) }; }`;
  const { promise, resolve } = Promise.withResolvers<void>();
  bench.g.hold = promise;
  await bench.load([N, TRAIN, { ...next, fn }]);
  await bench.until(() => bench.value("run") === 1);
  resolve();
  await bench.is("done", "train", "next");
  assert.deepEqual([bench.g.on, bench.value("then")], [[10], 11]);
});

Deno.test("auto follows its inputs; a dear cell that has run waits; one that never ran does not", async () => {
  const bench = new Bench("dear");
  const dear: Spec = { ...CHEAP, name: "dear", defines: ["d"], fn: `(_, n) => ({ d: n })` };
  const fresh: Spec = { ...dear, name: "fresh", defines: ["f"], fn: `(_, n) => ({ f: n })` };
  await bench.load([N, { ...TRAIN, auto: true }, dear, fresh], {
    again: ["dear"],
    dear: ["dear", "fresh"],
    reasons: { dear: "the kernel ended" },
  });
  await bench.is("done", "train", "fresh");
  assert.deepEqual([bench.state("dear")!.state, bench.state("dear")!.reason], ["stale", "the kernel ended"]);
  bench.notebook.set({ n: 2 });
  await bench.until(() => bench.value("run") === 20);
  await bench.is("stale", "fresh", "dear");
  assert.equal(bench.state("dear")!.reason, "n changed");
});

Deno.test("what failed, and what was stopped, is not taken for an outcome", async () => {
  const bench = new Bench("failed");
  const fn = TRAIN.fn.replace("yield n;", `if (n === 2) throw new Error("two"); yield n;`);
  await bench.load([N, { ...TRAIN, fn }]);
  await bench.is("done", "train");
  bench.notebook.set({ n: 2 });
  bench.notebook.run(undefined, []);
  await bench.is("error", "train");
  bench.notebook.set({ n: 1 });
  await bench.is("stale", "train");
  bench.g.hold = new Promise(() => {});
  bench.notebook.run(["train"], []);
  await bench.until(() => bench.g.runs === 3 && bench.value("run") === 1);
  bench.notebook.interrupt();
  await bench.until(() => bench.state("train")!.reason === "stopped");
  bench.notebook.set({ n: 3 });
  await bench.is("stale", "train");
  bench.notebook.set({ n: 1 });
  await bench.is("done", "train");
  assert.equal(bench.state("train")!.reason, "stopped", "a part stays a part");
});

/** Gives what it reads, then, let go on by `hold2`, a thousand times that. */
const NEXT: Spec = {
  name: "next",
  reads: ["run"],
  defines: ["then"],
  lives: ["then"],
  fn: `({ live }, r) => { g.on = [...(g.on ?? []), r]; return { then: live("then", (async function* () {
    yield r; await g.hold2; yield 1000 * r; })()) }; }`,
};
/** Fails for 2. */
const UP: Spec = {
  name: "up",
  reads: ["n"],
  defines: ["u"],
  fn: `(_, n) => { if (n === 2) throw new Error("two"); return { u: n }; }`,
};

Deno.test("Run on two stopped trainings, one below the other, runs each once: the second on the last value of the first", async () => {
  const bench = new Bench("both");
  bench.g.hold = bench.g.hold2 = new Promise(() => {});
  await bench.load([N, TRAIN, NEXT]);
  await bench.until(() => bench.value("run") === 1);
  bench.notebook.interrupt();
  await bench.until(() => bench.value("then") === 1);
  bench.notebook.interrupt();
  await bench.until(() => bench.state("next")!.reason === "stopped");
  bench.g.hold = new Promise((resolve) => setTimeout(resolve, 50));
  bench.g.hold2 = undefined;
  bench.notebook.run([], ["train", "next"]);
  await bench.until(() => bench.value("then") === 10_000);
  await bench.is("done", "train", "next");
  assert.deepEqual(bench.g.on, [1, 10]);
});

Deno.test("a Run that came to nothing is not meant for what an input or an edit brings later", async () => {
  const bench = new Bench("later");
  const train = { ...TRAIN, reads: ["u"] };
  await bench.load([N, UP, train]);
  await bench.is("done", "train");
  for (const [cells, again] of [[[], ["train"]], [["train"], []]]) {
    bench.notebook.set({ n: 2 });
    await bench.is("error", "train");
    bench.notebook.run(cells, again);
    bench.notebook.set({ n: 3 });
    await bench.is("stale", "train");
    assert.equal(bench.state("train")!.reason, "n changed");
  }
  bench.notebook.set({ n: 2 });
  await bench.is("error", "train");
  bench.notebook.run(["train"], []);
  const up = { ...UP, name: "up again", fn: `(_, n) => ({ u: 5 * n })` };
  await bench.load([N, up, train], { inputs: { n: 2 }, reasons: { train: "up again changed" } });
  await bench.is("stale", "train");
  assert.deepEqual([bench.state("train")!.reason, bench.g.runs], ["up again changed", 1]);
});

Deno.test("an array that a cell has filled anew is another one, though it is the same object", async () => {
  const bench = new Bench("filled");
  const buffer: Spec = { name: "buffer", defines: ["b"], fn: `() => ({ b: new Float64Array(2) })` };
  const fill: Spec = {
    ...{ name: "fill", reads: ["n", "b"], defines: ["s"] },
    fn: `(_, n, b) => ({ s: b.fill(n) })`,
  };
  await bench.load([N, buffer, fill, { ...NEXT, reads: ["s"] }]);
  await bench.is("done", "next");
  bench.notebook.set({ n: 2 });
  await bench.is("stale", "next");
  assert.equal(bench.state("next")!.reason, "n changed");
});

Deno.test("a module that throws is an error of every cell until one that does not comes: then each is what it was", async () => {
  const bench = new Bench("throws");
  await bench.load([N, TRAIN, CHEAP]);
  await bench.is("done", "train", "cheap");
  bench.notebook.set({ n: 2 });
  await bench.is("stale", "train");
  const thrown = `data:text/javascript,${encodeURIComponent('throw new Error("no module")')}`;
  await assert.rejects(bench.load([N, TRAIN, CHEAP], { vendor: thrown }), /no module/);
  bench.notebook.failed(new Error("no module"), [N, TRAIN, CHEAP].map(cellOf));
  assert.deepEqual([bench.state("train")!.state, bench.state("cheap")!.state], ["error", "error"]);
  await bench.load([N, TRAIN, CHEAP]);
  assert.deepEqual([bench.state("train")!.reason, bench.state("cheap")!.state], ["n changed", "done"]);
  bench.notebook.run(["train"], []);
  await bench.until(() => bench.value("run") === 20);
});
