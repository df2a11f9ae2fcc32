/**
 * Writers of a store that are killed at random moments. `PLATEAU_KILLS` says how often (default 50). A killed process
 * loses what it had not said was written; a power cut is not tried here.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Trajectory } from "../../lib/curves/trajectory.ts";
import { openStore } from "../../lib/store/open_store.ts";
import { inFolder } from "../in_folder.ts";
import { inStore } from "../store/fixture.ts";
import { acknowledged, heldUpTo, startWriter } from "./store_rows.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const KILLS = Number(Deno.env.get("PLATEAU_KILLS") ?? 50);
const TRAININGS_KILLED = Math.ceil(KILLS / 5);

Deno.test(`a run whose writer is killed ${KILLS} times has every row once, and all that were said to be written`, () =>
  inStore(async (store, path) => {
    let least = 0, went = 0;
    for (let kills = 0; kills < KILLS; kills++) {
      const writer = startWriter(path, "killed", 1e9);
      // before it has begun, while it begins, while it writes
      setTimeout(writer.kill, Math.random() * 500);
      await writer.ended;
      least = Math.max(least, acknowledged(writer.said));
      const [row] = await store.runs();
      if (row === undefined) continue;
      assert.equal(row.state, "interrupted");
      const held = await heldUpTo(store, row);
      assert.ok(held >= least, `holds ${held} of ${least} steps after ${kills + 1} kills`);
      if (held > went) went = held;
      for (const { step } of await store.checkpoints(row.id)) assert.ok(step <= held);
    }
    assert.ok(went > KILLS, "the writers lived long enough to write");
    const last = startWriter(path, "killed", went + 1000);
    assert.equal((await last.ended).code, 0);
    const [row, ...others] = await store.runs();
    assert.deepEqual([row.state, row.step, others], ["stopped", went + 1000, []]);
    assert.equal(await heldUpTo(store, row), went + 1000);
    const gone = [...Deno.readDirSync(`${path}-writers`)].map(({ name }) => name);
    assert.ok(gone.length <= KILLS);
  }));

Deno.test("20 processes at once write a run each, and one is read by all the while", () =>
  inStore(async (store, path) => {
    const writers = Array.from({ length: 20 }, (_, i) => startWriter(path, `run ${i}`, 3000));
    let over = false, read = 0;
    const all = Promise.all(writers.map(({ ended }) => ended)).finally(() => over = true);
    while (!over) {
      for (const row of await store.runs()) await heldUpTo(store, row, true);
      read++;
      await new Promise((done) => setTimeout(done, 50));
    }
    assert.ok(read > 3);
    for (const [i, { code }] of (await all).entries()) assert.equal(code, 0, writers[i].said.at(-1));
    const rows = await store.runs();
    assert.equal(rows.length, 20);
    for (const row of rows) assert.equal(await heldUpTo(store, row), 3000);
  }));

Deno.test("of 20 processes that begin one run at once, one writes it and 19 are told which", () =>
  inStore(async (store, path) => {
    const writers = Array.from({ length: 20 }, () => startWriter(path, "one", 1e9));
    await Promise.all(writers.map(async ({ said, ended }) => {
      const done = ended.then(() => true);
      while (
        said.length === 0 && !await Promise.race([done, new Promise((next) => setTimeout(next, 20, false))])
      );
    }));
    assert.equal(writers.filter(({ said }) => said[0]?.startsWith("begun")).length, 1);
    assert.equal(writers.filter(({ said }) => said[0]?.startsWith("RunBeingWritten")).length, 19);
    for (const { kill } of writers) kill();
    await Promise.all(writers.map(({ ended }) => ended));
    assert.equal((await store.runs()).length, 1);
  }));

const COMMAND = [
  "train",
  "digits",
  ...["--engine", "wasm", "--layers", "64,32,10", "--seed", "5", "--run", "killed"],
  ...["--evaluate", "steps(20)", "--checkpoint", "steps(30)", "--stop", "maxSteps(1500)"],
];

/** Trains to the end, or is killed after so many milliseconds; whether it was killed. */
async function trained(folder: string, lifetime: number): Promise<boolean> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-check", "--allow-all", join(ROOT, "main.ts"), ...COMMAND],
    cwd: ROOT,
    env: { INIT_CWD: folder, NO_COLOR: "1" },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const said = new Response(child.stderr).text();
  const timer = setTimeout(() => {
    try {
      child.kill("SIGKILL");
    } catch {
      // it ended in this very moment
    }
  }, lifetime);
  const { code, signal } = await child.status, text = await said;
  clearTimeout(timer);
  if (signal !== "SIGKILL") assert.equal(code, 0, text);
  return signal === "SIGKILL";
}

/** What the store of a folder has of its one training. */
async function recorded(folder: string): Promise<{ state: string; trajectory: Trajectory } | null> {
  const store = await openStore(join(folder, ".plateau", "runs.sqlite"));
  try {
    const [row, ...others] = await store.runs();
    assert.deepEqual(others, []);
    return row ? { state: row.state, trajectory: (await store.trajectory(row.id))! } : null;
  } finally {
    await store.close();
  }
}

/** Without what the clock says. */
function timeless({ updates, evaluations, ...rest }: Trajectory) {
  const { seconds: _updates, ...ofUpdates } = updates, { seconds: _evaluations, ...of } = evaluations;
  return { ...rest, updates: ofUpdates, evaluations: of };
}

Deno.test(`a training killed ${TRAININGS_KILLED} times is in the store as one that was not`, () =>
  inFolder(async (uncut) => {
    const began = performance.now();
    await trained(uncut, 600_000);
    const whole = performance.now() - began, expected = timeless((await recorded(uncut))!.trajectory);
    assert.equal(expected.updates.step.length, 1500);
    for (let kills = 0; kills < TRAININGS_KILLED;) {
      await inFolder(async (folder) => {
        for (let here = 0;; here++) {
          const last = here === 5 || kills === TRAININGS_KILLED;
          if (!await trained(folder, last ? 600_000 : Math.random() * whole)) break;
          kills++;
          const cut = await recorded(folder);
          if (cut === null) continue;
          // what is there while it is cut is the beginning of what will be there
          const { step, loss } = cut.trajectory.updates;
          assert.deepEqual(loss, expected.updates.loss.subarray(0, step.length).slice());
          assert.ok(cut.state === "interrupted" || cut.state === "stopped");
        }
        const { state, trajectory } = (await recorded(folder))!;
        assert.equal(state, "stopped");
        assert.deepEqual(timeless(trajectory), expected);
      });
    }
  }));
