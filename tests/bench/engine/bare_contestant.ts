/**
 * `plateau tensorflow`, `plateau tensorflow evaluating`, `plateau xla`, `plateau wasm`: arguments are the engine and,
 * where updates are evaluated, how many lie between evaluations.
 */
import { type EngineName, engineNow } from "../../../lib/engine/engine.ts";
import { xlaClient } from "../../../lib/engine/xla/xla.ts";
import { answerBlocks } from "./answer_blocks.ts";
import { prepareChunk } from "./bare_chunk.ts";
import { residentPeak, type Told } from "./told.ts";

const [engine, every = null] = Deno.args.filter((word) => !word.startsWith("--"));

await answerBlocks(
  (workload) => prepareChunk(workload, engine as EngineName, every === null ? null : Number(every)),
  about,
);

/** On a device with memory of its own, what its plug-in counts. */
function about(): Told {
  const { name, version, device } = engineNow()!, peak = xlaClient()?.memory()?.peak;
  return {
    library: `Plateau on ${name} ${version}`,
    device: device.replace(/,.*/, ""),
    tf32: false,
    peakBytes: peak ?? residentPeak(),
  };
}
