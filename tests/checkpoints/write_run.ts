/** Writes a run of states at steps 5 to 40 and its end, and says each step once it is saved. */
import { openRun } from "../../lib/checkpoints/run_folder.ts";
import type { Outcome } from "../../lib/training/event.ts";
import { KEEPING, stateAt } from "./states.ts";

const [folder, last = "40"] = Deno.args;
const END = { reason: "stopped", path: "maxSteps", because: `reached ${last} steps` } as const;

try {
  const run = openRun(folder);
  const first = run.latest()?.position.step ?? 0;
  for (let step = first + 5; step <= Number(last); step += 5) {
    run.write(stateAt(step), KEEPING);
    console.log(step);
  }
  run.finish(stateAt(Number(last), 0.25, END), { ...END } as unknown as Outcome, KEEPING);
  run.close();
} catch (error) {
  console.error(`${(error as Error).name}: ${(error as Error).message}`);
  Deno.exit(3);
}
