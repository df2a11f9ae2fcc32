/**
 * Child of `deno task bench memory`: compiled updates; bytes of the process after each hundredth of them, as JSON. Its
 * arguments are the engine, the workload and how many updates.
 */
import type { EngineName } from "../../../lib/engine/engine.ts";
import { prepareChunk } from "./bare_chunk.ts";
import { type WorkloadName, workloads } from "./workload.ts";

const [engine, workload, updates] = Deno.args, every = Number(updates) / 100;

const { run } = await prepareChunk(workloads[workload as WorkloadName], engine as EngineName, null);
const bytes: number[] = [];
for (let made = 0; made < 100 * every; made += every) {
  await run(every);
  bytes.push(Deno.memoryUsage().rss);
}
console.log(JSON.stringify(bytes));
Deno.exit(0); // the engine's threads may still wait for work
