/**
 * `deno task bench [train | start | slider] [--json]`: every figure that the README gives, as medians of one run.
 */
import { cpus, loadavg } from "node:os";
import type { EngineName } from "../../lib/engine/engine.ts";
import { enginesReport } from "../../lib/engine/report.ts";
import type { Figure } from "./interleave.ts";
import { slider } from "./slider.ts";
import { startTime } from "./start_time.ts";
import { trainOverhead } from "./train_overhead.ts";

async function train(): Promise<Figure[]> {
  const { engines } = await enginesReport();
  const found = engines.filter(({ msPerUpdate }) => msPerUpdate !== null).map(({ name }) =>
    name as EngineName
  );
  return await trainOverhead(found);
}

const BENCHES: Readonly<Record<string, () => Promise<Figure[]>>> = { start: startTime, slider, train };

const asked = Deno.args.filter((word) => !word.startsWith("--"));
const unknown = asked.find((name) => !Object.hasOwn(BENCHES, name));
if (unknown) {
  console.error(`unknown bench: ${unknown} (has ${Object.keys(BENCHES).join(", ")})`);
  Deno.exit(2);
}
const figures: Figure[] = [];
for (const name of asked.length > 0 ? asked : Object.keys(BENCHES)) figures.push(...await BENCHES[name]());

const machine = `${cpus()[0].model}, ${cpus().length} cores, load ${loadavg()[0].toFixed(1)}`;
const date = new Date().toISOString().slice(0, 10);
if (Deno.args.includes("--json")) {
  console.log(JSON.stringify({ machine, date, figures }, null, 2));
} else {
  console.log(`${date}, ${machine}\n\n| bench | what | median | goal |\n|---|---|---|---|`);
  for (const { bench, what, value, unit, goal = "" } of figures) {
    console.log(`| ${bench} | ${what} | ${value.toPrecision(3)} ${unit} | ${goal} |`);
  }
}
Deno.exit(0); // an engine's threads may still wait for work
