/** What the database of a fleet carries, by so many processes that do nothing else. */
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { openStore } from "../../lib/store/open_store.ts";
import type { Store } from "../../lib/store/store.ts";
import { type PostgresServer, postgresServer } from "../postgres/server.ts";
import { newStudy } from "../store/study_laws.ts";

const CHILD = fileURLToPath(new URL("studies_store_child.ts", import.meta.url));

export interface LoadOptions {
  readonly processes: number;
  readonly trials: number;
  /** milliseconds of appends */
  readonly time: number;
}
/** Rates are a second. */
export interface StoreLoad {
  /** milliseconds in which the trials were added */
  readonly added: number;
  /** trials that were delivered by the queue, claimed and ended; and claimed and ended without it */
  readonly queued: number;
  readonly claimed: number;
  /** of a hundred updates and an evaluation each */
  readonly appends: number;
  /** in the database: of a trial without its run, and of an update */
  readonly trialBytes: number;
  readonly updateBytes: number;
}

/** A process that has said that it is ready. */
async function child(what: string, place: string, time: number) {
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-check", "--allow-all", CHILD, what, place, String(time)],
    ...{ stdin: "piped", stdout: "piped" },
  }).spawn();
  const said = Readable.fromWeb(process.stdout as Parameters<typeof Readable.fromWeb>[0]);
  const lines = createInterface({ input: said })[Symbol.asyncIterator]();
  await lines.next();
  const input = process.stdin.getWriter();
  return {
    go: () => input.write(new Uint8Array(1)),
    next: async () => Number((await lines.next()).value),
    async end() {
      await input.close().catch(() => {});
      await process.status;
    },
  };
}

/** Measures one fleet on a database of its own. */
export async function storeLoad({ processes, trials, time }: LoadOptions): Promise<StoreLoad> {
  const server = await postgresServer(), place = await server.database(), store = await openStore(place);
  const some = (what: string) =>
    Promise.all(Array.from({ length: processes }, () => child(what, place, time)));
  try {
    const size = sizeOf(server, place), before = await size();
    const workers = await some("queued");
    await new Promise((soon) => setTimeout(soon, 5000)); // their queues open
    const adding = performance.now();
    await store.studies.add(newStudy("queued", trials));
    const added = performance.now() - adding, queued = await rateOf(store, "queued", trials);
    const trialBytes = Math.round((await size() - before) / trials);
    await Promise.all(workers.map((worker) => worker.end()));

    await store.studies.add(newStudy("claimed", trials));
    const claimers = await some("claimed");
    await Promise.all(claimers.map((claimer) => claimer.go()));
    const claimed = await rateOf(store, "claimed", trials);
    await Promise.all(claimers.map((claimer) => claimer.end()));

    const writers = await some("appended"), empty = await size();
    await Promise.all(writers.map((writer) => writer.go()));
    const counts = await Promise.all(writers.map((writer) => writer.next()));
    const all = counts.reduce((sum, count) => sum + count, 0);
    await server.sql("VACUUM", nameOf(place));
    const updateBytes = Math.round((await size() - empty) / (all * 100));
    await Promise.all(writers.map((writer) => writer.end()));
    return { added, queued, claimed, appends: all / time * 1000, trialBytes, updateBytes };
  } finally {
    await store.close();
    await server.close();
  }
}

const nameOf = (place: string) => place.split("/").at(-1)!;
const sizeOf = (server: PostgresServer, place: string) => async () =>
  Number(await server.sql("SELECT pg_database_size(current_database())", nameOf(place)));

/** Trials of a study that end, a second. */
async function rateOf(store: Store, study: string, trials: number): Promise<number> {
  const began = performance.now();
  while ((await store.studies.get(study))!.counts.done < trials) {
    await new Promise((soon) => setTimeout(soon, 20));
  }
  return trials / (performance.now() - began) * 1000;
}
