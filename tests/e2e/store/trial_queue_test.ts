/** Which trials the queue of a fleet brings, and when. */
import assert from "node:assert/strict";
import { openStore } from "../../../lib/store/open_store.ts";
import type { Store } from "../../../lib/store/store.ts";
import { type DeliveredTrial, trialQueue } from "../../../lib/studies/trial_queue.ts";
import { noPostgres, postgresServer } from "../../postgres/server.ts";
import { newStudy } from "../../store/study_laws.ts";

const missing = noPostgres() ? " (no postgresql)" : "";
const END = { state: "done", because: "", step: 1, best: null } as const;

async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  const by = performance.now() + 40_000;
  while (!await holds()) {
    assert.ok(performance.now() < by, `in 40 s it came to hold: ${holds}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

/** A queue whose deliveries are listed, and answered by `act`. */
async function queue(place: string, act: (store: Store, of: DeliveredTrial) => Promise<void>) {
  const store = await openStore(place), control = new AbortController(), came: string[] = [];
  const ended = trialQueue(store, place, async (of) => {
    came.push(`${of.study} ${of.trial}`);
    await act(store, of);
  }, control.signal);
  return {
    came,
    ended,
    async stop() {
      control.abort();
      await ended.catch(() => {});
      await store.close();
    },
  };
}

Deno.test({
  name:
    `whatever makes a trial wait brings it to a worker: new, resumed, let go of, lost, undelivered${missing}`,
  ignore: missing !== "",
  fn: async () => {
    const server = await postgresServer(), place = await server.database(), name = place.split("/").at(-1);
    const store = await openStore(place), { studies } = store;
    try {
      await studies.add(newStudy("before", 2)); // before anyone asked for a queue
      let isEager = true;
      const worker = await queue(place, async (store, { study, trial }) => {
        const claim = isEager ? await store.studies.claim(study, trial) : null;
        if (claim) await store.studies.finish(claim, END);
      });
      const done = (study: string, count: number) =>
        until(async () => (await studies.get(study))!.counts.done === count);
      await done("before", 2);
      assert.deepEqual(worker.came, ["before 0", "before 1"]);

      await studies.add(newStudy("a", 3));
      await done("a", 3);
      assert.deepEqual(worker.came.slice(2), ["a 0", "a 1", "a 2"]);

      isEager = false; // what is delivered and not claimed, as while a study is paused, is brought again
      await studies.add(newStudy("b", 2));
      await until(() => worker.came.length === 7);
      await studies.pause("b", true);
      isEager = true;
      await studies.pause("b", false);
      await done("b", 2);

      isEager = false;
      await studies.add(newStudy("c", 1));
      await until(() => worker.came.length === 10);
      isEager = true;
      await done("c", 1); // nobody changed anything: whoever is idle has seen to it

      isEager = false;
      await studies.add(newStudy("d", 1));
      const claim = (await studies.claim("d"))!;
      isEager = true;
      await studies.release(claim);
      await done("d", 1);
      assert.equal((await studies.trials("d"))[0].token, 2);

      await worker.stop();
      assert.equal(await server.sql("SELECT count(*) FROM graphile_worker.jobs", name), "0");
    } finally {
      await store.close();
      await server.close();
    }
  },
});

Deno.test({
  name: `what a worker cannot do ends it, and its trial is brought to another${missing}`,
  ignore: missing !== "",
  fn: async () => {
    const server = await postgresServer(), place = await server.database(), store = await openStore(place);
    try {
      const broken = await queue(place, () => Promise.reject(new TypeError("no engine here")));
      await store.studies.add(newStudy("a", 1));
      await assert.rejects(broken.ended, { name: "TypeError", message: "no engine here" });
      await broken.stop();
      const whole = await queue(place, async (store, { study, trial }) => {
        const claim = await store.studies.claim(study, trial);
        if (claim) await store.studies.finish(claim, END);
      });
      await until(async () => (await store.studies.get("a"))!.counts.done === 1);
      await whole.stop();
    } finally {
      await store.close();
      await server.close();
    }
  },
});

Deno.test({
  name: `a worker outlives a database that is full, and does what waits once there is room${missing}`,
  ignore: missing !== "",
  fn: async () => {
    const server = await postgresServer(), place = await server.database(), name = place.split("/").at(-1);
    const store = await openStore(place), { studies } = store;
    try {
      let isEager = false;
      const worker = await queue(place, async (store, { study, trial }) => {
        const claim = isEager ? await store.studies.claim(study, trial) : null;
        if (claim) await store.studies.finish(claim, END);
      });
      await studies.add(newStudy("a", 1));
      await until(() => worker.came.length === 1); // from here on the trial has no job: it would be brought again
      await server.sql(
        `CREATE FUNCTION plateau.full() RETURNS TRIGGER LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION USING ERRCODE = '53100', MESSAGE = 'could not extend file'; END $$;
        CREATE TRIGGER full_disk BEFORE INSERT ON graphile_worker._private_jobs EXECUTE FUNCTION plateau.full()`,
        name,
      );
      await new Promise((next) => setTimeout(next, 5000)); // it looks every two seconds
      await server.sql("DROP TRIGGER full_disk ON graphile_worker._private_jobs", name);
      isEager = true;
      await until(async () => (await studies.get("a"))!.counts.done === 1);
      await worker.stop();
    } finally {
      await store.close();
      await server.close();
    }
  },
});

Deno.test({
  name:
    `a queue of another program or of a later version is refused in one line, and left as it is${missing}`,
  ignore: missing !== "",
  fn: async () => {
    const server = await postgresServer(), quiet = () => Promise.resolve();
    try {
      const later = await server.database(),
        first = await queue(later, quiet),
        of = (place: string) => place.split("/").at(-1);
      const isThere = () => server.sql("SELECT to_regclass('graphile_worker.migrations')", of(later));
      await until(async () => await isThere() !== "");
      await first.stop();
      await server.sql(
        "INSERT INTO graphile_worker.migrations (id, ts, breaking) VALUES (900000, now(), true)",
        of(later),
      );
      const others = await server.database();
      await server.sql(
        "CREATE SCHEMA graphile_worker; CREATE TABLE graphile_worker.jobs (a INTEGER)",
        of(others),
      );
      for (
        const [place, why] of [[later, "Database is using .* revision 900000 .*"], [
          others,
          'relation "jobs" already exists',
        ]]
      ) {
        const refused = await queue(place, quiet);
        await assert.rejects(refused.ended, {
          name: "QueueRefused",
          message: RegExp(
            `^queue refused: schema graphile_worker of ${place} \\(${why}\\): let this user make it, .*$`,
          ),
        });
        await refused.stop();
      }
    } finally {
      Deno.exitCode = 0; // which the queue sets for a later version
      await server.close();
    }
  },
});
