/** A database that is away, full, of a later version or does not let anyone in. */
import assert from "node:assert/strict";
import { openStore } from "../../../lib/store/open_store.ts";
import type { Store } from "../../../lib/store/store.ts";
import { losingProxy } from "../../postgres/losing_proxy.ts";
import { noPostgres, type PostgresServer, postgresServer } from "../../postgres/server.ts";
import { newRun, points, span } from "../../store/fixture.ts";
import { newStudy } from "../../store/study_laws.ts";

const missing = noPostgres() ? " (no postgresql)" : "";
let server: Promise<PostgresServer> | null = null;
Deno.test.afterAll(async () => await (await server)?.close());

const onServer = (name: string, act: (server: PostgresServer, place: string) => Promise<void>) =>
  Deno.test({
    name: name + missing,
    ignore: missing !== "",
    fn: async () => {
      const there = await (server ??= postgresServer());
      await act(there, await there.database());
    },
  });

const wait = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));

async function closing(store: Promise<Store>, act: (store: Store) => Promise<void>): Promise<void> {
  const opened = await store;
  try {
    await act(opened);
  } finally {
    await opened.close();
  }
}

onServer(
  "what does not let anyone in says so in one line, without the password",
  async ({ port, sql }, place) => {
    await sql("CREATE ROLE guarded LOGIN PASSWORD 'right'").catch(() => {});
    const at = `127.0.0.1:${port}`, name = place.split("/").at(-1);
    const advice = "check its address, user and password";
    await assert.rejects(openStore(`postgres://guarded:wrong@${at}/${name}`), {
      name: "StoreRefused",
      message:
        `store refused: postgres://guarded@${at}/${name} (password authentication failed for user "guarded"): ${advice}`,
    });
    await assert.rejects(openStore(`postgres://owner@${at}/nowhere`), {
      name: "StoreRefused",
      message: `store refused: postgres://owner@${at}/nowhere (database "nowhere" does not exist): ${advice}`,
    });
    await assert.rejects(openStore(`postgres://guarded:right@${at}/${name}`), {
      name: "StoreRefused",
      message:
        `store refused: postgres://guarded@${at}/${name} (permission denied for database ${name}): ${advice}`,
    });
    await assert.rejects(openStore("postgres://owner:secret@127.0.0.1:9/a"), {
      name: "StorageFault",
      message: "storage fault: postgres://owner@127.0.0.1:9/a (nobody listens there, ECONNREFUSED)",
    });
  },
);

onServer("a store that was closed leaves no connection, whoever still asks it", async ({ sql }, place) => {
  const store = await openStore(place);
  await store.studies.add(newStudy("a", 1));
  const reading = Array.from({ length: 6 }, () => store.runs().catch((error) => error.message));
  await store.close();
  const closed = { message: `database is not open: ${place} (its store was closed)` };
  await assert.rejects(store.runs(), closed);
  await assert.rejects(store.studies.enrol({ host: "here", engine: "none" }), closed);
  for (const said of await Promise.all(reading)) assert.ok(Array.isArray(said) || said === closed.message);
  const open = `SELECT count(*) FROM pg_stat_activity
    WHERE application_name = 'plateau' AND datname = '${place.split("/").at(-1)}'`;
  const by = performance.now() + 10_000;
  while (await sql(open) !== "0") {
    assert.ok(performance.now() < by, "connections are gone within 10 s");
    await wait(100);
  }
});

onServer("a store of a later version is refused", async ({ sql }, place) => {
  await closing(openStore(place), () => Promise.resolve());
  await sql("UPDATE plateau.schema SET version = 7", place.split("/").at(-1));
  await assert.rejects(openStore(place), {
    name: "LaterStore",
    message: `store of a later version: ${place} (version 7, this program reads 1): update Plateau`,
  });
});

onServer("many who open a new store at once make it once", async (_, place) => {
  const stores = await Promise.all(Array.from({ length: 8 }, () => openStore(place)));
  await Promise.all(stores.map(({ studies }, i) => studies.add(newStudy(`s${i}`, 2))));
  assert.equal((await stores[0].studies.list()).length, 8);
  await Promise.all(stores.map((store) => store.close()));
});

onServer(
  "of what a full disk refuses nothing stands, and it goes on once there is room",
  async ({ sql }, place) => {
    const name = place.split("/").at(-1);
    await closing(openStore(place), async (store) => {
      const writer = await store.begin(newRun());
      await writer.append({ loss: points([1, 2]) });
      await sql(
        `CREATE FUNCTION plateau.full() RETURNS TRIGGER LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION USING ERRCODE = '53100', MESSAGE = 'could not extend file'; END $$;
        CREATE TRIGGER full_disk BEFORE INSERT ON plateau.pieces EXECUTE FUNCTION plateau.full()`,
        name,
      );
      await assert.rejects(writer.append({ loss: points([3]) }), {
        name: "StorageFault",
        message: `storage fault: ${place} (no space left, ENOSPC)`,
      });
      await sql("DROP TRIGGER full_disk ON plateau.pieces", name);
      await writer.append({ loss: points([3]) });
      assert.deepEqual(await store.series(writer.id, "loss"), points([1, 2, 3]));
    });
  },
);

onServer(
  "whoever waits long enough goes on when the database is back; others hear of it",
  async (server, place) => {
    await closing(openStore(place, { patience: 300 }), async (impatient) => {
      await closing(openStore(place), async (patient) => {
        const [one, two] = [await patient.begin(newRun()), await impatient.begin(newRun({ key: "b" }))];
        await server.kill();
        const waits = one.append({ loss: points([1]) });
        const away = /^storage fault: postgres:.*(ECONNREFUSED|terminat|EPIPE)/;
        await assert.rejects(two.append({ loss: points([1]) }), { name: "StorageFault", message: away });
        await assert.rejects(impatient.runs(), { name: "StorageFault", message: away });
        await server.start();
        await waits;
        await two.append({ loss: points([1]) });
        for (const { id } of [one, two]) assert.deepEqual(await patient.series(id, "loss"), points([1]));
      });
    });
  },
);

onServer(
  "a change whose answer was lost is known to stand, and is not made twice",
  async ({ port }, place) => {
    const proxy = losingProxy(port);
    try {
      await closing(openStore(place.replace(`:${port}/`, `:${proxy.port}/`)), async (store) => {
        const { studies } = store;
        await studies.add(newStudy("a", 3));
        proxy.loseNext();
        const claim = (await studies.claim("a"))!;
        assert.deepEqual(claim, { study: "a", trial: 0, token: 1 });
        assert.equal((await studies.get("a"))!.counts.running, 1);
        const writer = await store.begin(newRun(), undefined, claim);
        for (let step = 1; step <= 3; step++) {
          proxy.loseNext();
          await writer.append({ loss: points([step]) });
        }
        assert.deepEqual(await store.series(writer.id, "loss"), points([1, 2, 3]));
        proxy.loseNext();
        await studies.finish(claim, { state: "done", because: "", step: 3, best: null });
        assert.equal(proxy.lost, 5);
        assert.deepEqual((await studies.trials("a")).map(({ state, token }) => `${state} ${token}`), [
          ...["done 1", "waiting 0", "waiting 0"],
        ]);
      });
    } finally {
      proxy.close();
    }
  },
);

onServer(
  "however often the database falls, each row is written once and each trial claimed once",
  async (server, place) => {
    await closing(openStore(place), async (store) => {
      await store.studies.add(newStudy("a", 300));
      const writer = await store.begin(newRun());
      let over = false, last = 0;
      const appends = (async () => {
        while (!over) await writer.append({ loss: points([++last]), rate: points([last]) });
      })();
      const claims: number[] = [];
      const claiming = (async () => {
        for (let claim = await store.studies.claim("a"); claim; claim = await store.studies.claim("a")) {
          claims.push(claim.trial);
          await store.studies.finish(claim, { state: "done", because: "", step: 1, best: null });
          await wait(20);
        }
      })();
      for (let falls = 0; falls < 3; falls++) {
        await wait(300 + Math.random() * 500);
        await server.restart();
      }
      await claiming;
      over = true;
      await appends;
      assert.deepEqual(claims, span(0, 299));
      assert.ok(
        (await store.studies.trials("a")).every(({ token, state }) => token === 1 && state === "done"),
      );
      for (const tag of ["loss", "rate"]) {
        assert.deepEqual(await store.series(writer.id, tag), points(span(1, last)));
      }
    });
  },
);

onServer("the clock of a store is the database's", async (_, place) => {
  const now = Date.now(), clock = Date.now;
  Date.now = () => 0;
  try {
    await closing(openStore(place), async ({ studies }) => {
      await studies.add(newStudy("a", 1));
      await studies.claim("a");
      const [{ began }] = await studies.trials("a"), row = (await studies.get("a"))!;
      for (const time of [began!, row.created, row.updated]) assert.ok(Math.abs(time - now) < 60_000);
    });
  } finally {
    Date.now = clock;
  }
});
