/**
 * The contestant's end of a comparison, on standard input and output, a JSON object a line:
 * `{"workload":"M"}` → `{"ready":true,"loss":2.1}`, then `{"run":true}` → `{"msPerUpdate":0.5}` as often as it is asked;
 * at last `{"about":true}` → what told.ts says; `{"fails":"one line"}` instead of any. `tests/bench/peers/answer_blocks.py`
 * says the same.
 */
import process from "node:process";
import { createInterface } from "node:readline";
import { blockSize, type Prepared } from "./block.ts";
import { onCpu, type Told } from "./told.ts";
import { type Workload, type WorkloadName, workloads } from "./workload.ts";

export type Question = { readonly workload: WorkloadName } | { readonly run: true } | {
  readonly about: true;
};

export async function answerBlocks(
  prepare: (workload: Workload) => Promise<Prepared>,
  about: () => Told = onCpu,
): Promise<void> {
  let run: () => Promise<number>;
  for await (const line of createInterface({ input: process.stdin })) {
    const asked = JSON.parse(line) as Question;
    try {
      if ("run" in asked) {
        say({ msPerUpdate: await run!() });
        continue;
      }
      if ("about" in asked) {
        say(about());
        continue;
      }
      const prepared = await prepare(workloads[asked.workload]), updates = await blockSize(prepared);
      run = () => prepared.run(updates);
      say({ ready: true, loss: prepared.loss });
    } catch (error) {
      say({ fails: (error as Error).message.trim().split("\n")[0] });
    }
  }
  process.exit(); // an engine's threads may still wait for work
}

function say(answer: unknown): void {
  Deno.stdout.writeSync(new TextEncoder().encode(JSON.stringify(answer) + "\n"));
}
