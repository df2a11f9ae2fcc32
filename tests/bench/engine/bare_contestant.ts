/**
 * `plateau tensorflow`, `plateau tensorflow evaluating`, `plateau xla`, `plateau wasm`: arguments are the engine and,
 * where updates are evaluated, how many lie between evaluations.
 */
import { type EngineName, engineNow, setEngineChoice } from "../../../lib/engine/engine.ts";
import { xlaStarted } from "../../../lib/engine/xla/xla.ts";
import { answerBlocks } from "./answer_blocks.ts";
import { prepareChunk } from "./bare_chunk.ts";
import { residentPeak, type Told } from "./told.ts";

const [engine, every = null] = Deno.args.filter((word) => !word.startsWith("--"));
setEngineChoice(engine as EngineName, { tf32: Deno.args.includes("--tf32") });

await answerBlocks(
  (workload) => prepareChunk(workload, engine as EngineName, every === null ? null : Number(every)),
  about,
);

/** On a device with memory of its own, what its plug-in counts. */
function about(): Told {
  const { name, version, device } = engineNow()!, xla = xlaStarted(), peak = xla?.client.memory()?.peak;
  return {
    library: `Plateau on ${name} ${version}`,
    device: device.replace(/,.*/, ""),
    tf32: xla !== null && xla.client.platform !== "cpu" && xla.target.precision === "default",
    peakBytes: peak ?? residentPeak(),
  };
}
