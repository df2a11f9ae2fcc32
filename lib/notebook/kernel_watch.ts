/**
 * A thread of the kernel that a cell which never returns cannot hold up. It says on stderr when the process holds more
 * memory than it may, where a parent without rights on other processes hears it; and when the parent is gone, it ends
 * the process, which would otherwise spin on for ever.
 */
import process from "node:process";
import { MEMORY_MARK } from "./kernel_marks.ts";

export interface Watched {
  /** bytes that the process may hold */
  readonly memory: number;
  /** the process that started this one */
  readonly parent: number;
}

const WATCH_MILLISECONDS = 100;

self.addEventListener("message", ({ data: { memory, parent } }: MessageEvent<Watched>) => {
  let said = false;
  setInterval(() => {
    if (Deno.ppid !== parent) process.kill(process.pid, "SIGKILL"); // a process may always end itself
    const { rss } = Deno.memoryUsage();
    if (said || rss <= memory) return;
    said = true;
    Deno.stderr.writeSync(new TextEncoder().encode(`${MEMORY_MARK}${rss}\n`));
  }, WATCH_MILLISECONDS);
});
