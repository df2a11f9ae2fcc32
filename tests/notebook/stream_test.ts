import assert from "node:assert/strict";
import fc from "fast-check";
import { live } from "../../lib/notebook/authoring.ts";
import { type Capabilities, NotebookRuntime, type RuntimeCell } from "../../lib/notebook/runtime.ts";
import { delivery, type LiveOptions, Stream } from "../../lib/notebook/stream.ts";

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function until(done: () => unknown, milliseconds = 60_000) {
  const late = performance.now() + milliseconds;
  while (!done()) {
    if (performance.now() > late) throw new Error(`not in time: ${done}`);
    await pause(1);
  }
}

type Fn = (capabilities: Capabilities, ...values: never[]) => unknown;
interface Spec {
  name: string;
  defines?: string[];
  reads?: string[];
  fn: Fn;
}

/** Cells that run, the values that each name had, and the last word on each cell. */
function bench(specs: Spec[], options: { externals?: string[]; holds?: string[] } = {}) {
  const values: Record<string, unknown[]> = {};
  const every: Record<string, (number | undefined)[]> = {};
  const states: Record<string, string> = {};
  const runtime = new NotebookRuntime({
    modules: () => [import.meta.url],
    begin: (cell) =>
      options.holds?.includes(cell.name) && cell.reads.length ? new Promise(() => {}) : undefined,
    display: () => {},
    view: () => undefined,
    state: (cell, state, { error, reason }) =>
      states[cell.name] = [state, error?.message, reason].filter(Boolean).join(" "),
    holds: (cell) => options.holds?.includes(cell.name) ?? false,
  });
  const cells: RuntimeCell[] = specs.map(({ name, reads = [], defines = [] }, id) => ({
    id,
    key: name,
    name,
    reads,
    defines,
    views: [],
  }));
  const taps = specs.flatMap((spec) => spec.defines ?? []).map((name) => [name, (value: unknown) => {
    (values[name] ??= []).push(value);
    (every[name] ??= []).push(runtime.every(name));
  }]);
  runtime.load(
    cells,
    specs.map(({ fn }, id) => ({ id, fn })) as never,
    options.externals ?? [],
    Object.fromEntries(taps),
  );
  return { runtime, values, every, states, [Symbol.dispose]: () => runtime.dispose() };
}

async function* numbers(to: number, wait = 0) {
  for (let i = 1; i <= to; i++) {
    if (wait) await pause(wait);
    yield i;
  }
}

const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);
const stream = (to: number, options?: LiveOptions, wait = 0): Spec => ({
  name: "source",
  defines: ["x"],
  fn: (cell) => ({ x: cell.live("x", numbers(to, wait), options) }),
});
const all = { deliver: "all" } as const;

const readers: [string, Spec[], Record<string, unknown[]>][] = [
  [
    "one that is quick",
    [{ name: "r", defines: ["y"], reads: ["x"], fn: (_, x: number) => ({ y: 10 * x }) }],
    {
      y: upTo(20).map((x) => 10 * x),
    },
  ],
  ["one that is slow", [{
    name: "r",
    defines: ["y"],
    reads: ["x"],
    fn: async (_, x: number) => (await pause(x % 3 ? 0 : 8), { y: x }),
  }], { y: upTo(20) }],
  ["a chain of slow ones", [
    { name: "a", defines: ["y"], reads: ["x"], fn: async (_, x: number) => (await pause(2), { y: x + 1 }) },
    { name: "b", defines: ["z"], reads: ["y"], fn: async (_, y: number) => (await pause(2), { z: y + 1 }) },
  ], { y: upTo(20).map((x) => x + 1), z: upTo(20).map((x) => x + 2) }],
  ["two branches that meet", [
    { name: "a", defines: ["y"], reads: ["x"], fn: async (_, x: number) => (await pause(3), { y: -x }) },
    { name: "b", defines: ["z"], reads: ["x"], fn: (_, x: number) => ({ z: x }) },
    { name: "c", defines: ["sum"], reads: ["y", "z"], fn: (_, y: number, z: number) => ({ sum: y + z }) },
  ], { sum: upTo(20).map(() => 0), z: upTo(20) }],
  ["one that is itself a stream of all", [{
    name: "r",
    defines: ["y"],
    reads: ["x"],
    fn: (cell, x: number) => ({
      y: cell.live(
        "y",
        (async function* () {
          for (const part of ["a", "b", "c"]) {
            await pause(1);
            yield `${x}${part}`;
          }
        })(),
        all,
      ),
    }),
  }], { y: upTo(20).flatMap((x) => [`${x}a`, `${x}b`, `${x}c`]) }],
];
for (const [name, cells, expected] of readers) {
  Deno.test(`every value of a lossless stream reaches each reader once and in order: ${name}`, async () => {
    using b = bench([stream(20, all), ...cells]);
    await until(() => b.states.source === "done");
    for (const [name, values] of Object.entries(expected)) assert.deepEqual(b.values[name], values, name);
    assert.deepEqual(b.values.x, upTo(20));
  });
}

Deno.test("the latest of a stream may skip values for a slow reader, and ends with the last", async () => {
  const slow: Spec = {
    name: "r",
    defines: ["y"],
    reads: ["x"],
    fn: async (_, x: number) => (await pause(15), { y: x }),
  };
  using b = bench([stream(60, undefined, 1), slow]);
  await until(() => b.states.source === "done" && b.values.y?.at(-1) === 60);
  assert.ok(b.values.y.length < 30, `${b.values.y.length} of 60`);
});

Deno.test("a lossless stream asks for the next value when all readers of the last have ended", async () => {
  let asked = 0, done = 0;
  const ahead: number[] = [];
  const source: Spec = {
    name: "source",
    defines: ["x"],
    fn: (cell) => ({
      x: cell.live(
        "x",
        (async function* () {
          for (let i = 0; i < 8; i++) {
            ahead.push(asked++ - done);
            yield i;
          }
        })(),
        all,
      ),
    }),
  };
  const reader: Spec = {
    name: "r",
    reads: ["x"],
    fn: async () => {
      await pause(4);
      done++;
      return {};
    },
  };
  using b = bench([source, reader]);
  await until(() => b.states.source === "done");
  assert.deepEqual(ahead, Array(8).fill(0));
});

Deno.test("a reader that fails on one value gets the next", async () => {
  const picky: Spec = {
    name: "picky",
    defines: ["y"],
    reads: ["x"],
    fn: (_, x: number) => {
      if (x % 2 === 0) throw new RangeError(`even: ${x}`);
      return { y: x };
    },
  };
  using b = bench([stream(7, all), picky]);
  await until(() => b.states.source === "done");
  assert.deepEqual(b.values.y, [1, 3, 5, 7]);
  assert.equal(b.states.picky, "done");
});

Deno.test("a lossless stream that throws is its cell's error, after the values that it gave", async () => {
  const source: Spec = {
    name: "source",
    defines: ["x"],
    fn: (cell) => ({
      x: cell.live(
        "x",
        (async function* () {
          yield* [1, 2, 3];
          throw new Error("broke");
        })(),
        all,
      ),
    }),
  };
  using b = bench([source, {
    name: "r",
    defines: ["y"],
    reads: ["x"],
    fn: async (_, x) => (await pause(2), { y: x }),
  }]);
  await until(() => b.states.r?.startsWith("error"));
  assert.equal(b.states.source, "error broke");
  assert.deepEqual(b.values.y, [1, 2, 3]);
});

Deno.test("a lossless stream that is stopped leaves its last value", async () => {
  let returned = false;
  const source: Spec = {
    name: "source",
    defines: ["x"],
    fn: (cell) => ({
      x: cell.live(
        "x",
        (async function* () {
          try {
            for (let i = 1;; i++) yield i;
          } finally {
            returned = true;
          }
        })(),
        all,
      ),
    }),
  };
  using b = bench([source, {
    name: "r",
    defines: ["y"],
    reads: ["x"],
    fn: async (_, x) => (await pause(2), { y: x }),
  }]);
  await until(() => b.values.y?.length > 3);
  b.runtime.interrupt();
  await until(() => b.states.source === "done stopped" && returned);
  await until(() => b.states.r.startsWith("done"));
  const now = b.values.x.length;
  await pause(20);
  assert.equal(b.values.x.length, now);
  assert.deepEqual(b.values.y, b.values.x);
});

Deno.test("a superseded lossless stream yields nothing more, though a reader was at work", async () => {
  const source: Spec = {
    name: "source",
    defines: ["x"],
    reads: ["from"],
    fn: (cell, from: number) => ({
      x: cell.live(
        "x",
        (async function* () {
          for (let i = from;; i++) yield i;
        })(),
        all,
      ),
    }),
  };
  const slow: Spec = {
    name: "r",
    defines: ["y"],
    reads: ["x"],
    fn: async (_, x: number) => (await pause(5), { y: x }),
  };
  using b = bench([source, slow], { externals: ["from"] });
  b.runtime.set("from", 0);
  await until(() => b.values.y?.length >= 2);
  b.runtime.set("from", 1000);
  await until(() => b.values.y.at(-1) as number >= 1003);
  const second = b.values.x.findIndex((x) => x as number >= 1000);
  assert.ok(b.values.x.slice(second).every((x, i) => x === 1000 + i), String(b.values.x));
});

Deno.test("a reader that holds until the stream is at rest, and what it feeds, hold up no value", async () => {
  using b = bench([
    stream(9, all),
    { name: "costly", defines: ["model"], reads: ["x"], fn: () => ({ model: 1 }) },
    { name: "below", reads: ["x", "model"], fn: () => ({}) },
    { name: "another", defines: ["other"], reads: ["far"], fn: () => ({ other: 1 }) },
    { name: "both", reads: ["x", "other"], fn: () => ({}) },
    { name: "r", defines: ["y"], reads: ["x"], fn: (_, x) => ({ y: x }) },
  ], { holds: ["costly", "source", "another"], externals: ["far"] });
  b.runtime.set("far", 1);
  await until(() => b.states.source === "done");
  assert.deepEqual(b.values.y, upTo(9));
});

Deno.test("while a lossless stream runs each value below it counts; of another, and after, the latest", async () => {
  const twice = (x: string, y: string): Spec => ({
    name: y,
    defines: [y],
    reads: [x],
    fn: (_, value: number) => ({ [y]: 2 * value }),
  });
  const other: Spec = { name: "other", defines: ["o"], fn: (cell) => ({ o: cell.live("o", numbers(3)) }) };
  using b = bench([stream(4, all), twice("x", "y"), other, twice("o", "p")]);
  await until(() => b.states.source === "done" && b.states.other === "done");
  const [began] = b.every.x;
  assert.ok(Math.abs(began! - Date.now()) < 60_000, String(began));
  assert.deepEqual(b.every.x, Array(4).fill(began));
  assert.deepEqual(b.every.y, Array(4).fill(began));
  assert.ok([...b.every.o, ...b.every.p].every((each) => each === undefined));
  b.runtime.rerun(["y"]);
  await until(() => b.every.y.length === 5);
  assert.equal(b.every.y.at(-1), undefined);
});

Deno.test("values delivered from outside reach their readers one after another, without a frame between", async () => {
  const wide: Spec = { name: "r", defines: ["y"], reads: ["x", "z"], fn: (_, x, z) => ({ y: `${x}${z}` }) };
  using b = bench([wide], { externals: ["x", "z"] });
  for (let i = 0; i < 5; i++) {
    await b.runtime.deliver(new Map<string, unknown>([["x", i], ["z", "abcde"[i]]]));
  }
  assert.deepEqual(b.values.y, ["0a", "1b", "2c", "3d", "4e"]);
});

Deno.test("a value that is delivered waits for no reader that lacks another name", async () => {
  const both: Spec = { name: "r", defines: ["y"], reads: ["x", "z"], fn: (_, x, z) => ({ y: `${x}${z}` }) };
  using b = bench([both], { externals: ["x", "z"] });
  await b.runtime.deliver(new Map([["x", 1]]));
  await b.runtime.deliver(new Map([["z", "a"]]));
  await b.runtime.deliver(new Map([["x", 2]]));
  assert.deepEqual(b.values.y, ["1a", "2a"]);
});

Deno.test("whatever readers do, a lossless stream reaches them all in order", async () => {
  const reader = fc.record({
    waits: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 4 }),
    above: fc.nat(),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 6 }),
      fc.array(reader, { maxLength: 5 }),
      async (to, specs) => {
        const names = ["x"];
        const cells = specs.map(({ waits, above }, i): Spec => {
          const read = names[above % names.length], name = `y${i}`;
          names.push(name);
          return {
            name,
            defines: [name],
            reads: [read],
            fn: async (_, value: number) => {
              const wait = waits[value % waits.length];
              if (wait) await pause(wait);
              return { [name]: value };
            },
          };
        });
        using b = bench([stream(to, all), ...cells]);
        await until(() => b.states.source === "done");
        for (const name of names) assert.deepEqual(b.values[name], upTo(to), name);
      },
    ),
    { numRuns: 25 },
  );
});

for (const deliver of ["some", null, 1, ""]) {
  Deno.test(`a delivery of ${JSON.stringify(deliver)} is refused in one line`, async () => {
    const options = { deliver } as never;
    const fault = { name: "TypeError", message: `invalid deliver: ${deliver} (latest or all)` };
    assert.throws(() => delivery(options), fault);
    assert.throws(() => new Stream("x", numbers(1), {} as never, options), fault);
    await assert.rejects(live(numbers(1), options), fault);
  });
}

Deno.test("as a script a lossless stream is its last value", async () => {
  const last: number = await live(numbers(3), all);
  assert.equal(last, 3);
});
