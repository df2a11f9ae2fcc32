/**
 * `plateau tensorflow`, `plateau tensorflow evaluating`, `plateau xla`, `plateau wasm`: arguments are the engine and,
 * where updates are evaluated, how many lie between evaluations.
 */
import type { EngineName } from "../../../lib/engine/engine.ts";
import { answerBlocks } from "./answer_blocks.ts";
import { prepareChunk } from "./bare_chunk.ts";

const [engine, every = null] = Deno.args;

await answerBlocks((workload) =>
  prepareChunk(workload, engine as EngineName, every === null ? null : Number(every))
);
