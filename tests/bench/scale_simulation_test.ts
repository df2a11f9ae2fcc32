import assert from "node:assert/strict";
import { type Fleet, simulated } from "./scale_simulation.ts";

const fleet: Fleet = {
  workers: 1,
  trial: 600,
  pace: 0.1,
  spared: 0,
  append: 0.001,
  turn: 0.004,
  cores: 2,
  databases: 1,
};
const near = (value: number, expected: number, share: number) =>
  assert.ok(Math.abs(value - expected) <= share * expected, `${value} is not about ${expected}`);

Deno.test("one worker never waits for another: each append takes as long as it takes", () => {
  const { median, slowest, waiting, appends } = simulated(fleet);
  near(median, 0.001, 1e-6);
  near(slowest, 0.001, 1e-6);
  near(waiting, 0.001 / 0.101, 0.01);
  near(appends, 1 / 0.101, 0.01);
});

Deno.test("a fleet that asks for more than its database can do gets what it can, and waits the rest", () => {
  const { busy, appends, waiting } = simulated({ ...fleet, workers: 2000 });
  near(busy, 1, 0.01);
  near(appends, 2000, 0.02);
  near(waiting, 1 - 0.1 / (2000 / 2000), 0.02); // a round takes a second, of which a tenth is trained
});

Deno.test("twice the databases, or half the appends, carry twice the workers", () => {
  const one = simulated({ ...fleet, workers: 150 });
  for (const other of [{ databases: 2 }, { pace: 0.2 }]) {
    near(simulated({ ...fleet, workers: 300, ...other }).busy, one.busy, 0.1);
  }
});

Deno.test("trials end at the rate at which they train", () => {
  const { trials } = simulated({ ...fleet, workers: 100, trial: 20, pace: 1 });
  near(trials, 100 / 20, 0.05);
});

Deno.test("workers that ask less the longer they wait never wait more than their share", () => {
  for (const workers of [10, 300, 3000]) {
    const { busy, waiting, between } = simulated({ ...fleet, workers, spared: 50 });
    assert.ok(busy < 0.98 && waiting < 0.05, `${workers}: ${busy} busy, ${waiting} waiting`);
    assert.ok(workers < 100 || between > 0.15, `${workers}: every ${between} s`);
  }
});
