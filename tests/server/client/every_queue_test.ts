import assert from "node:assert/strict";
import fc from "fast-check";
import { type EveryHooks, EveryQueue, type QueueLimits } from "../../../server/client/every_queue.ts";

const pause = (milliseconds = 0) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/** A queue whose steps are noted, each at work for so many milliseconds. */
function bench(work = 0, limits?: QueueLimits, superseding = false) {
  const steps: Record<string, unknown>[] = [], leftOut: Record<string, number> = {};
  let busy = 0;
  const hooks: EveryHooks = {
    async deliver(values) {
      assert.ok(busy++ === 0 || superseding, "one step at a time");
      steps.push(Object.fromEntries(values));
      if (work) await pause(work);
      busy--;
    },
    frame: () => pause(),
    now: () => performance.now(),
    leftOut: (name, count) => leftOut[name] = (leftOut[name] ?? 0) + count,
  };
  const queue = new EveryQueue(hooks, limits);
  const empty = async () => {
    for (const late = performance.now() + 60_000; queue.waiting > 0 || busy > 0;) {
      if (performance.now() > late) throw new Error(`${queue.waiting} wait`);
      await pause();
    }
  };
  return { queue, steps, leftOut, empty };
}

Deno.test("values are delivered one after another, each when all has settled", async () => {
  const { queue, steps, empty } = bench(1);
  for (let i = 0; i < 20; i++) queue.push("x", i, 1, 8);
  await empty();
  assert.deepEqual(steps, Array.from({ length: 20 }, (_, x) => ({ x })));
});

Deno.test("names that a kernel gave in one step reach their readers together, or late, but never with the next", async () => {
  const { queue, steps, empty } = bench(1);
  for (let i = 0; i < 3; i++) {
    queue.push("x", i, 1, 8);
    queue.push("y", 10 * i, 1, 8);
  }
  await empty();
  assert.deepEqual(steps, [{ x: 0 }, { y: 0 }, { x: 1, y: 10 }, { x: 2, y: 20 }]);
});

Deno.test("values of a run that was superseded are over, even when a reader of them never ends", async () => {
  const steps: unknown[] = [];
  const queue = new EveryQueue({
    deliver(values) {
      steps.push(values.get("x"));
      return values.get("x") === "old 0" ? new Promise(() => {}) : Promise.resolve();
    },
    frame: () => pause(),
    now: () => 0,
    leftOut: () => {},
  });
  for (let i = 0; i < 5; i++) queue.push("x", `old ${i}`, 1, 8);
  await pause();
  queue.push("x", "new 0", 2, 8);
  queue.push("x", "new 1", 2, 8);
  await pause(5);
  assert.deepEqual(steps, ["old 0", "new 0", "new 1"]);
});

Deno.test("what follows the values of a name waits for them, the last of several; of another name it does not", async () => {
  const { queue, steps, empty } = bench(1);
  const done: string[] = [];
  for (let i = 0; i < 5; i++) queue.push("x", i, 1, 8);
  queue.after("y", () => done.push(`y after ${steps.length}`));
  queue.after("x", () => done.push("no more"));
  queue.after("x", () => done.push(`x after ${steps.length}`));
  await empty();
  assert.deepEqual(done, ["y after 1", "x after 5"]);
});

Deno.test("beyond the limits the oldest values are left out, and it is said how many", async () => {
  const limits: [QueueLimits, number][] = [[{ values: 100, bytes: 1e9 }, 8], [
    { values: 1e9, bytes: 800 },
    8,
  ]];
  for (const [limit, bytes] of limits) {
    const { queue, steps, leftOut, empty } = bench(1, limit);
    for (let i = 0; i < 500; i++) queue.push("x", i, 1, bytes);
    assert.ok(queue.waiting <= 100);
    await empty();
    assert.equal(steps.length + leftOut.x, 500);
    assert.deepEqual(steps.at(-1), { x: 499 });
    assert.ok(steps.length >= 90 && steps.every(({ x }, i) => i < 2 || x === steps[i - 1].x as number + 1));
  }
});

Deno.test("a busy queue lets the page paint", async () => {
  let frames = 0, now = 0;
  const queue = new EveryQueue({
    deliver: () => (now += 3, Promise.resolve()),
    frame: () => (frames++, pause()),
    now: () => now,
    leftOut: () => {},
  });
  for (let i = 0; i < 100; i++) queue.push("x", i, 1, 8);
  while (queue.waiting > 0) await pause();
  assert.ok(frames >= 20, String(frames));
});

Deno.test("whatever comes, the values of each name arrive in order, of the last run all", async () => {
  const push = fc.record({
    name: fc.constantFrom("x", "y"),
    run: fc.constantFrom(0, 0, 0, 0, 1),
    pause: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(push, { maxLength: 40 }), async (pushes) => {
      const { queue, steps, empty } = bench(1, undefined, true);
      const runs: Record<string, number> = { x: 1, y: 1 }, last: Record<string, number[]> = { x: [], y: [] };
      for (const [i, { name, run, pause: rests }] of pushes.entries()) {
        if (run) [runs[name], last[name]] = [runs[name] + 1, []];
        last[name].push(i);
        queue.push(name, i, runs[name], 8);
        if (rests) await pause();
      }
      await empty();
      for (const name of ["x", "y"]) {
        const got = steps.flatMap((step) => name in step ? [step[name] as number] : []);
        assert.deepEqual(got, got.toSorted((a, b) => a - b));
        assert.deepEqual(got.slice(got.length - last[name].length), last[name]);
      }
    }),
    { numRuns: 20 },
  );
});
