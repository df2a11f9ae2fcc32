/** Asks a process of its own which engine trains here. Its arguments are fixed; only the choice and the cache vary. */
import { fileURLToPath } from "node:url";
import { z } from "zod";
import type { EngineChoice } from "../lib/engine/engine_choice.ts";

const Answer = z.union([
  z.object({
    name: z.enum(["tensorflow", "wasm", "cpu"]),
    version: z.string(),
    device: z.string(),
    why: z.string(),
    library: z.string().optional(),
  }),
  z.object({ error: z.string() }),
]);

/** The engine that trains. */
export type ChosenEngine = Exclude<z.infer<typeof Answer>, { error: string }>;

/**
 * The engine for a choice; about a second for `auto` the first time, cached later.
 * @param cache file of earlier measurements
 * @throws Error with one line when a named engine cannot start
 */
export async function chooseEngine(choice: EngineChoice, cache: string): Promise<ChosenEngine> {
  const root = fileURLToPath(new URL("../", import.meta.url));
  const program = fileURLToPath(new URL("./choose_engine.ts", import.meta.url));
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--allow-all",
      "--cached-only",
      "--quiet",
      "--no-check",
      `--config=${root}deno.json`,
      program,
      choice,
      cache,
    ],
    stdin: "null",
  }).output();
  const last = new TextDecoder().decode(stdout).trim().split("\n").at(-1) ?? "";
  let answer: z.infer<typeof Answer>;
  try {
    answer = Answer.parse(JSON.parse(last));
  } catch {
    const why = new TextDecoder().decode(stderr).trim().split("\n").at(-1) ?? "";
    throw new Error(`the engine could not be chosen: ${why || "no answer"}`);
  }
  if ("error" in answer) throw new Error(answer.error);
  return answer;
}
