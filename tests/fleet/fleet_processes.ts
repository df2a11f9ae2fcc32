/** Processes of the command line, as people start them. */
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../main.ts", import.meta.url));

export interface Process {
  readonly pid: number;
  signal(signal: Deno.Signal): void;
  /** all that it said to people */
  readonly said: Promise<string>;
  readonly ended: Promise<Deno.CommandStatus>;
  readonly over: boolean;
}

export function plateau(...args: readonly string[]): Process {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-check", "--allow-all", MAIN, ...args],
    ...{ stdin: "null", stdout: "null", stderr: "piped", env: { NO_COLOR: "1" } },
  }).spawn();
  let over = false;
  const ended = child.status.finally(() => over = true);
  return {
    pid: child.pid,
    said: new Response(child.stderr).text(),
    ended,
    get over() {
      return over;
    },
    signal(signal) {
      if (!over) child.kill(signal);
    },
  };
}
