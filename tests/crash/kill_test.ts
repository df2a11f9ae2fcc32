/**
 * A training that is killed at random moments, many times, and begun again by the same command ends in the same bytes
 * as one that nobody touched. `PLATEAU_KILLS` says how often it is killed (default 50). A killed process loses what it
 * had not written; a power cut, which loses what the disk had not taken, is not tried here.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { inFolder } from "../in_folder.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const KILLS = Number(Deno.env.get("PLATEAU_KILLS") ?? 50);
/** After so many kills a run is let through to its end, and another one begins. */
const KILLS_A_RUN = 12;
const COMMAND = [
  "train",
  "digits",
  ...["--engine", "wasm", "--layers", "64,32,10", "--seed", "5", "--run", "killed"],
  ...["--evaluate", "steps(20)", "--checkpoint", "steps(10)", "--keep-best", "2", "--keep-last", "2"],
  ...["--stop", "any(maxSteps(1500), plateau(validation.loss, min, patience: evaluations(30)))"],
];
/** What does not tell the time. */
const FILES = ["result.safetensors", "updates.f64", "evaluations.jsonl"];

function start(folder: string): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-check", "--allow-all", join(ROOT, "main.ts"), ...COMMAND],
    cwd: ROOT,
    env: { INIT_CWD: folder, NO_COLOR: "1" },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
}

/** Runs to the end, or is killed after so many milliseconds; whether it was killed, and what it said. */
async function attempt(folder: string, lifetime: number): Promise<{ killed: boolean; said: string }> {
  const child = start(folder), said = new Response(child.stderr).text();
  const timer = setTimeout(() => {
    try {
      child.kill("SIGKILL");
    } catch {
      // it ended in this very moment
    }
  }, lifetime);
  const { code, signal } = await child.status;
  clearTimeout(timer);
  if (signal !== "SIGKILL") assert.equal(code, 0, await said);
  return { killed: signal === "SIGKILL", said: await said };
}

const run = (folder: string) => join(folder, ".plateau", "runs", "killed");

Deno.test(`a training killed ${KILLS} times at random moments ends in the bytes of one that was not`, () =>
  inFolder(async (uncut) => {
    const began = performance.now();
    await attempt(uncut, 600_000);
    const whole = performance.now() - began;
    for (let kills = 0, runs = 0; kills < KILLS; runs++) {
      await inFolder(async (folder) => {
        for (let here = 0;; here++) {
          // from before the first update to past the last one
          const last = here === KILLS_A_RUN || kills === KILLS;
          const { killed, said } = await attempt(folder, last ? 600_000 : Math.random() * whole);
          assert.doesNotMatch(said, /damaged|differs|differ /, said);
          if (!killed) break;
          kills++;
        }
        for (const file of FILES) {
          assert.deepEqual(
            Deno.readFileSync(join(run(folder), file)),
            Deno.readFileSync(join(run(uncut), file)),
            `${file} of run ${runs}`,
          );
        }
        const left = [...Deno.readDirSync(join(run(folder), "checkpoints"))].map(({ name }) => name)
          .toSorted();
        const expected = [...Deno.readDirSync(join(run(uncut), "checkpoints"))].map(({ name }) => name)
          .toSorted();
        assert.deepEqual(left, expected);
      });
    }
  }));
