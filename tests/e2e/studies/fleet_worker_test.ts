/** A worker of a fleet among studies that it cannot train, and jobs that are none. */
import assert from "node:assert/strict";
import { steps } from "../../../lib/durations.ts";
import { setEngineChoice, startEngine } from "../../../lib/engine/engine.ts";
import { openStore } from "../../../lib/store/open_store.ts";
import { addStudy } from "../../../lib/studies/add_study.ts";
import { fleetWorker } from "../../../lib/studies/fleet_worker.ts";
import { choice } from "../../../lib/studies/space.ts";
import type { Study } from "../../../lib/studies/study.ts";
import { inFolder } from "../../in_folder.ts";
import { noPostgres, postgresServer } from "../../postgres/server.ts";
import { small } from "../../training/fixture.ts";

const missing = noPostgres() ? " (no postgresql)" : "";
const { model, data, optimizer, schedule, batch, evaluate } = small;
const study = (name: string): Study => ({
  name,
  spec: { model, data, optimizer, schedule, batch, evaluate },
  space: { "schedule.rate": choice([3e-3, 1e-3, 1e-2]) },
  budget: steps(20),
  sampler: { kind: "grid", levels: 2 },
});

Deno.test({
  name: `a study that cannot be trained here, and a job that names no trial, keep no other waiting${missing}`,
  ignore: missing !== "",
  fn: () =>
    inFolder(async (folder) => {
      setEngineChoice("wasm");
      const engine = await startEngine(), server = await postgresServer(), place = await server.database();
      const store = await openStore(place), { studies } = store, control = new AbortController();
      const said: string[] = [],
        work = () =>
          fleetWorker({
            store: place,
            folder,
            engine,
            signal: control.signal,
            say: (line) => said.push(line),
          });
      const until = async (holds: () => Promise<boolean> | boolean) => {
        for (const by = performance.now() + 60_000; !await holds();) {
          assert.ok(performance.now() < by, `in a minute it came to hold: ${holds}; ${said}`);
          await new Promise((done) => setTimeout(done, 50));
        }
      };
      const done = (name: string) => until(async () => (await studies.get(name))!.counts.done === 3);
      try {
        await addStudy(store, study("elsewhere"), folder);
        for (const { name } of Deno.readDirSync(`${folder}/data`)) Deno.removeSync(`${folder}/data/${name}`);
        const worker = work();
        await until(() => said.some((line) => /^elsewhere/.test(line)));
        const sql = (job: string) =>
          server.sql(`SELECT graphile_worker.add_job('plateau trial', '${job}')`, place.split("/").at(-1));
        for (const job of ["{}", "[]", '{"study":1,"trial":"x"}', '{"study":"none","trial":4}']) {
          await sql(job);
        }
        await addStudy(store, study("here"), folder); // the same data: from now on they are there for both
        await done("here");
        await done("elsewhere");
        const told = said.filter((line) => /^elsewhere/.test(line));
        assert.equal(told.length, 1);
        assert.match(told[0], /^elsewhere cannot be trained here: invalid data: .*there is no such file/);
        control.abort();
        assert.equal(await worker, 6);
      } finally {
        control.abort();
        await store.close();
        await server.close();
      }
    }),
});
