/** What `plateau worker` does: one worker of a fleet. */
import { type EngineName, type EngineSettings, setEngineChoice, startEngine } from "../engine/engine.ts";
import { inLine } from "../store/runs_text.ts";
import { isAddress } from "../store/place.ts";
import { fleetWorker } from "./fleet_worker.ts";
import { type WorkerValues, WrongWorker } from "./worker_options.ts";

export interface WorkerSurroundings {
  readonly folder: string;
  /** what trains here */
  engine(): Promise<{ readonly name: EngineName } & EngineSettings>;
  err(line: string): void;
}

/**
 * Works until it is interrupted.
 * @returns the exit code
 * @throws WrongWorker `invalid store: runs.sqlite (postgres://…: machines do not share a file)`; as `fleetWorker`
 */
export async function workerCommand(values: WorkerValues, around: WorkerSurroundings): Promise<number> {
  const { store = "" } = values, silence = 1000 * Number(values.silence), control = new AbortController();
  if (!isAddress(store)) {
    throw new WrongWorker(`invalid store: ${store || "none"} (postgres://…: machines do not share a file)`);
  }
  if (!(silence >= 1000)) throw new WrongWorker(`invalid silence: ${values.silence} (seconds, at least 1)`);
  const { name, ...settings } = await around.engine();
  const stop = () => control.abort();
  for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(signal, stop);
  // one thread: with another number trials are not equal to the bit
  setEngineChoice(name, { ...settings, threads: 1 });
  const engine = await startEngine();
  const { signal } = control, { folder } = around;
  const say = (line: string) => around.err(inLine(line)); // names are anyone's, and a terminal obeys what it is sent
  const count = await fleetWorker({ store, folder, engine, silence, signal, say });
  say(`stopped: ${count} trials ended here`);
  return 0;
}
