/** marimo beside us: the same chain of cells, changed in the same way. */
import { fileURLToPath } from "node:url";
import { installPeer } from "./peers/install_peer.ts";
import { PeersError } from "./peers/install_peers.ts";

export const MARIMO = "marimo 0.25.2";
const REQUIREMENTS = ["marimo==0.25.2", "websockets==17.4"];

export interface Marimo {
  /** milliseconds, as peers/marimo_latency.py says what each measures */
  ask(asked: Asked): Promise<number>;
  close(): Promise<void>;
}
type Asked =
  | { do: "serve" }
  | { do: "open"; cells: number }
  | { do: "change"; cells: number; value: number }
  | { do: "burst"; cells: number; value: number; count: number };

/** Starts what measures marimo, installed where it is not yet; null where it cannot be, after one line that says why. */
export async function openMarimo(): Promise<Marimo | null> {
  let python: string;
  try {
    python = await installPeer("marimo", REQUIREMENTS);
  } catch (error) {
    if (!(error instanceof PeersError)) throw error;
    console.error(error.message);
    return null;
  }
  const program = fileURLToPath(new URL("./peers/marimo_latency.py", import.meta.url));
  const child = new Deno.Command(python, { args: [program], stdin: "piped", stdout: "piped" }).spawn();
  const writer = child.stdin.getWriter(),
    reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  return {
    async ask(asked) {
      await writer.write(new TextEncoder().encode(`${JSON.stringify(asked)}\n`));
      let line = "";
      while (!line.endsWith("\n")) {
        const { value, done } = await reader.read();
        if (done) throw new Error(`marimo's measurement ended with code ${(await child.status).code}`);
        line += value;
      }
      return JSON.parse(line);
    },
    async close() {
      await writer.close();
      await Promise.all([reader.cancel(), child.status]);
    },
  };
}
