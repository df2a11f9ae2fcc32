import assert from "node:assert/strict";
import { SessionPulse } from "../../lib/notebook/session_pulse.ts";

const SILENCE = 20;
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A kernel that answers at once, or not at all. */
function patient() {
  const kernel = { answers: true, works: true, asked: 0, said: [] as (number | null)[] };
  const pulse = new SessionPulse({
    ping: async (silence) => {
      kernel.asked++;
      if (!kernel.answers) await pause(silence);
      return kernel.answers;
    },
    works: () => kernel.works,
    say: (seconds) => kernel.said.push(seconds),
  }, SILENCE);
  return { kernel, pulse };
}

async function until(done: () => boolean) {
  for (const late = performance.now() + 60_000; !done();) {
    assert.ok(performance.now() < late, "not in time");
    await pause(2);
  }
}

Deno.test("a kernel that is silent while cells run is said so, again and again, until it answers, and then once that it does", async () => {
  const { kernel, pulse } = patient();
  pulse.follow();
  await until(() => kernel.asked > 2);
  assert.deepEqual(kernel.said, []);
  kernel.answers = false;
  await until(() => kernel.said.length >= 3);
  assert.ok(kernel.said.every((seconds) => seconds !== null));
  kernel.answers = true;
  await until(() => kernel.said.includes(null));
  const { asked } = kernel;
  await until(() => kernel.asked > asked + 2);
  assert.deepEqual(kernel.said.filter((seconds) => seconds === null), [null]);
  pulse.stop();
});

Deno.test("a kernel in which nothing runs is not asked; one that is gone neither, and nothing is said of it", async () => {
  const { kernel, pulse } = patient();
  kernel.works = false;
  pulse.follow();
  await pause(4 * SILENCE);
  assert.equal(kernel.asked, 0);
  kernel.works = true;
  kernel.answers = false;
  pulse.follow();
  await until(() => kernel.asked === 1);
  pulse.stop();
  pulse.follow();
  await pause(4 * SILENCE);
  assert.deepEqual([kernel.asked, kernel.said], [1, []]);
});
