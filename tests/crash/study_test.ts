/**
 * A study whose workers, whose command, or all of them are killed at random moments, and which is begun again by the
 * same command, ends in the same numbers and weights as one that nobody touched, each step recorded once.
 * `PLATEAU_KILLS` says how often (default 20).
 */
import assert from "node:assert/strict";
import { inFolder } from "../in_folder.ts";
import { killed, left, life } from "./cut_study.ts";

const KILLS = Number(Deno.env.get("PLATEAU_KILLS") ?? 20);
const UPDATES = 1500;

Deno.test(`a study that is killed ${KILLS} times ends as one that was not`, () =>
  inFolder(async (folder) => {
    const uncut = `${folder}/uncut`;
    assert.ok(await life(uncut, 2, UPDATES));
    const expected = await left(uncut), steps = Array.from({ length: UPDATES }, (_, i) => i + 1);
    for (const { step, row } of expected) assert.deepEqual([row.state, step], ["done", steps]);
    const seed = Date.now() % 1e6;
    let kills = 0, random = seed;
    const draw = () => (random = (random * 48271 + 11) % 2147483647) / 2147483647;
    for (let study = 0; kills < KILLS; study++) {
      const cut = `${folder}/cut-${study}`;
      for (let isOver = false; !isOver;) {
        const after = draw() * 6 * UPDATES, whom = ["worker", "command", "all"][Math.floor(draw() * 3)];
        const workers = 1 + Math.floor(draw() * 3);
        let hasKilled = false;
        isOver = await life(cut, workers, UPDATES, (told) => {
          if (hasKilled || kills >= KILLS || told.steps < after || told.workers.length === 0) return false;
          hasKilled = true;
          kills++;
          if (whom !== "command") told.workers.slice(0, whom === "all" ? undefined : 1).forEach(killed);
          return whom !== "worker";
        });
      }
      assert.deepEqual(await left(cut), expected, `seed ${seed}, study ${study}`);
    }
  }));
