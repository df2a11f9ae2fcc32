/** Child of `deno task bench memory`: 100,000 compiled updates of M; bytes of the process after each 1,000, as JSON. */
import { prepareChunk } from "./bare_chunk.ts";
import { workloads } from "./workload.ts";

const UPDATES = 100_000, EVERY = 1000;

const { run } = await prepareChunk(workloads.M, "tensorflow", null), bytes: number[] = [];
for (let made = 0; made < UPDATES; made += EVERY) {
  await run(EVERY);
  bytes.push(Deno.memoryUsage().rss);
}
console.log(JSON.stringify(bytes));
Deno.exit(0); // the engine's threads may still wait for work
