/** From the command that serves to the first HTML: as our tasks run it and as marimo's command does, in turns. */
import { fileURLToPath } from "node:url";
import { enter } from "./notebook_served.ts";
import { type Figure, median } from "./interleave.ts";
import { MARIMO, type Marimo } from "./notebook_marimo.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const ROUNDS = 7;
const PORT = "18900";

/** @param marimo null: we run alone */
export async function notebookStart(marimo: Marimo | null): Promise<Figure[]> {
  const { tasks: { start } } = JSON.parse(await Deno.readTextFile(`${ROOT}deno.json`));
  const [, ...task] = start.split(" ") as string[];
  const contestants: [what: string, goal: string | undefined, html: () => Promise<number>][] = [
    ["serve → first HTML", "at most 0.3", () => firstHtml([...task, "--port", PORT])],
    ["the same by `deno task start`", undefined, () => firstHtml(["task", "start", "--port", PORT])],
    ...(marimo ? [[MARIMO, undefined, () => marimo.ask({ do: "serve" })]] as typeof contestants : []),
  ];
  const times = contestants.map((): number[] => []);
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [i, [, , html]] of contestants.entries()) {
      const took = await html();
      if (round > 0) times[i].push(took);
    }
  }
  return contestants.map(([what, goal], i) => ({
    bench: "notebook",
    what: what === MARIMO ? `the same of ${what}` : what,
    value: median(times[i]) / 1000,
    unit: "s",
    ...(goal ? { goal } : {}),
  }));
}

/** Milliseconds from the start of a process to the whole index page that its address leads to. */
async function firstHtml(args: readonly string[]): Promise<number> {
  const began = performance.now();
  const child = new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: ROOT,
    stdin: "null",
    stdout: "piped",
    stderr: "null", // the task runner says which task it runs
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let said = "", address: string | undefined;
  while (address === undefined) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`the server ended with code ${(await child.status).code}: ${said}`);
    address = /http:\S+(?=\s)/.exec(said += value)?.[0];
  }
  const cookie = await enter(address);
  const html = await (await fetch(new URL("/", address), { headers: { cookie } })).text();
  const took = performance.now() - began;
  if (!html.includes("</html>")) throw new Error(`no page: ${html.slice(0, 200)}`);
  child.kill("SIGTERM");
  while (!(await reader.read()).done);
  await child.status;
  return took;
}
