/**
 * An engine examined in a process of its own: a process has one plug-in of XLA's, and one that crashes takes no other
 * with it. As a program it prints what it finds as a line of JSON. Arguments: the engine, settings as JSON, and where
 * the plug-in was found.
 */
import { fileURLToPath } from "node:url";
import { asEngineChoice, type EngineName, type XlaDevice, xlaDevice } from "./engine_choice.ts";
import { type EngineFinding, examine, missingText, notWorking } from "./examine.ts";
import { lastWords } from "./last_words.ts";
import type { EngineSettings } from "./start_named.ts";
import { findPlugin } from "./xla/plugin.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
/** A plug-in that has not started within it does not. */
const PATIENCE = 60_000;

/**
 * Starts and measures an engine of XLA's, apart where processes may be run.
 *
 * @example
 * ```ts ignore
 * import { examineXla } from "./examine_apart.ts";
 * const { missing } = await examineXla("xla:cuda", {});
 * ```
 */
export async function examineXla(name: EngineName, settings: EngineSettings): Promise<EngineFinding> {
  try {
    const found = await findPlugin((xlaDevice(name) as XlaDevice).platform);
    const { library: _, ...others } = settings; // another engine's
    if (found === null) return await examine(name, others);
    const given = { ...others, library: found.file };
    const run = Deno.permissions.querySync({ name: "run", command: Deno.execPath() }).state;
    return run === "granted" ? await apart(name, given, found.from) : await examine(name, given, found.from);
  } catch (error) {
    return notWorking(name, missingText(error));
  }
}

async function apart(name: EngineName, settings: EngineSettings, from: string): Promise<EngineFinding> {
  const late = AbortSignal.timeout(PATIENCE);
  const { stdout, stderr, signal } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--allow-all", "--cached-only", "--quiet", "--no-check", `--config=${ROOT}deno.json`],
      ...[fileURLToPath(import.meta.url), name, JSON.stringify(settings), from],
    ],
    stdin: "null",
    signal: late,
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  if (late.aborted) return notWorking(name, `did not start within ${PATIENCE / 1000} s`);
  if (signal !== null) return notWorking(name, `crashed: signal ${signal} (train on another engine)`);
  try {
    return JSON.parse(text(stdout).trim().split("\n").at(-1)!);
  } catch {
    return notWorking(name, `does not start: ${lastWords(text(stderr)) || "no answer"}`);
  }
}

if (import.meta.main) {
  const [name, settings, from] = Deno.args;
  const found = await examine(asEngineChoice(name) as EngineName, JSON.parse(settings), from);
  console.log(JSON.stringify(found));
  Deno.exit(0); // threads of the plug-in may still wait for work
}
