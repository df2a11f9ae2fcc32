/**
 * Installs the native engine for the server, as a process of its own: the server may neither write in the user's cache
 * nor run pip. Prints one line of JSON for each advance, and one for the end. When its stdin ends the server is
 * gone: then it stops and leaves nothing behind. Argument: a wheel that is already here, or nothing.
 */
import { installNative } from "../lib/engine/install/install_native.ts";

const [wheel] = Deno.args;
const stop = new AbortController();
const tell = (line: unknown) => console.log(JSON.stringify(line));
Deno.stdin.readable.pipeTo(new WritableStream()).finally(() => stop.abort());
try {
  let last = -Infinity;
  const file = await installNative({
    wheel,
    signal: stop.signal,
    log() {},
    progress({ doing, bytes, total }) {
      if (performance.now() - last < 200 && bytes < total) return;
      last = performance.now();
      tell({ doing, megabytes: Math.round(bytes / 1e6), of: Math.round(total / 1e6) });
    },
  });
  tell({ file });
} catch (error) {
  tell({ error: error instanceof Error ? error.message.split("\n")[0] : String(error) });
}
Deno.exit(0); // stdin is still open
