import assert from "node:assert/strict";
import type { EngineChoice } from "../../../lib/engine/engine_choice.ts";
import type { Event } from "../../../lib/notebook/wire.ts";
import { Bench } from "../../notebook/session_bench.ts";

Deno.test("after a restart in which nothing trains the page is still told of the engine, until another is wanted", async () => {
  const wanted = { name: "cpu" as EngineChoice };
  const options = {
    get engine() {
      return wanted.name;
    },
  };
  const text =
    `import { criteria, datasets, live, models, optimizers, schedules, steps, train } from "plateau";
// %% train [server]
const run = await live(train({
  model: models.mlp({ layers: [2, 2] }), data: datasets.blobs({ centers: [[-1, 0], [1, 0]], perClass: 8 }),
  optimizer: optimizers.sgd(), schedule: schedules.constant(0.1), batch: 8, evaluate: { every: steps(1) },
  stop: criteria.maxSteps(2),
}));
`;
  await using bench = await Bench.open(text, options);
  const engine = () => (bench.page.kernel() as Extract<Event, { t: "kernel" }>)?.engine?.name;
  const ready = () =>
    bench.page.events.filter((event) => event.t === "kernel" && event.state === "ready").length;
  await bench.until(() => engine() === "cpu", 60_000);
  await bench.until(() => ["done", "stale"].includes(bench.page.state("train")?.state ?? ""));
  for (const [name, said] of [["cpu", "cpu"], ["wasm", undefined]] as const) {
    wanted.name = name;
    const before = ready();
    await bench.session.restart();
    await bench.until(() => ready() > before, 60_000);
    assert.equal(engine(), said);
  }
});
