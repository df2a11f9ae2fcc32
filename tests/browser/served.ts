/** Plateau as a user starts it: the server as a process, read by its lines and stopped by its id. */
import { cpSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { withAssets } from "../server/fixture.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

export interface Served {
  /** address with its token */
  readonly address: string;
  readonly origin: string;
  /** milliseconds from the start of the process to the address */
  readonly startedIn: number;
  stop(): Promise<void>;
}

/**
 * Serves copies of the notebooks in a project where none of them ever ran.
 * @param port first port to try
 */
export async function served(port: number, engine = "wasm"): Promise<Served> {
  await Deno.mkdir(`${ROOT}.plateau`, { recursive: true });
  const project = await Deno.makeTempDir({ dir: `${ROOT}.plateau`, prefix: "served-" }); // there packages are found
  cpSync(`${ROOT}notebooks`, `${project}/notebooks`, { recursive: true });
  await withAssets(project);
  const child = `${ROOT}tests/server/fixtures/launch_child.ts`;
  const server = await started([child, project, String(port), engine]);
  return {
    ...server,
    async stop() {
      await server.stop();
      await Deno.remove(project, { recursive: true });
    },
  };
}

/** Serves the checkout itself, by `plateau serve`, for what opens no notebook. */
export const servedCheckout = (port: number, engine = "wasm"): Promise<Served> =>
  started([`${ROOT}main.ts`, "serve", "--port", String(port), "--engine", engine]);

async function started(program: readonly string[]): Promise<Served> {
  const began = performance.now();
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--allow-all", ...program],
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.includes("\n")) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`the server ended with code ${(await child.status).code}: ${text}`);
    text += value;
  }
  const startedIn = performance.now() - began;
  // what it says later is read and dropped, so that its pipe never fills
  const drained = (async () => {
    while (!(await reader.read()).done);
  })();
  const [address] = /http:\S+/.exec(text)!;
  return {
    address,
    origin: new URL(address).origin,
    startedIn,
    async stop() {
      child.kill("SIGTERM");
      await Promise.all([child.status, drained]);
    },
  };
}
