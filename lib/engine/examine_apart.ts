/**
 * A native engine examined in a process of its own: a process has one plug-in of XLA's, and a library that ends its
 * process takes no other engine with it. As a program it prints what it finds as a line of JSON. Arguments: the engine,
 * settings as JSON, and where the library was found.
 */
import { fileURLToPath } from "node:url";
import { asEngineChoice, type EngineName } from "./engine_choice.ts";
import { type EngineFinding, examine, missingText, notWorking } from "./examine.ts";
import { lastWords } from "./last_words.ts";
import { type EngineSettings, libraryFor } from "./start_named.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
/** A library that has not started within it does not. */
const PATIENCE = 60_000;

/**
 * Starts and measures a native engine, apart where processes may be run.
 *
 * @param settings their library is TensorFlow's; of another engine it is looked for
 * @example
 * ```ts ignore
 * import { examineApart } from "./examine_apart.ts";
 * const { missing } = await examineApart("xla:cuda", {});
 * ```
 */
export async function examineApart(name: EngineName, settings: EngineSettings): Promise<EngineFinding> {
  try {
    const { library, ...others } = settings, own = name === "tensorflow" ? library : undefined;
    const found = await libraryFor({ ...others, library: own }, name);
    const given = { ...others, library: found?.file };
    return found !== null && mayRunApart()
      ? await apart(name, given, found.from)
      : await examine(name, given, found?.from);
  } catch (error) {
    return notWorking(name, missingText(error));
  }
}

/** Whether a process of its own may be run, and has no right that this one lacks but is judged by. */
const mayRunApart = () =>
  ([{ name: "run", command: Deno.execPath() }, { name: "ffi" }] as const).every((right) =>
    Deno.permissions.querySync(right).state === "granted"
  );

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
