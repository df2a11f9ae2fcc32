/**
 * Ends a process of ours. It may have ended by itself a moment before, and then the call that ends processes throws: in a
 * timer that would end this process too.
 * @param signal default: at once, unasked
 * @example
 * ```ts
 * import { endChild } from "./end_child.ts";
 * const child = new Deno.Command(Deno.execPath(), { args: ["--version"], stdout: "null" }).spawn();
 * const timer = setTimeout(() => endChild(child), 1000);
 * await child.status;
 * clearTimeout(timer);
 * endChild(child); // there is nothing left to end
 * ```
 */
export function endChild(child: Pick<Deno.ChildProcess, "kill">, signal: Deno.Signal = "SIGKILL"): void {
  try {
    child.kill(signal);
  } catch {
    // it has ended by itself
  }
}
