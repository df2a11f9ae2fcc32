/**
 * Writes a run of known rows from where it was left, says each last step once the store has it, and ends the run at the
 * last one. Arguments: path of the store, key, last step.
 */
import { openStore } from "../../lib/store/open_store.ts";
import { newRun } from "../store/fixture.ts";
import { knownRows } from "./store_rows.ts";

const [path, key, last] = Deno.args;
const say = (line: string) => Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));

const store = await openStore(path);
try {
  const writer = await store.begin(newRun({ key, name: key }));
  const recorded = await writer.recorded();
  let step = recorded["training.loss"] ?? 0;
  say(`begun ${step}`);
  while (step < Number(last)) {
    const to = Math.min(Number(last), step + 1 + Math.floor(Math.random() * 30));
    await writer.append(knownRows(step + 1, to));
    step = to;
    say(`${step}`);
    if (step % 7 === 0) await writer.checkpoint(step, `step-${step}`, `${step}`);
  }
  await writer.end("stopped", "all written", null);
  say("ended");
} catch (error) {
  say(`${(error as Error).name}: ${(error as Error).message}`);
  Deno.exitCode = 1;
} finally {
  await store.close();
}
