/**
 * Child of `deno task bench memory`: when M's first update was there, what making its data took, and how long it was from
 * the started engine to the end of the first epoch, as JSON. Its arguments are the engine and the folder of the compile
 * cache: in the parent's environment Deno's own would move too.
 */
import { type EngineName, startEngine } from "../../../lib/engine/engine.ts";
import { updatesFor } from "../../../lib/training/updates_for.ts";
import { bareUpdates } from "../bare_updates.ts";
import { chunkSpec } from "./bare_chunk.ts";
import { updatesPerEpoch, workloads } from "./workload.ts";

export interface FirstUpdates {
  /** milliseconds since 1970 at the end of the first update */
  readonly ended: number;
  /** milliseconds that making the examples took, which lie in memory where a training is started */
  readonly data: number;
  /** milliseconds from the started engine to the end of an epoch, without those of the data */
  readonly epoch: number;
}

const [name, cache] = Deno.args;
Deno.env.set("XDG_CACHE_HOME", cache);
Deno.env.delete("TF_XLA_FLAGS"); // what a parent that trained was told
const engine = await startEngine(name as EngineName), began = performance.now();
const spec = chunkSpec(workloads.M, workloads.M.chunk), data = performance.now() - began;
const updates = bareUpdates(spec, await updatesFor(spec, engine), null);
await updates.run(1);
const ended = Date.now();
await updates.run(updatesPerEpoch(workloads.M) - 1);
const told: FirstUpdates = { ended, data, epoch: performance.now() - began - data };
console.log(JSON.stringify(told));
Deno.exit(0); // the engine's threads may still wait for work
