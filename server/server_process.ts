/**
 * The server's process: the narrow end of `launch`. Arguments: project folder, port, engine, what a GPU is used for, base path,
 * whether a proxy is trusted, the store, and what kernels may read beside the project. It ends at a signal, and
 * when its stdin does: then the process that launched it is gone.
 */
import { asEngineChoice } from "../lib/engine/engine_choice.ts";
import { serve } from "./serve.ts";

const [project, port, engine, gpu = "{}", basePath, proxy, store, ...read] = Deno.args;
const server = await serve({
  project,
  port: Number(port),
  engine: asEngineChoice(engine),
  gpu: JSON.parse(gpu),
  basePath,
  ...(store ? { store } : {}),
  trustProxy: proxy === "proxy",
  read,
});

/** 128 + the signal's number, as shells count. */
const CODES = { SIGINT: 130, SIGTERM: 143 } as const;
/** How long kernels and connections may take to end. */
const GRACE_MILLISECONDS = 2000;

let ending = false;

/** A Ctrl-C reaches this process twice, from the terminal and from the launcher: the second changes nothing. */
async function end(code: number) {
  if (ending) return;
  ending = true;
  await Promise.race([server.close(), new Promise((resolve) => setTimeout(resolve, GRACE_MILLISECONDS))]);
  Deno.exit(code);
}

for (const [signal, code] of Object.entries(CODES)) {
  Deno.addSignalListener(signal as keyof typeof CODES, () => void end(code));
}
Deno.stdin.readable.pipeTo(new WritableStream()).finally(() => end(1));
// an engine that was asked for by name and cannot start: said already, and nothing could train
server.engine.catch(() => end(1));
await server.finished;
