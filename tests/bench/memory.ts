/** Memory and cache of compiled training: whether many updates grow the process, and what a second start costs. */
import { fileURLToPath } from "node:url";
import { findLibrary } from "../../lib/engine/libraries/library.ts";
import { findPlugin } from "../../lib/engine/xla/plugin.ts";
import type { FirstUpdates } from "./engine/first_updates.ts";
import { type Figure, median } from "./interleave.ts";

const STARTS = 5;
/** An engine that compiles, and how a child finds its library without looking for it. */
interface Compiling {
  readonly engine: "tensorflow" | "xla:cpu";
  readonly env: Record<string, string>;
}

export async function memory(): Promise<Figure[]> {
  const [library, plugin] = [await findLibrary(), await findPlugin("cpu")];
  const compiling: Compiling[] = [
    ...(library ? [{ engine: "tensorflow" as const, env: { LIBTENSORFLOW_PATH: library.file } }] : []),
    ...(plugin ? [{ engine: "xla:cpu" as const, env: { PJRT_PLUGIN_PATH: plugin.file } }] : []),
  ];
  if (compiling.length === 0) throw new Error("no libtensorflow and no plug-in of XLA (deno task native)");
  const figures: Figure[] = [];
  for (const each of compiling) {
    figures.push(...await growth(each, "M", 100_000), ...await growth(each, "L", 2000));
    figures.push(...await starts(each));
  }
  return figures;
}

/** The largest change from the size at the first fifth on: before it, threads and pools still settle. */
async function growth(compiling: Compiling, workload: "M" | "L", updates: number): Promise<Figure[]> {
  const bytes = await child("engine/resident_memory.ts", compiling, workload, `${updates}`) as number[];
  const fifth = bytes.length / 5, settled = bytes[fifth - 1];
  const changes = bytes.slice(fifth).map((size) => 100 * (size / settled - 1));
  const largest = changes.reduce((most, change) => Math.abs(change) > Math.abs(most) ? change : most, 0);
  const bench = "memory", what = `${workload} on ${compiling.engine}`;
  return [
    { bench, what: `${what}, after a fifth of ${updates} updates`, value: settled / 1e6, unit: "MB" },
    { bench, what: `${what}, largest change from there on`, value: largest, unit: "%", goal: "at most ±2" },
  ];
}

/** The same training in two processes, one after another, with a cache that is empty for the first. */
async function starts(compiling: Compiling): Promise<Figure[]> {
  const first: number[] = [], second: number[] = [], update: number[] = [], data: number[] = [];
  const start = async (cache: string) => {
    const began = Date.now();
    const told = await child("engine/first_updates.ts", compiling, cache) as FirstUpdates;
    return { ...told, whole: told.ended - began };
  };
  for (let round = 0; round < STARTS; round++) {
    const cache = await Deno.makeTempDir();
    try {
      first.push((await start(cache)).epoch);
      const again = await start(cache);
      second.push(again.epoch);
      update.push((again.whole - again.data) / 1000);
      data.push(again.data);
    } finally {
      await Deno.remove(cache, { recursive: true });
    }
  }
  const bench = "compile", what = `M on ${compiling.engine}`, ratio = median(second) / median(first);
  const begin = `${what}, second start: from that of the process to the first update`;
  const goal = compiling.engine === "xla:cpu" ? { goal: "at most 0.3" } : {};
  return [
    { bench, what: `${what}, first start: to the end of an epoch`, value: median(first), unit: "ms" },
    { bench, what: `${what}, second start ÷ first`, value: ratio, unit: "×", goal: "below 0.5" },
    { bench, what: begin, value: median(update), unit: "s", ...goal },
    { bench, what: `${what}, making the data, on top of that`, value: median(data), unit: "ms" },
  ];
}

/** What a program says as JSON. */
async function child(program: string, { engine, env }: Compiling, ...args: string[]): Promise<unknown> {
  const file = fileURLToPath(new URL(program, import.meta.url));
  const { success, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--allow-all", "--cached-only", file, engine, ...args],
    env,
    stderr: "inherit",
  }).output();
  if (!success) throw new Error(`${program} failed`);
  return JSON.parse(new TextDecoder().decode(stdout));
}
