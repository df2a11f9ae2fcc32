/**
 * Child of `deno task bench memory`: milliseconds from the started engine to the end of M's first epoch, and when that
 * was, as JSON. Its arguments are the engine and the folder of the compile cache: in the parent's environment Deno's own
 * would move too.
 */
import { type EngineName, startEngine } from "../../../lib/engine/engine.ts";
import { prepareChunk } from "./bare_chunk.ts";
import { workloads } from "./workload.ts";

const [engine, cache] = Deno.args;
Deno.env.set("XDG_CACHE_HOME", cache);
Deno.env.delete("TF_XLA_FLAGS"); // what a parent that trained was told
await startEngine(engine as EngineName);
const began = performance.now();
await prepareChunk(workloads.M, engine as EngineName, null);
console.log(JSON.stringify({ took: performance.now() - began, ended: Date.now() }));
Deno.exit(0); // the engine's threads may still wait for work
