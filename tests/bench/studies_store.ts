/**
 * What the database of a fleet carries: trials taken from the queue and ended, trials claimed and ended without it, and
 * appends, each by so many processes; and what a trial leaves there.
 *
 * `deno run --quiet --allow-all tests/bench/studies_store.ts [processes] [trials] [milliseconds of appends]`
 */
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { openStore } from "../../lib/store/open_store.ts";
import { postgresServer } from "../postgres/server.ts";
import { newStudy } from "../store/study_laws.ts";
import { machineText } from "./machine_text.ts";

const CHILD = fileURLToPath(new URL("studies_store_child.ts", import.meta.url));
const [processes = 8, trials = 1000, time = 10_000] = Deno.args.map(Number);

/** A process that has said that it is ready. */
async function child(what: string, place: string) {
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

const server = await postgresServer(), place = await server.database(), name = place.split("/").at(-1);
const store = await openStore(place);
const size = async () => Number(await server.sql("SELECT pg_database_size(current_database())", name));
const rows = (table: string) => server.sql(`SELECT count(*) FROM plateau.${table}`, name);
const some = (what: string) => Promise.all(Array.from({ length: processes }, () => child(what, place)));
const done = async (study: string) => {
  while ((await store.studies.get(study))!.counts.done < trials) {
    await new Promise((soon) => setTimeout(soon, 20));
  }
};
const rate = (count: number, began: number) =>
  `${Math.round(count / (performance.now() - began) * 1000)} a second`;

try {
  console.log(machineText());
  const workers = await some("queued");
  await new Promise((soon) => setTimeout(soon, 5000)); // their queues open
  let before = await size(), began = performance.now();
  await store.studies.add(newStudy("queued", trials));
  console.log(`${trials} trials added: ${Math.round(performance.now() - began)} ms`);
  began = performance.now();
  await done("queued");
  console.log(`delivered, claimed and ended by ${processes} processes: ${rate(trials, began)}`);
  console.log(`bytes a trial, without its run: ${Math.round((await size() - before) / trials)}`);
  await Promise.all(workers.map((worker) => worker.end()));

  await store.studies.add(newStudy("claimed", trials));
  const claimers = await some("claimed");
  began = performance.now();
  await Promise.all(claimers.map((claimer) => claimer.go()));
  await done("claimed");
  console.log(`claimed and ended without the queue: ${rate(trials, began)}`);
  await Promise.all(claimers.map((claimer) => claimer.end()));

  const writers = await some("appended");
  before = await size();
  await Promise.all(writers.map((writer) => writer.go()));
  const counts = await Promise.all(writers.map((writer) => writer.next()));
  const all = counts.reduce((sum, count) => sum + count, 0);
  console.log(`appends of ten updates and an evaluation: ${Math.round(all / time * 1000)} a second`);
  await server.sql("VACUUM", name);
  const bytes = Math.round((await size() - before) / (all * 10));
  console.log(
    `bytes an update: ${bytes}; pieces: ${await rows("pieces")}, chunks: ${await rows(
      "chunks",
    )}, of ${all} appends`,
  );
  await Promise.all(writers.map((writer) => writer.end()));
} finally {
  await store.close();
  await server.close();
}
