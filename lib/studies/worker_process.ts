/**
 * A worker as a process of its own: trains trials of a store until none waits. What it is given is JSON in its
 * environment; it says a line once it is ready. When its standard input ends, as it does when its parent dies, it lets go of what it trains.
 */
import { hostname } from "node:os";
import { StorageFault } from "../checkpoints/storage_fault.ts";
import { setEngineChoice, startEngine } from "../engine/engine.ts";
import { openStore } from "../store/open_store.ts";
import { work } from "./work.ts";
import { WORKER_ARGUMENTS, type WorkerArguments } from "./worker_arguments.ts";

/** Milliseconds that a trial may take to be let go of. */
const PATIENCE = 10_000;

if (import.meta.main) {
  const { store: place, folder, study, engine, settings } = JSON.parse(
    Deno.env.get(WORKER_ARGUMENTS)!,
  ) as WorkerArguments;
  const control = new AbortController();
  const leave = () => {
    control.abort();
    Deno.unrefTimer(setTimeout(() => Deno.exit(1), PATIENCE));
  };
  Deno.addSignalListener("SIGTERM", leave);
  Deno.addSignalListener("SIGINT", () => {}); // typed at a terminal it comes to all: the parent says what to do
  Deno.stdin.readable.pipeTo(new WritableStream()).finally(leave);
  try {
    setEngineChoice(engine, settings);
    const { name, version } = await startEngine(), store = await openStore(place);
    try {
      await store.studies.enrol({ host: hostname(), engine: `${name} ${version}` });
      console.log("ready");
      await work({ store, folder, signal: control.signal }, study);
    } finally {
      await store.close();
    }
  } catch (error) {
    console.error((error as Error).message.split("\n")[0]);
    Deno.exit(error instanceof StorageFault ? 3 : 1);
  }
  Deno.exit(0); // an engine's threads may still wait for work
}
