/** A crowd of viewers as a process of its own, from when all have joined until they have said what they met. */
import { fileURLToPath } from "node:url";
import type { Crowd, Heard, Window } from "./viewers_process.ts";

export interface JoinedCrowd {
  /** stamps what comes from now on */
  measure(): Promise<void>;
  /** what all met in the window; they leave with that */
  heard(window: Window): Promise<Heard>;
  /** ends the process, wherever it stands */
  end(): Promise<void>;
}

/** A crowd that is not through by then is ended. */
const LIMIT_MILLISECONDS = 120_000;

/** Starts the viewers, and waits until all have joined. */
export async function joinCrowd(crowd: Crowd): Promise<JoinedCrowd> {
  const program = fileURLToPath(new URL("./viewers_process.ts", import.meta.url));
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-check", "--allow-net=127.0.0.1", program, JSON.stringify(crowd)],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const writer = child.stdin.getWriter(),
    reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const kill = () => {
    try {
      child.kill();
    } catch {
      // it has ended by itself
    }
  };
  const late = setTimeout(kill, LIMIT_MILLISECONDS);
  const say = (line: string) => writer.write(new TextEncoder().encode(`${line}\n`));
  async function word(): Promise<string> {
    for (let line = "";;) {
      if (line.endsWith("\n")) return line;
      const { value, done } = await reader.read();
      if (done) throw new Error(`the viewers ended with code ${(await child.status).code}`);
      line += value;
    }
  }
  async function end(): Promise<void> {
    clearTimeout(late);
    kill();
    await child.status;
    await writer.close().catch(() => {}); // nobody reads it any more
  }
  try {
    await word();
  } catch (error) {
    await end();
    throw error;
  }
  return {
    measure: () => say("measure"),
    async heard(window) {
      await say(JSON.stringify(window));
      return JSON.parse(await word());
    },
    end,
  };
}
