/** Asks a process of its own which engine trains here. Its arguments are fixed; only the choice and the cache vary. */
import { z } from "zod";
import type { EngineChoice } from "../lib/engine/engine_choice.ts";
import type { EngineSettings } from "../lib/engine/engine.ts";
import { engineNameSchema } from "../lib/engine/engine_name_schema.ts";
import { crashText } from "../lib/engine/engine_crash.ts";
import { lastWords } from "../lib/engine/last_words.ts";
import type { GpuSettings } from "../lib/engine/xla/gpu_options.ts";
import { ownProcess } from "./own_process.ts";

const Answer = z.union([
  z.object({
    name: engineNameSchema,
    version: z.string(),
    device: z.string(),
    why: z.string(),
    library: z.string().optional(),
    /** what installing the native engine would bring, where it can be installed */
    offer: z.object({ times: z.number(), megabytes: z.number() }).nullable(),
  }),
  z.object({ error: z.string() }),
]);

/** The engine that trains. */
export interface ChosenEngine extends Exclude<z.infer<typeof Answer>, { error: string }> {
  /** what a process is told that trains on it */
  readonly settings: EngineSettings;
}

/**
 * The engine for a choice; about a second for `auto` the first time, cached later. A native library that ends the
 * process which starts it is told in `why`, and `auto` takes wasm.
 * @param cache file of earlier measurements
 * @param gpu what a GPU is used for
 * @param patience milliseconds in which it has to answer; default two minutes
 * @throws Error with one line when a named engine cannot start
 */
export async function chooseEngine(
  choice: EngineChoice,
  cache: string,
  gpu: GpuSettings = {},
  patience = 120_000,
): Promise<ChosenEngine> {
  const late = new AbortController(), timer = setTimeout(() => late.abort(), patience);
  const { stdout, stderr, signal } = await ownProcess(
    "choose_engine.ts",
    [choice, cache, JSON.stringify(gpu)],
    { stdin: "null", signal: late.signal },
  ).output().finally(() => clearTimeout(timer));
  const answer = answerIn(stdout);
  const isLate = signal !== null && late.signal.aborted;
  const said = signal ?? (lastWords(new TextDecoder().decode(stderr)) || "no answer");
  if (answer === null && choice === "auto") {
    const end = isLate ? `did not answer for ${patience / 1000} s` : `ended its process: ${said}`;
    const why = `the native engine ${end}; deno task plateau engines says which one`;
    const wasm = await chooseEngine("wasm", cache);
    return { ...wasm, why, settings: { ...wasm.settings, why } };
  }
  if (answer === null && isLate) {
    throw new Error(
      `the engine ${choice} did not answer for ${patience / 1000} s (train on another, as --engine wasm)`,
    );
  }
  if (answer === null) {
    const why = `the engine could not be chosen: ${said}`;
    throw new Error(crashText(choice, signal) ?? why);
  }
  if ("error" in answer) throw new Error(answer.error);
  return { ...answer, settings: { why: answer.why, library: answer.library, ...gpu } };
}

/** The last line, where it is one. */
function answerIn(stdout: Uint8Array): z.infer<typeof Answer> | null {
  try {
    return Answer.parse(JSON.parse(new TextDecoder().decode(stdout).trim().split("\n").at(-1)!));
  } catch {
    return null;
  }
}
