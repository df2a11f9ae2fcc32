/** The server's process: the narrow end of `launch`. Arguments: project folder, port, engine. */
import { asEngineChoice } from "../lib/engine/engine_choice.ts";
import { serve } from "./serve.ts";

const [project, port, engine] = Deno.args;
const server = await serve({ project, port: Number(port), engine: asEngineChoice(engine) });

/** 128 + the signal's number, as shells count. */
const CODES = { SIGINT: 130, SIGTERM: 143 } as const;
for (const [signal, code] of Object.entries(CODES)) {
  Deno.addSignalListener(signal as keyof typeof CODES, async () => {
    await server.close();
    Deno.exit(code);
  });
}
await server.finished;
