/** `deno run --allow-all tests/gpu/record_losses.ts`: the losses that the tensorflow engine has, for training_test.ts. */
import { startEngine } from "../../lib/engine/engine.ts";
import { smallLadderNames } from "../bench/engine/workload.ts";
import { type Recorded, trained } from "./trained.ts";

const { name: engine, version } = await startEngine("tensorflow"), losses: Record<string, number[]> = {};
for (const name of smallLadderNames) losses[name] = [...(await trained(name)).losses];
const recorded: Recorded = { engine, version, losses };
const file = new URL("recorded_losses.json", import.meta.url);
await Deno.writeTextFile(file, JSON.stringify(recorded, null, 1) + "\n");
Deno.exit(0); // the engine's threads may still wait for work
