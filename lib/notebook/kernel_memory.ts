/**
 * A thread of the kernel that says on stderr when the process holds more memory than it may. A cell that never
 * returns cannot keep it from saying so, and a parent without rights on other processes hears it.
 */
import { MEMORY_MARK } from "./kernel_marks.ts";

const WATCH_MILLISECONDS = 100;

self.addEventListener("message", ({ data: limit }: MessageEvent<number>) => {
  const timer = setInterval(() => {
    const { rss } = Deno.memoryUsage();
    if (rss <= limit) return;
    clearInterval(timer);
    Deno.stderr.writeSync(new TextEncoder().encode(`${MEMORY_MARK}${rss}\n`));
  }, WATCH_MILLISECONDS);
});
