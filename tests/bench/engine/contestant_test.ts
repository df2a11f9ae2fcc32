import assert from "node:assert/strict";
import { ContestantFails, startContestant } from "./contestant.ts";
import type { System } from "./systems.ts";

const contestant = (program: string[]) =>
  startContestant({ system: "plateau wasm", peer: null, program }, "");

Deno.test("a contestant whose Python is not there is told in one line", async () => {
  const system: System = { system: "jax scan", peer: "jax", program: ["jax_peer.py"] };
  const { ask, end } = startContestant(system, "/nowhere/python");
  await assert.rejects(ask({ workload: "S" }, 60), { name: "ContestantFails", message: /\/nowhere\/python/ });
  await end();
});

Deno.test("a contestant gets ready, and answers each block with milliseconds an update", async () => {
  const { ask, end } = contestant(["bare_contestant.ts", "wasm"]);
  try {
    const { loss } = await ask({ workload: "S" }, 60);
    assert.ok(Math.abs(loss - Math.LN2) < 0.1, `${loss}`);
    const { msPerUpdate } = await ask({ run: true }, 60);
    assert.ok(msPerUpdate > 0 && msPerUpdate < 100, `${msPerUpdate}`);
    const { library, device, peakBytes } = await ask({ about: true }, 60);
    assert.match(`${library} on ${device}`, /^Plateau on wasm [\d.]+ on CPU$/);
    assert.ok(peakBytes > 30e6 && peakBytes < 3e9, `${peakBytes}`);
  } finally {
    await end();
  }
});

const failing: readonly [what: string, program: string[], seconds: number, line: RegExp][] = [
  ["cannot start", ["no_such_contestant.ts"], 60, /no_such_contestant/],
  ["fails while it gets ready", ["tfjs_contestant.ts", "wasm"], 60, /Conv2DBackpropFilter/],
  ["takes too long", ["bare_contestant.ts", "wasm"], 0.01, /^no answer within 0.01 s$/],
];
for (const [what, program, seconds, line] of failing) {
  Deno.test(`a contestant that ${what} is told in one line`, async () => {
    const { ask, end } = contestant(program);
    try {
      await assert.rejects(ask({ workload: "C" }, seconds), (error) => {
        assert.ok(error instanceof ContestantFails);
        assert.match(error.message, line);
        assert.doesNotMatch(error.message, /\n/);
        return true;
      });
    } finally {
      await end();
    }
  });
}
