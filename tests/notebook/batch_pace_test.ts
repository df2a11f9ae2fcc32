import assert from "node:assert/strict";
import { setImmediate } from "node:timers";
import { BatchPace } from "../../lib/notebook/batch_pace.ts";

const turn = () => new Promise<void>((resolve) => setImmediate(() => resolve()));
const until = async (is: () => boolean) => {
  for (const end = Date.now() + 10_000; !is();) {
    if (Date.now() > end) throw new Error(`not in time: ${is}`);
    await turn();
  }
};

/** A page that counts its batches, in a turn of its own. */
async function paced(
  act: (pace: BatchPace, sent: () => number) => Promise<void>,
  sends = () => true,
  milliseconds?: () => number,
) {
  let sent = 0;
  const pace = new BatchPace(() => {
    sent++;
    return sends();
  }, milliseconds);
  try {
    await turn();
    await act(pace, () => sent);
  } finally {
    pace.close();
  }
}

Deno.test("what comes in one turn goes together, at its end", () =>
  paced(async (pace, sent) => {
    for (let i = 0; i < 100; i++) pace.wait(false);
    assert.equal(sent(), 0);
    await turn();
    assert.equal(sent(), 1);
  }));

Deno.test("the end of work waits for no frame, and is sent early thrice in it", () =>
  paced(async (pace, sent) => {
    const began = performance.now();
    const counts: number[] = [];
    for (const last of [false, false, true, false, true, true, true]) {
      pace.wait(last);
      await turn();
      counts.push(sent());
    }
    // a machine that stood still meanwhile has seen the next frame, and says nothing of this
    if (performance.now() - began < 15) assert.deepEqual(counts, [1, 1, 2, 2, 3, 4, 4]);
    await until(() => sent() === 5);
  }));

Deno.test("a flood is one batch a frame, and the last of it is sent", () =>
  paced(async (pace, sent) => {
    const began = performance.now();
    let waited = 0;
    while (performance.now() - began < 200) {
      pace.wait(false);
      waited++;
      await turn();
    }
    assert.ok(waited > sent());
    const frames = (performance.now() - began) / 15;
    assert.ok(sent() <= frames + 1, `${sent()} batches in ${frames} frames`);
    const before = sent();
    pace.wait(false);
    await until(() => sent() > before);
  }));

Deno.test("what could not be sent is tried again, until it is", async () => {
  let full = true, tries = 0;
  await paced(async (pace, sent) => {
    pace.wait(true);
    await until(() => sent() >= 3);
    full = false;
    tries = sent();
    await until(() => sent() === tries + 1);
    await new Promise((resolve) => setTimeout(resolve, 60));
    assert.equal(sent(), tries + 1, "and then rests");
  }, () => !full);
});

Deno.test("a crowd is sent less often, and the time between two batches follows its size", async () => {
  let between = 150;
  await paced(
    async (pace, sent) => {
      /** Milliseconds from here until so many batches more have been sent. */
      const more = async (count: number) => {
        const began = performance.now();
        for (const most = sent() + count; sent() < most;) {
          const before = sent();
          pace.wait(false);
          await until(() => sent() > before);
        }
        return performance.now() - began;
      };
      assert.ok(await more(3) > 290);
      between = 1; // the time that runs is the old one, and no later one is less than a frame
      await more(1);
      assert.ok(await more(5) > 60);
      while (await more(5) > 500) { /* a machine that stands still says nothing of this */ }
    },
    () => true,
    () => between,
  );
});
