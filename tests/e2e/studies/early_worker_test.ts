import assert from "node:assert/strict";
import { fleetWorker } from "../../../lib/studies/fleet_worker.ts";
import { inFolder } from "../../in_folder.ts";
import { noPostgres, postgresServer } from "../../postgres/server.ts";

const missing = noPostgres() ? " (no postgresql)" : "";

Deno.test({
  name: `a worker that is started before its database says so once, and works when it is there${missing}`,
  ignore: missing !== "",
  fn: () =>
    inFolder(async (folder) => {
      const server = await postgresServer(), store = await server.database(), control = new AbortController();
      const said: string[] = [];
      const heard = async (word: RegExp) => {
        const by = performance.now() + 30_000;
        while (!said.some((line) => word.test(line))) {
          assert.ok(performance.now() < by, `in 30 s it said: ${said.join("; ")}`);
          await new Promise((soon) => setTimeout(soon, 50));
        }
      };
      try {
        await server.kill();
        const ended = fleetWorker({
          ...{ store, folder, engine: { name: "wasm", version: "4.22.0" }, signal: control.signal },
          say: (line) => void said.push(line),
        });
        await heard(/: tries again until it answers$/);
        await new Promise((soon) => setTimeout(soon, 2500));
        await server.start();
        await heard(/^waits for trials/);
        control.abort();
        assert.equal(await ended, 0);
        assert.equal(said.length, 2, said.join("; "));
      } finally {
        control.abort();
        await server.close();
      }
    }),
});
