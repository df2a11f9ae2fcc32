import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { importPrograms } from "../../lib/notebook/import_programs.ts";
import type { FromKernel, KernelCell } from "../../lib/notebook/kernel_messages.ts";
import { KernelWorkers } from "../../lib/notebook/kernel_workers.ts";
import { NotebookRuntime } from "../../lib/notebook/runtime.ts";
import type { CellError } from "../../lib/notebook/wire.ts";

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

interface Spec {
  name: string;
  /** the function, as text */
  fn: string;
  defines?: string[];
  reads?: string[];
  /** runs in the kernel's own thread */
  plain?: boolean;
  /** it is a cell of functions */
  functions?: boolean;
}

/** A runtime with its worker cells in threads, as a kernel has it. */
class Bench {
  readonly folder = Deno.makeTempDirSync({ prefix: "plateau-workers-" });
  readonly values: Record<string, unknown[]> = {};
  readonly shown: unknown[] = [];
  readonly logs: string[] = [];
  readonly sent: FromKernel[] = [];
  readonly states: Record<string, string> = {};
  readonly errors: Record<string, CellError | undefined> = {};
  readonly workers = new KernelWorkers({
    log: (cell, level, text) => this.logs.push(`${cell} ${level} ${text}`),
    send: (message) => this.sent.push(message),
    engine: { engine: "cpu", settings: {} },
  });
  #modules: string[] = [];
  readonly #written = new Map<string, string>();
  readonly runtime = new NotebookRuntime({
    modules: () => this.#modules,
    begin: () => {},
    display: (_, value) => this.shown.push(value),
    view: () => undefined,
    state: (cell, state, { error, reason }) => {
      this.states[cell.name] = [state, reason].filter(Boolean).join(" ");
      this.errors[cell.name] = error;
    },
  });

  async load(specs: Spec[], externals: string[] = [], vendor = "export const none = 0;", engine = false) {
    const cells = specs.map(({ name, defines = [], reads = [], plain, functions }, id): KernelCell => ({
      id,
      key: name,
      name,
      kind: "code",
      line: id + 1,
      endLine: id + 1,
      reads,
      defines,
      views: [],
      lives: [],
      auto: false,
      worker: !plain && !functions,
      place: functions ? "both" : "server",
      ...(functions ? { onlyFunctions: true } : {}),
    }));
    const write = (name: string, text: string) => {
      const known = this.#written.get(text);
      if (known) return known; // the same imports have the same address, and their threads are taken again
      const path = `${this.folder}/${this.#written.size}.${name}.js`;
      Deno.writeTextFileSync(path, text);
      this.#written.set(text, pathToFileURL(path).href);
      return pathToFileURL(path).href;
    };
    const list = specs.map(({ fn }, id) => `{ id: ${id}, fn: ${fn} }`).join(",\n");
    const code = write("code", `export default (imports) => [${list}]`);
    const modules = { code, vendor: write("vendor", vendor), engine, cells, toBrowser: [] };
    this.#modules = [code];
    const taps = specs.flatMap((spec) => spec.defines ?? []).map((name) => [name, (value: unknown) => {
      (this.values[name] ??= []).push(value);
    }]);
    const programs = this.workers.programs(modules, await importPrograms(modules));
    this.runtime.load(cells, programs, externals, Object.fromEntries(taps));
  }

  async until(done: () => unknown, milliseconds = 60_000) {
    const late = performance.now() + milliseconds;
    while (!done()) {
      if (performance.now() > late) {
        throw new Error(`not in time: ${done}; ${JSON.stringify([this.states, this.errors, this.logs])}`);
      }
      await pause(2);
    }
  }

  [Symbol.dispose]() {
    this.runtime.dispose();
    this.workers.close();
    Deno.removeSync(this.folder, { recursive: true });
  }
}

Deno.test("a worker cell gives its data, shows and logs like any other cell", async () => {
  using bench = new Bench();
  await bench.load([
    { name: "from", plain: true, defines: ["n"], fn: `() => ({ n: 3 })` },
    {
      name: "work",
      reads: ["n"],
      defines: ["squares", "at"],
      fn: `async ({ display, signal }, n) => {
        console.log("n is", n, typeof Deno.pid);
        await new Promise((resolve) => setTimeout(resolve, 5));
        display({ n });
        Deno.stdout.writeSync(new TextEncoder().encode("raw"));
        return { squares: Float64Array.from({ length: n }, (_, i) => i * i), at: new Map([["aborted", signal.aborted]]) };
      }`,
    },
    {
      name: "sum",
      plain: true,
      reads: ["squares"],
      defines: ["s"],
      fn: `(_, x) => ({ s: x.reduce((a, b) => a + b) })`,
    },
  ]);
  await bench.until(() => bench.states.sum === "done");
  assert.deepEqual(bench.values.squares, [new Float64Array([0, 1, 4])]);
  assert.deepEqual(bench.values.at, [new Map([["aborted", false]])]);
  assert.deepEqual(bench.values.s, [5]);
  assert.deepEqual(bench.shown, [{ n: 3 }]);
  assert.deepEqual(bench.logs, ["work log n is 3 number", "work log raw"]);
});

Deno.test("an endless loop in a worker holds up no other cell; Stop ends it alone, and it can run again", async () => {
  using bench = new Bench();
  await bench.load([
    {
      name: "spin",
      reads: ["how"],
      defines: ["y"],
      fn: `({ display }, how) => { display("begun " + how); while (how === "for ever"); return { y: how }; }`,
    },
    { name: "other", plain: true, reads: ["x"], defines: ["z"], fn: `(_, x) => ({ z: 2 * x })` },
  ], ["how", "x"]);
  bench.runtime.set("x", 0);
  bench.runtime.set("how", "for ever");
  await bench.until(() => bench.shown.includes("begun for ever"));
  for (const x of [1, 2, 3]) {
    bench.runtime.set("x", x);
    await bench.until(() => bench.values.z.at(-1) === 2 * x);
  }
  assert.equal(bench.states.spin, "running");
  const began = performance.now();
  bench.runtime.interrupt();
  await bench.until(() => bench.states.spin === "error stopped");
  assert.ok(performance.now() - began < 2000);
  assert.equal(bench.errors.spin?.message, "stopped before it ended");
  bench.runtime.set("how", "once");
  await bench.until(() => bench.values.y?.at(-1) === "once");
  assert.deepEqual(bench.values.z, [0, 2, 4, 6]);
});

Deno.test("an endless loop gives way at once to new values of what the cell reads", async () => {
  using bench = new Bench();
  await bench.load([{
    name: "spin",
    reads: ["x"],
    defines: ["y"],
    fn: `({ display }, x) => { display(x); while (x === 1); return { y: x }; }`,
  }], ["x"]);
  bench.runtime.set("x", 1);
  await bench.until(() => bench.shown.includes(1));
  bench.runtime.set("x", 2);
  await bench.until(() => bench.values.y?.at(-1) === 2);
});

const three = `for (let i = 1; i <= 3; i++) yield { i, all: loss.subarray(0, i) };`;
const streaming: [what: string, body: string, live: string, then: string, state: string][] = [
  ["that ends", three, `live("x", source())`, "", "done"],
  ["that is lossless", three, `live("x", source(), { deliver: "all" })`, "", "done"],
  ["that loops for ever", `${three} while (true);`, `live("x", source())`, "interrupt", "done stopped"],
  [
    "that waits for ever",
    `${three} await new Promise(() => {});`,
    `live("x", source())`,
    "interrupt",
    "done stopped",
  ],
];
for (const [what, body, live, then, state] of streaming) {
  Deno.test(`a stream of a worker ${what} reaches the other cells, and leaves its last value`, async () => {
    using bench = new Bench();
    await bench.load([
      {
        name: "train",
        defines: ["x"],
        fn: `({ live }) => {
          const loss = new Float64Array([0.5, 0.25, 0.125]);
          async function* source() { ${body} }
          return { x: ${live} };
        }`,
      },
      { name: "last", plain: true, reads: ["x"], defines: ["y"], fn: `(_, x) => ({ y: x.all[x.i - 1] })` },
    ]);
    await bench.until(() => bench.values.y?.length === 3);
    if (then === "interrupt") bench.runtime.interrupt();
    await bench.until(() => bench.states.train === state);
    assert.deepEqual(bench.values.y, [0.5, 0.25, 0.125]);
    assert.deepEqual(bench.values.x.at(-1), { i: 3, all: new Float64Array([0.5, 0.25, 0.125]) });
  });
}

Deno.test("a stream of a worker that can abort is asked to, and gives its last value", async () => {
  using bench = new Bench();
  await bench.load([{
    name: "train",
    defines: ["x"],
    fn: `({ live }) => {
      let stop = false;
      const source = (async function* () {
        for (let i = 1; !stop; i++) { await new Promise((resolve) => setTimeout(resolve, 2)); yield i; }
        yield "last";
      })();
      return { x: live("x", Object.assign(source, { abort: () => stop = true })) };
    }`,
  }]);
  await bench.until(() => bench.values.x?.length > 3);
  bench.runtime.interrupt();
  await bench.until(() => bench.states.train === "done stopped");
  assert.equal(bench.values.x.at(-1), "last");
});

Deno.test("a worker cell that comes to its end after Stop is done; one that minds its signal was stopped", async () => {
  const pause = "await new Promise((go) => setTimeout(go, 2));";
  let ended: string[] = [];
  // a thread that a busy machine keeps silent for 200 ms is ended, done or not: then once more
  for (let tries = 0; tries < 3 && ended.join() !== "done,done stopped"; tries++) {
    using bench = new Bench();
    await bench.load([
      {
        name: "whole",
        fn: `async ({ display }) => { display(1); for (let i = 0; i < 5; i++) ${pause} return {}; }`,
      },
      {
        name: "part",
        fn: `async ({ display, signal }) => { display(2); while (!signal.aborted) ${pause} return {}; }`,
      },
    ]);
    await bench.until(() => bench.shown.length === 2);
    bench.runtime.interrupt();
    await bench.until(() => ["whole", "part"].every((name) => bench.states[name] !== "running"));
    ended = [bench.states.whole, bench.states.part];
  }
  assert.deepEqual(ended, ["done", "done stopped"]);
});

Deno.test("each value of a lossless stream in a worker reaches a slow reader", async () => {
  using bench = new Bench();
  await bench.load([
    {
      name: "train",
      defines: ["x"],
      fn:
        `({ live }) => ({ x: live("x", (function* () { for (let i = 0; i < 30; i++) yield i; })(), { deliver: "all" }) })`,
    },
    {
      name: "slow",
      plain: true,
      reads: ["x"],
      defines: ["y"],
      fn: `async (_, x) => { await new Promise((resolve) => setTimeout(resolve, 2)); return { y: x }; }`,
    },
  ]);
  await bench.until(() => bench.states.train === "done");
  assert.deepEqual(bench.values.y, Array.from({ length: 30 }, (_, i) => i));
});

Deno.test("functions and classes that a worker cell reads work in it, with what they read themselves", async () => {
  using bench = new Bench();
  await bench.load([
    {
      name: "size",
      plain: true,
      reads: ["of"],
      defines: ["size"],
      fn: `(_, of) => ({ size: { rows: of } })`,
    },
    {
      name: "twice",
      functions: true,
      defines: ["twice"],
      fn: `() => { const twice = (x) => 2 * x; return { twice }; }`,
    },
    {
      name: "grid",
      functions: true,
      reads: ["twice", "size"],
      defines: ["Grid", "grid"],
      fn: `({ none }, twice, size) => {
        class Grid { cells = twice(size.rows); }
        const grid = () => new Grid();
        return { Grid, grid };
      }`,
    },
    {
      name: "work",
      reads: ["Grid", "grid"],
      defines: ["n"],
      fn: `(_, Grid, grid) => ({ n: grid() instanceof Grid ? grid().cells : NaN })`,
    },
  ], ["of"]);
  bench.runtime.set("of", 4);
  await bench.until(() => bench.values.n?.at(-1) === 8);
  bench.runtime.set("of", 5);
  await bench.until(() => bench.values.n?.at(-1) === 10);
});

const borders: [string, Spec[], string, RegExp][] = [
  [
    "a function that enters",
    [
      {
        name: "host",
        plain: true,
        defines: ["model"],
        fn: `() => ({ model: { layers: [{ f: () => 1 }] } })`,
      },
      { name: "work", reads: ["model"], fn: `(_, model) => ({})` },
    ],
    "work",
    /^cannot send model\.layers\[0\]\.f: it is a function \(f\).*\(cell host: .*; a worker has a thread of its own\)$/,
  ],
  [
    "a function that leaves and is read",
    [
      { name: "work", defines: ["f"], fn: `() => ({ f: (x) => x })` },
      { name: "use", plain: true, reads: ["f"], fn: `(_, f) => ({ y: f(1) })` },
    ],
    "work",
    /^cannot send f: it is a function/,
  ],
  [
    "an instance that leaves and is read",
    [
      {
        name: "work",
        defines: ["all"],
        fn: `() => { class Tensor {} return { all: { a: [new Tensor()] } }; }`,
      },
      { name: "use", plain: true, reads: ["all"], fn: `(_, all) => ({ y: all.a })` },
    ],
    "work",
    /^cannot send all\.a\[0\]: it is a Tensor; send its numbers/,
  ],
  [
    "what is shown",
    [
      { name: "work", fn: `({ display }) => { display({ draw: () => 1 }); return {}; }` },
    ],
    "work",
    /^cannot send display\.draw: it is a function/,
  ],
  [
    "an input",
    [
      { name: "work", defines: ["n"], fn: `({ view }) => ({ n: view("n", {}) })` },
    ],
    "work",
    /^invalid view: n is in a worker/,
  ],
  [
    "a stream of what is no data",
    [
      { name: "work", defines: ["x"], fn: `({ live }) => ({ x: live("x", [{ f() {} }]) })` },
    ],
    "work",
    /^cannot send x\.f: it is a function/,
  ],
  [
    "no stream at all",
    [
      { name: "work", defines: ["x"], fn: `({ live }) => ({ x: live("x", 5) })` },
    ],
    "work",
    /^invalid live source: x is no generator/,
  ],
  [
    "a stream without a value",
    [
      { name: "work", defines: ["x"], fn: `({ live }) => ({ x: live("x", []) })` },
    ],
    "work",
    /^x ended without a value$/,
  ],
  [
    "an end of the process",
    [
      { name: "work", fn: `async () => { Deno.exit(3); }` },
    ],
    "work",
    /^its code ended its thread \(exit code 3\)$/,
  ],
  [
    "an end of the thread",
    [
      { name: "work", fn: `async () => { self.close(); await new Promise(() => {}); }` },
    ],
    "work",
    /^its code ended its thread/,
  ],
];
Deno.test("what is no data is stopped at the border of a worker's thread, in one line each", async () => {
  using bench = new Bench();
  for (const [what, cells, cell, message] of borders) {
    const key = (name: string) => `${name}: ${what}`;
    await bench.load(cells.map((each) => ({ ...each, name: key(each.name) })));
    await bench.until(() => bench.states[key(cell)]?.startsWith("error"));
    assert.match(bench.errors[key(cell)]!.message, message, what);
  }
});

Deno.test("a function of a worker that nobody reads is no error; a cell that reads it since is told why", async () => {
  using bench = new Bench();
  const work: Spec = {
    name: "work",
    defines: ["f", "n"],
    fn: `() => { const f = () => 2; return { f, n: f() }; }`,
  };
  await bench.load([work]);
  await bench.until(() => bench.states.work === "done");
  assert.deepEqual(bench.values.n, [2]);
  await bench.load([work, { name: "use", plain: true, reads: ["f"], fn: `(_, f) => ({ y: f() })` }]);
  await bench.until(() => bench.states.use === "error");
  assert.match(bench.errors.use!.message, /^cannot send f: it is a function/);
});

const throwing: [string, string][] = [
  ["at once", `() => {\nconst x = null;\n  return x.y; }`],
  ["later", `async () => {\nawait 0;\n  return null.y; }`],
  ["in a stream", `({ live }) => ({ x: live("x", (function* () {\nyield 1;\n  null.y; })()) })`],
];
Deno.test("what a worker cell throws keeps its line and column", async () => {
  using bench = new Bench();
  for (const [when, fn] of throwing) {
    await bench.load([{ name: when, defines: ["x"], fn }]);
    await bench.until(() => bench.states[when]?.startsWith("error"));
    const { name, message, line, column } = bench.errors[when]!;
    assert.equal(name, "TypeError", when);
    assert.match(message, /null \(reading 'y'\)/);
    assert.equal(line, 3, when);
    assert.ok(column! >= 3 && column! <= 15, `${when}: ${column}`);
  }
});

Deno.test("what a worker's timer throws is said in its log, and the thread lives", async () => {
  using bench = new Bench();
  await bench.load([{
    name: "work",
    defines: ["n"],
    fn: `async () => {
      setTimeout(() => { throw new RangeError("too late"); }, 1);
      Promise.reject(new Error("forgotten"));
      await new Promise((resolve) => setTimeout(resolve, 30));
      return { n: 1 };
    }`,
  }]);
  await bench.until(() => bench.states.work === "done");
  await bench.until(() => bench.logs.length === 2);
  assert.deepEqual(bench.logs.toSorted(), [
    "work error line 2: RangeError: too late",
    "work error line 3: Error: forgotten",
  ]);
});

Deno.test("a worker that logs without end sends no more than is shown", async () => {
  using bench = new Bench();
  await bench.load([{ name: "work", fn: `() => { for (;;) console.log("x".repeat(1000)); }` }]);
  await bench.until(() => bench.logs.length > 1000);
  await pause(100);
  assert.ok(bench.logs.length < 1010, String(bench.logs.length));
  bench.runtime.interrupt();
  await bench.until(() => bench.states.work === "error stopped");
});

Deno.test("a thread that has ended its run takes the next; one that was ended is replaced", async () => {
  using bench = new Bench();
  const fn = `async ({ invalidation, signal, display }, x) => {
    globalThis.count = (globalThis.count ?? 0) + 1;
    invalidation.then(() => display("over " + x + " " + signal.aborted));
    while (x === 3);
    return { runs: globalThis.count };
  }`;
  await bench.load([{ name: "work", reads: ["x"], defines: ["runs"], fn }], ["x"]);
  for (const x of [1, 2]) {
    bench.runtime.set("x", x);
    await bench.until(() => bench.values.runs?.length === x);
  }
  bench.runtime.set("x", 3);
  await bench.until(() => bench.states.work === "running");
  bench.runtime.set("x", 4);
  await bench.until(() => bench.values.runs.length === 3);
  assert.deepEqual(bench.values.runs, [1, 2, 1]);
});

Deno.test("a worker trains with the kernel's engine, and its trainings are recorded as the kernel's own", async () => {
  using bench = new Bench();
  const lib = new URL("../../lib/", import.meta.url).href;
  const vendor = `
    export { train } from "${lib}training/train.ts";
    export { steps } from "${lib}durations.ts";
    export { blobs } from "${lib}data/blobs.ts";
    export { logistic } from "${lib}models/logistic.ts";
    export * as criteria from "${lib}criteria/mod.ts";
    export * as optimizers from "${lib}optimizers/mod.ts";
    export * as schedules from "${lib}schedules/mod.ts";`;
  const fn = `({ live }) => {
    const { blobs, criteria, logistic, optimizers, schedules, steps, train } = imports;
    const run = train({
      model: logistic({ features: 2, classes: 3 }), data: blobs({ perClass: 40 }), optimizer: optimizers.sgd(),
      schedule: schedules.constant(0.1), batch: 32, seed: 1,
      evaluate: { every: steps(10) }, stop: criteria.maxSteps(20),
      select: criteria.best("validation.loss", "min"),
    });
    return { run: live("run", run) };
  }`;
  await bench.load(
    [
      { name: "train", defines: ["run"], fn },
      {
        name: "read",
        plain: true,
        reads: ["run"],
        defines: ["end"],
        fn: `(_, run) => ({ end: run.outcome?.reason ?? null })`,
      },
    ],
    [],
    vendor,
    true,
  );
  await bench.until(() => bench.states.train === "done" || bench.states.train?.startsWith("error"), 60_000);
  assert.equal(bench.errors.train, undefined);
  assert.ok(bench.values.end.at(-1), JSON.stringify(bench.values.end));
  const trainings = bench.sent.filter((message) => message.t === "training");
  assert.ok(trainings.length > 1);
  assert.equal(new Set(trainings.map((message) => message.training)).size, 1);
  await bench.until(() => bench.sent.some((message) => message.t === "training" && message.news === null));
});
