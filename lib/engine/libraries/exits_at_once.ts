/** Ends a process without the destructors of its libraries. */

/** glibc's: `_exit` is taken as the function that `on_exit` calls with the exit code. */
const signatures = {
  on_exit: { parameters: ["pointer", "pointer"], result: "i32" },
  exitNow: { name: "_exit", type: "pointer" },
} as const satisfies Deno.ForeignLibraryInterface;

/**
 * From now on this process ends as soon as it begins to, with its exit code. The threads of an engine run until then,
 * and what they use is otherwise destroyed under them: of 25 processes that ended as soon as their plug-in of XLA had
 * started, on two busy cores, 8 ended with a segmentation fault. Elsewhere than on Linux it does nothing. Needs
 * `--allow-ffi`.
 * @example
 * ```ts ignore
 * import { exitsAtOnce } from "./exits_at_once.ts";
 * exitsAtOnce();
 * Deno.exit(3); // 3, whatever runs
 * ```
 */
export function exitsAtOnce(): void {
  if (Deno.build.os !== "linux") return;
  const { on_exit, exitNow } = Deno.dlopen("libc.so.6", signatures).symbols;
  // who is registered last is called first
  const register = () => on_exit(exitNow, null);
  register();
  globalThis.addEventListener("unload", register);
}
