/** Programs of ours that need rights which the server goes without, each as a process with fixed arguments. */
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));

/**
 * The command that runs `server/<program>` with all rights.
 * @example
 * ```ts ignore
 * import { ownProcess } from "./own_process.ts";
 * await ownProcess("choose_engine.ts", ["auto", ".plateau/engines.json"], { stdin: "null" }).output();
 * ```
 */
export function ownProcess(
  program: "choose_engine.ts" | "install_native.ts",
  args: readonly string[],
  options: Pick<Deno.CommandOptions, "stdin" | "stdout" | "stderr" | "signal">,
): Deno.Command {
  return new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--allow-all",
      "--cached-only",
      "--quiet",
      "--no-check",
      `--config=${root}deno.json`,
      `${root}server/${program}`,
      ...args,
    ],
    ...options,
  });
}
