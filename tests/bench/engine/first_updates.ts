/**
 * Child of `deno task bench memory`: milliseconds from the started engine to the end of M's first epoch, as JSON.
 * Its argument is the folder of the compile cache: in the parent's environment Deno's own would move too.
 */
import { startEngine } from "../../../lib/engine/engine.ts";
import { prepareChunk } from "./bare_chunk.ts";
import { workloads } from "./workload.ts";

Deno.env.set("XDG_CACHE_HOME", Deno.args[0]);
Deno.env.delete("TF_XLA_FLAGS"); // what a parent that trained was told
await startEngine("tensorflow");
const began = performance.now();
await prepareChunk(workloads.M, "tensorflow", null);
console.log(JSON.stringify(performance.now() - began));
Deno.exit(0); // the engine's threads may still wait for work
