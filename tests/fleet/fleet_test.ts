/**
 * A fleet on a database: workers are killed, stand still and come back late, the database falls in the middle, and what
 * comes out is what one process makes. `PLATEAU_FLEETS=10` does it ten times.
 */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { openStore } from "../../lib/store/open_store.ts";
import type { TrialRow } from "../../lib/store/study_store.ts";
import { runStudy } from "../../lib/studies/run_study.ts";
import { inFolder } from "../in_folder.ts";
import { noPostgres, type PostgresServer, postgresServer } from "../postgres/server.ts";
import { plateau, type Process } from "./fleet_processes.ts";
import { fleetResult } from "./fleet_result.ts";
import fleetStudy, { TRIALS, UPDATES } from "./fleet_study.ts";

const FILE = fileURLToPath(new URL("fleet_study.ts", import.meta.url));
const WORKERS = 8, KILLS = 5, STOPS = 2, SILENCE = 10;
const FLEETS = Number(Deno.env.get("PLATEAU_FLEETS") ?? 1);
const missing = noPostgres() ? " (no postgresql)" : "";

const wait = (seconds: number) => new Promise((done) => setTimeout(done, 1000 * seconds));
const anyOf = <T>(all: readonly T[]): T => all[Math.floor(Math.random() * all.length)];

let expected: Promise<Awaited<ReturnType<typeof fleetResult>>> | null = null;
/** What one worker process makes of the study on a file. */
const alone = () =>
  expected ??= (async () => {
    const folder = await Deno.makeTempDir({ prefix: "plateau-fleet-" }), store = `${folder}/runs.sqlite`;
    try {
      for await (const _ of runStudy(fleetStudy, { store, folder, workers: 1, engine: "tensorflow" }));
      return await fleetResult(store, folder);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  })();

for (let fleet = 0; fleet < FLEETS; fleet++) {
  Deno.test({
    name:
      `a fleet that is killed, halted and loses its database makes what one process makes, ${fleet}${missing}`,
    ignore: missing !== "",
    fn: () => inFolder(together),
  });
}

async function together(folder: string): Promise<void> {
  const one = await alone(), server = await postgresServer(), place = await server.database();
  const shared = ["--store", place, "--folder", folder, "--engine", "tensorflow"];
  const worker = () => plateau("worker", ...shared, "--silence", String(SILENCE));
  const workers = Array.from({ length: WORKERS }, worker);
  try {
    const scheduler = plateau("study", "run", FILE, ...shared, "--workers", "0");
    const late = await troubled(place, server, scheduler, workers, worker);
    assert.equal((await scheduler.ended).code, 0, await scheduler.said);
    for (const each of workers) each.signal("SIGTERM");
    for (const each of workers) {
      const { code, signal } = await each.ended;
      assert.ok(signal === "SIGKILL" || code === 0, await each.said);
    }
    assert.deepEqual(await fleetResult(place, folder), one);
    for (const { counted } of one) assert.equal(counted, UPDATES);
    assert.ok(late.length > 0, "a worker came back late to a trial that another had claimed");
  } finally {
    for (const each of workers) each.signal("SIGKILL");
    await Promise.all(workers.map(({ ended }) => ended));
    await server.close();
  }
}

/** Whatever happens to a fleet while it trains. @returns trials that were taken from a worker that stood still */
async function troubled(
  place: string,
  server: PostgresServer,
  scheduler: Process,
  workers: Process[],
  worker: () => Process,
): Promise<TrialRow[]> {
  const store = await openStore(place), late: TrialRow[] = [], halted: Promise<void>[] = [];
  const still = new Set<Process>();
  const begun = async () => (await store.studies.get("fleet"))?.steps ?? 0;
  const training = async () => {
    const rows = (await store.studies.workers()).filter(({ alive, trial }) => alive && trial);
    return rows.flatMap((row) => {
      const process = workers.find((each) => each.pid === row.pid && !each.over && !still.has(each));
      return process ? [{ process, trial: row.trial!.trial }] : [];
    });
  };
  /** Stands still until another has its trial; then it comes back, late. @returns whether it trained when it stopped */
  const halt = async (process: Process, trial: number) => {
    const row = async () => (await store.studies.trials("fleet", { from: trial, count: 1 }))[0];
    process.signal("SIGSTOP");
    still.add(process);
    const { token, state, worker } = await row(), by = performance.now() + 60_000;
    const isTraining = state === "running" && worker!.startsWith(`${process.pid}-`);
    if (isTraining) {
      halted.push((async () => {
        let now = await row();
        for (; now.token === token && performance.now() < by; now = await row()) await wait(0.2);
        if (now.token > token) late.push(now);
        process.signal("SIGCONT");
      })());
    } else process.signal("SIGCONT");
    return isTraining;
  };
  try {
    while (await begun() < 0.05 * TRIALS * UPDATES && !scheduler.over) await wait(0.2);
    for (let i = 0; i < KILLS + STOPS + 1 && !scheduler.over; i++) {
      const all = await training();
      if (i === Math.floor((KILLS + STOPS) / 2)) await server.restart();
      else if (all.length === 0) i--;
      else if (i % 4 === 1) {
        const { process, trial } = anyOf(all);
        if (!await halt(process, trial)) i--;
      } else {
        anyOf(all).process.signal("SIGKILL");
        workers.push(worker());
      }
      await wait(0.5 + Math.random());
    }
    await Promise.all(halted);
    await scheduler.ended;
    assert.deepEqual(
      new Set((await store.studies.trials("fleet")).map(({ state }) => state)),
      new Set(["done"]),
    );
    return late;
  } finally {
    await store.close();
  }
}
