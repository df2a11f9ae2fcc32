import assert from "node:assert/strict";
import { kernelEnvironment, spawnKernel } from "../../lib/notebook/process.ts";
import type { FromKernel, KernelCell } from "../../lib/notebook/kernel_messages.ts";
import { decode } from "../../lib/notebook/codec.ts";
import { type Packed, TailReceiver } from "../../lib/notebook/tails.ts";
import type { CellError } from "../../lib/notebook/wire.ts";

interface Spec {
  name: string;
  defines?: string[];
  reads?: string[];
  views?: string[];
  /** the function, as text */
  fn: string;
}

/** A kernel with its folder, what it said, and ways to wait for it. Code is given as cells of text. */
class Bench {
  readonly folder = Deno.makeTempDirSync({ prefix: "plateau kernel " });
  readonly said: FromKernel[] = [];
  #wake = Promise.withResolvers<void>();
  #version = 0;
  #end: unknown;
  readonly kernel;

  constructor(limits: { heap?: number; memory?: number } = {}) {
    Deno.mkdirSync(`${this.folder}/run`);
    this.kernel = spawnKernel({
      project: this.folder,
      runFolder: `${this.folder}/run`,
      engine: "wasm",
      ...limits,
      onMessage: (message) => {
        this.said.push(message);
        this.#wake.resolve();
        this.#wake = Promise.withResolvers();
      },
    });
    this.kernel.ended.then((end) => this.#end = end);
  }

  load(
    specs: Spec[],
    extra: {
      again?: string[];
      refused?: Record<string, CellError>;
      inputs?: Record<string, unknown>;
      vendor?: string;
    } = {},
  ) {
    const base = `${this.folder}/${++this.#version}`;
    Deno.writeTextFileSync(`${base}.vendor.js`, extra.vendor ?? "export {};");
    const list = specs.map((spec, id) => `{ id: ${id}, fn: ${spec.fn} }`).join(",\n");
    Deno.writeTextFileSync(`${base}.code.js`, `export default (imports) => [${list}]`);
    const cells: KernelCell[] = specs.map((spec, id) => ({
      id,
      key: spec.name,
      name: spec.name,
      kind: "code",
      line: id + 1,
      endLine: id + 1,
      reads: spec.reads ?? [],
      defines: spec.defines ?? [],
      views: spec.views ?? [],
      lives: [],
      auto: false,
      worker: false,
      place: "server",
    }));
    const address = (path: string) => `file://${path.replaceAll(" ", "%20")}`;
    this.kernel.send({
      t: "load",
      url: "file:///notebook.ts",
      code: address(`${base}.code.js`),
      vendor: address(`${base}.vendor.js`),
      cells,
      engine: false,
      toBrowser: specs.flatMap((spec) => spec.defines ?? []),
      inputs: extra.inputs ?? {},
      again: extra.again ?? [],
      dear: extra.again ?? [],
      reasons: {},
      refused: extra.refused ?? {},
    });
  }

  async until(done: () => unknown, milliseconds = 60_000): Promise<void> {
    const late = performance.now() + milliseconds;
    while (!done()) {
      if (performance.now() > late) {
        throw new Error(`not in time; said ${JSON.stringify(this.said.slice(-8))}`);
      }
      await Promise.race([this.#wake.promise, new Promise((resolve) => setTimeout(resolve, 20))]);
    }
  }

  state(cell: string) {
    return this.said.findLast((m) => m.t === "state" && m.cell === cell) as
      | Extract<FromKernel, { t: "state" }>
      | undefined;
  }
  done(...cells: string[]) {
    return this.until(() => cells.every((cell) => ["done", "error"].includes(this.state(cell)?.state ?? "")));
  }
  values(name: string): unknown[] {
    const receiver = new TailReceiver();
    return this.said.flatMap((m) =>
      m.t === "value" && m.name === name ? [receiver.unpack(decode(m.value) as Packed)] : []
    );
  }
  shown(cell: string): unknown {
    const last = this.said.findLast((m) => m.t === "show" && m.cell === cell) as
      | Extract<FromKernel, { t: "show" }>
      | undefined;
    return last && decode(last.values);
  }
  logs() {
    return this.said.filter((m) => m.t === "log");
  }

  async [Symbol.asyncDispose]() {
    this.kernel.kill("test over");
    await this.kernel.ended;
    Deno.removeSync(this.folder, { recursive: true });
  }
}

Deno.test("a kernel runs cells, streams values as tails and shows what they display", async () => {
  await using bench = new Bench();
  bench.load([
    {
      name: "train",
      defines: ["run"],
      fn: `({ live }) => ({ run: live("run", (async function* () {
        const loss = new Float64Array(20000);
        for (let n = 18000; n <= 20000; n += 1000) { await 0; yield { loss: loss.subarray(0, n) }; }
      })()) })`,
    },
    {
      name: "show",
      reads: ["run"],
      fn: `({ display }, run) => { display(run.loss.length); display("points"); return {}; }`,
    },
  ]);
  await bench.until(() =>
    bench.state("train")?.state === "done" && (bench.shown("show") as unknown[])?.[0] === 20000
  );
  assert.deepEqual(bench.values("run").map((value) => (value as { loss: Float64Array }).loss.length), [
    18000,
    19000,
    20000,
  ]);
  const sizes = bench.said.flatMap((m) => m.t === "value" ? [m.value.length] : []);
  assert.ok(sizes[0] > 144_000 && sizes[1] < 9000, sizes.join());
  await bench.until(() => (bench.shown("show") as unknown[])?.length === 2);
  assert.deepEqual(bench.shown("show"), [20000, "points"]);
});

const wild: [string, string, RegExp][] = [
  [
    "console.log names its cell",
    `() => { console.log("hi", { a: 1 }); return {}; }`,
    /^c log hi \{ a: 1 \}$/,
  ],
  [
    "Deno.stdout.write is a log line",
    `async () => { await Deno.stdout.write(new TextEncoder().encode("raw")); return {}; }`,
    /^c log raw$/,
  ],
  [
    "process.stdout.write is a log line",
    `async () => { (await import("node:process")).default.stdout.write("raw\\n"); return {}; }`,
    /^c log raw/,
  ],
  [
    "an unhandled rejection is reported with its line",
    `() => { Promise.reject(new Error("lost")); return {}; }`,
    /^c error line 1: Error: lost$/,
  ],
  [
    "an error in a timer is reported with its line",
    `() => { setTimeout(() => { throw new TypeError("late"); }, 1); return {}; }`,
    /^c error line 1: TypeError: late$/,
  ],
];
Deno.test("whatever a cell does with its streams and errors, the frames stay whole", async (t) => {
  await using bench = new Bench();
  for (const [name, fn, expected] of wild) {
    await t.step(name, async () => {
      bench.said.length = 0;
      bench.load([]);
      bench.load([{ name: "c", fn }]);
      const texts = () => bench.logs().map((m) => `${m.cell} ${m.level} ${m.text}`);
      await bench.until(() => texts().some((line) => expected.test(line)), 60_000);
      assert.ok(await bench.kernel.ping(1000));
    });
  }
});

const outside = Deno.makeTempDirSync();
const probes: [string, string][] = [
  ["reading .* is not allowed", `Deno.readTextFileSync("/etc/hostname")`],
  ["reading .* is not allowed", `(await import("node:fs")).readFileSync("/etc/hostname")`],
  ["write access", `Deno.writeTextFileSync(${JSON.stringify(`${outside}/x`)}, "")`],
  ["write access", `Deno.writeTextFileSync("/etc/plateau-probe", "")`],
  ["net access", `await fetch("http://127.0.0.1:8123/")`],
  ["net access", `await Deno.connect({ port: 8123 })`],
  ["env access", `Deno.env.get("HOME")`],
  ["env access", `Deno.env.toObject()`],
  ["run access", `new Deno.Command("/usr/bin/id").outputSync()`],
  ["(env|run) access", `(await import("node:child_process")).execFileSync("/usr/bin/id", { env: {} })`],
  ["ffi access", `Deno.dlopen("libc.so.6", {})`],
  ["sys access", `Deno.hostname()`],
  ["", `await import("https://example.com/x.ts")`],
  ["", `await import("file:///etc/hostname", { with: { type: "text" } })`],
  // put together, so that no loader sees it before the cell runs
  ["", `await import(["npm:left-pad", "1.3.0"].join("@"))`],
  ["", `Deno.symlinkSync("/etc/hostname", "hostname")`],
];
Deno.test("a cell can read its project and write its run folder, and nothing else", async () => {
  await using bench = new Bench();
  bench.load([
    ...probes.map(([, code], i) => ({ name: `p${i}`, fn: `async () => { ${code}; return {}; }` })),
    {
      name: "allowed",
      fn: `() => { Deno.writeTextFileSync(${JSON.stringify(`${bench.folder}/run/x`)}, "1");
        Deno.readTextFileSync(${JSON.stringify(`${bench.folder}/1.code.js`)}); return {}; }`,
    },
  ]);
  await bench.done("allowed", ...probes.map((_, i) => `p${i}`));
  assert.equal(bench.state("allowed")?.state, "done", JSON.stringify(bench.state("allowed")));
  probes.forEach(([access, code], i) => {
    const { error } = bench.state(`p${i}`)!;
    assert.ok(error, `allowed: ${code}`);
    if (access) {
      assert.match(`${error.name}: ${error.message}`, new RegExp(`NotCapable.*${access}|${access}`), code);
    }
  });
  Deno.removeSync(outside, { recursive: true });
});

Deno.test("an error says its line, its function and what waits for it", async () => {
  await using bench = new Bench();
  bench.load([
    { name: "fine", defines: ["a"], fn: `() => ({ a: 1 })` },
    {
      name: "bad",
      defines: ["b"],
      reads: ["a"],
      fn: `function cell_bad(_, a) { function pick(x) { return x.loss.at(-1); } return { b: pick(a) }; }`,
    },
    { name: "below", reads: ["b"], fn: `() => ({})` },
  ]);
  await bench.done("fine", "bad", "below");
  const { error } = bench.state("bad")!;
  assert.equal(error?.name, "TypeError");
  assert.equal(error?.line, 2);
  assert.equal(error?.within, "pick");
  assert.equal(bench.state("below")?.error?.waitsFor, "b");
});

Deno.test("what cannot be sent is an error by path, with the cell's line", async () => {
  await using bench = new Bench();
  bench.load([
    { name: "host", defines: ["model"], fn: `() => ({ model: { layers: [{ f: function relu() {} }] } })` },
    { name: "chart", fn: `({ display }) => { display({ type: "chart", text() {} }); return {}; }` },
  ]);
  await bench.until(() => bench.state("host")?.state === "error" && bench.state("chart")?.state === "error");
  assert.match(
    bench.state("host")!.error!.message,
    /^cannot send model\.layers\[0\]\.f: it is a function \(relu\)/,
  );
  assert.equal(bench.state("host")!.error!.line, 1);
  assert.match(bench.state("chart")!.error!.hint!, /browser cell/);
});

Deno.test("output is cut at 1 MB a run, with a notice", async () => {
  await using bench = new Bench();
  bench.load([
    {
      name: "logs",
      fn: `() => { for (let i = 0; i < 5000; i++) console.log("x".repeat(1000)); return {}; }`,
    },
    {
      name: "shows",
      fn: `({ display }) => { for (let i = 0; i < 30; i++) display("y".repeat(100_000)); return {}; }`,
    },
  ]);
  await bench.done("logs", "shows");
  const logged = bench.logs().filter((m) => m.cell === "logs");
  assert.equal(logged.at(-1)?.text, "output cut at 1 MB");
  assert.ok(logged.length <= 1001, String(logged.length));
  await bench.until(() => (bench.shown("shows") as string[])?.at(-1) === "output cut at 1 MB");
  assert.ok((bench.shown("shows") as string[]).length <= 10);
});

Deno.test("inputs report their defaults; a choice is checked; an equal one changes nothing", async () => {
  await using bench = new Bench();
  const range =
    `{ type: "input", kind: "range", label: "", value: 5, min: 1, max: 30, step: 1, log: false, unit: "" }`;
  bench.load([
    {
      name: "in",
      defines: ["patience"],
      views: ["patience"],
      fn: `({ view }) => ({ patience: view("patience", ${range}) })`,
    },
    {
      name: "use",
      defines: ["twice"],
      reads: ["patience"],
      fn: `(_, patience) => ({ twice: 2 * patience })`,
    },
  ]);
  await bench.done("use");
  assert.deepEqual(bench.said.filter((m) => m.t === "input"), [{ t: "input", name: "patience", value: 5 }]);
  bench.kernel.send({ t: "set", values: { patience: 5 } });
  bench.kernel.send({ t: "set", values: { patience: 40 } });
  bench.kernel.send({ t: "set", values: { patience: 8 } });
  await bench.until(() => bench.values("twice").includes(16));
  assert.deepEqual(bench.values("twice"), [10, 16]);
  assert.deepEqual(bench.logs().map((m) => m.text), ["invalid value: 40 (patience: 1 to 30)"]);
});

Deno.test("costly cells that have run before, and refused ones, do not run until they are told to", async () => {
  await using bench = new Bench();
  const refused = { name: "OutOfMemory", message: "out of memory" };
  bench.load([
    { name: "dear", defines: ["h"], fn: `() => ({ h: 1 })` },
    { name: "refused", defines: ["r"], fn: `() => ({ r: 1 })` },
    { name: "free", defines: ["f"], fn: `() => ({ f: 1 })` },
  ], { again: ["dear"], refused: { refused } });
  await bench.done("free", "refused");
  assert.deepEqual(bench.state("refused")?.error, refused);
  assert.ok(!bench.said.some((m) => m.t === "state" && m.state === "running" && m.cell !== "free"));
  bench.kernel.send({ t: "interrupt" });
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.equal(bench.state("dear")?.state, "stale", "Stop leaves alone what has not begun");
  bench.kernel.send({ t: "run", cells: ["dear"], again: ["refused"] });
  await bench.until(() => bench.values("h").length && bench.values("r").length);
});

Deno.test("modules that cannot be imported are the error of every cell, and the kernel lives", async () => {
  await using bench = new Bench();
  bench.load([{ name: "a", fn: "() => ({})" }], { vendor: `throw new Error("no such table")` });
  await bench.done("a");
  assert.match(bench.state("a")!.error!.message, /no such table/);
  bench.load([{ name: "a", fn: "() => ({})" }]);
  await bench.until(() => bench.state("a")?.state === "done");
});

Deno.test("a cell that never settles does not end the kernel; an exit is named", async () => {
  await using bench = new Bench();
  bench.load([{ name: "wait", fn: `() => new Promise(() => {})` }]);
  await bench.until(() => bench.state("wait")?.state === "running");
  assert.ok(await bench.kernel.ping(1000));
  bench.load([{ name: "exit", fn: `() => Deno.exit(3)` }]);
  assert.deepEqual(await bench.kernel.ended, { kind: "exit", why: "exit code 3", cell: "exit" });
});

const exits: [what: string, fn: string, why: string][] = [
  ["Deno.exit", `() => Deno.exit(3)`, "exit code 3"],
  ["process.exit", `async () => (await import("node:process")).default.exit(4)`, "exit code 4"],
  ["self.close", `() => { self.close(); return {}; }`, "exit code 0"],
  [
    "a timer that it leaves behind",
    `() => { setTimeout(() => Deno.exit(5), 20); return {}; }`,
    "exit code 5",
  ],
];
for (const [what, fn, why] of exits) {
  Deno.test(`the cell that ends its kernel is known, and no other is blamed: ${what}`, async () => {
    await using bench = new Bench();
    bench.load([
      { name: "innocent", fn: `() => new Promise(() => {})` },
      { name: "guilty", fn },
    ]);
    assert.deepEqual(await bench.kernel.ended, { kind: "exit", why, cell: "guilty" });
  });
}

const hungry: [string, string][] = [
  ["heap", `() => { const all = []; for (;;) all.push(new Array(1000).fill(all.length)); }`],
  ["typed arrays", `() => { const all = []; for (;;) all.push(new Float64Array(1e6).fill(1)); }`],
];
for (const [name, fn] of hungry) {
  Deno.test(`running out of memory is named: ${name}`, async () => {
    await using bench = new Bench({ heap: 96, memory: 400 });
    bench.load([{ name: "eat", fn }]);
    const end = await bench.kernel.ended;
    assert.equal(end.kind, "memory", JSON.stringify(end));
    assert.match(end.why, /^out of memory: more than \d+ MB/);
    assert.ok(bench.said.some((m) => m.t === "state" && m.state === "running" && m.cell === "eat"));
  });
}

Deno.test("bytes that reach the stream all the same end the kernel with a reason", async () => {
  await using bench = new Bench();
  bench.load([{
    name: "raw",
    fn: `async () => { (await import("node:fs")).writeSync(1, "not a message"); return {}; }`,
  }]);
  const end = await bench.kernel.ended;
  assert.match(
    end.why,
    /its messages could not be read \(invalid message: something else wrote to its stream\)/,
  );
});

Deno.test("a kernel that hangs does not answer, and is killed with a reason", async () => {
  await using bench = new Bench();
  bench.load([{ name: "spin", fn: `() => { while (true); }` }]);
  await bench.until(() => bench.said.some((m) => m.t === "state" && m.state === "running"));
  assert.equal(await bench.kernel.ping(300), false);
  bench.kernel.kill("did not answer");
  assert.deepEqual(await bench.kernel.ended, { kind: "killed", why: "did not answer" });
});

Deno.test("a kernel that is slow to answer but speaks of its work is waited for", async () => {
  await using bench = new Bench();
  const work = `() => {
    for (const end = performance.now() + 1000; performance.now() < end;) {
      const next = performance.now() + 50;
      while (performance.now() < next);
      console.log("at work");
    }
    return {};
  }`;
  bench.load([{ name: "work", fn: work }]);
  await bench.until(() => bench.said.some((m) => m.t === "state" && m.state === "running"));
  assert.equal(await bench.kernel.ping(300), true);
});

Deno.test("a kernel that does not train starts without TensorFlow.js", async () => {
  await using bench = new Bench();
  bench.load([{
    name: "look",
    defines: ["found"],
    fn: `() => ({ found: Object.keys(globalThis).filter((name) => /tf|tensor/i.test(name)) })`,
  }]);
  await bench.until(() => bench.values("found").length);
  assert.deepEqual(bench.values("found"), [[]]);
});

Deno.test("what a user told TensorFlow and malloc reaches kernels of native engines alone", () => {
  const given = { TF_XLA_FLAGS: "--tf_xla_clustering_debug=false", MALLOC_ARENA_MAX: "1" };
  const names = Object.keys(given) as (keyof typeof given)[],
    before = names.map((name) => Deno.env.get(name));
  const told = (engine: "tensorflow" | "xla:cpu" | "xla:cuda:1" | "wasm") =>
    names.map((name) => kernelEnvironment(engine)[name]);
  try {
    for (const name of names) Deno.env.set(name, given[name]);
    for (const native of ["tensorflow", "xla:cpu", "xla:cuda:1"] as const) {
      assert.deepEqual(told(native), Object.values(given));
    }
    assert.deepEqual(told("wasm"), [undefined, undefined]);
  } finally {
    names.forEach((name, i) =>
      before[i] === undefined ? Deno.env.delete(name) : Deno.env.set(name, before[i])
    );
  }
});
