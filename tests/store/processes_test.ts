/** Several processes on one store; `tests/crash` does the same more often. */
import assert from "node:assert/strict";
import { acknowledged, heldUpTo, startWriter } from "../crash/store_rows.ts";
import { inStore } from "./fixture.ts";

Deno.test("a killed writer loses nothing that it said was written, and the next one goes on", () =>
  inStore(async (store, path) => {
    for (let kills = 0; kills < 3; kills++) {
      const writer = startWriter(path, "killed", 1e9);
      while (acknowledged(writer.said) < 500 * (kills + 1)) await new Promise((done) => setTimeout(done, 5));
      const [alive] = await store.runs();
      assert.equal(alive.state, "running");
      const before = await store.version();
      writer.kill();
      assert.equal((await writer.ended).signal, "SIGKILL");
      const [row, ...others] = await store.runs();
      assert.deepEqual([row.state, others], ["interrupted", []]);
      assert.ok(await heldUpTo(store, row) >= acknowledged(writer.said));
      assert.ok(await store.version() > before);
    }
  }));

Deno.test("processes write their runs at once while one reads, and only one of them writes a run", () =>
  inStore(async (store, path) => {
    const writers = [0, 1, 2, 2, 2].map((key) => startWriter(path, `run ${key}`, 2000));
    let over = false;
    const all = Promise.all(writers.map(({ ended }) => ended)).finally(() => over = true);
    while (!over) {
      for (const row of await store.runs()) await heldUpTo(store, row, true);
      await new Promise((done) => setTimeout(done, 20));
    }
    const codes = (await all).map(({ code }) => code);
    const refused = writers.filter((_, i) => codes[i] !== 0);
    for (const { said } of refused) {
      assert.match(said.at(-1)!, /^RunBeingWritten: run being written: \w+ \(by process \d+\)/);
    }
    const rows = await store.runs();
    assert.deepEqual(rows.map(({ name, state, step }) => `${name} ${state} ${step}`).toSorted(), [
      "run 0 stopped 2000",
      "run 1 stopped 2000",
      "run 2 stopped 2000",
    ]);
    for (const row of rows) assert.equal(await heldUpTo(store, row), 2000);
  }));
