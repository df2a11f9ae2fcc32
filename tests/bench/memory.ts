/** Memory and cache of compiled training: whether many updates grow the process, and what a second start costs. */
import { fileURLToPath } from "node:url";
import { findLibrary } from "../../lib/engine/library.ts";
import { type Figure, median } from "./interleave.ts";

const STARTS = 3;

export async function memory(): Promise<Figure[]> {
  const library = await findLibrary();
  if (library === null) throw new Error("no libtensorflow (deno task native)");
  return [...await growth(library.file), ...await starts(library.file)];
}

/** The largest change from the size at the first fifth on: before it, threads and pools still settle. */
async function growth(library: string): Promise<Figure[]> {
  const bytes = await child("engine/resident_memory.ts", library) as number[];
  const fifth = bytes.length / 5, settled = bytes[fifth - 1];
  const changes = bytes.slice(fifth).map((size) => 100 * (size / settled - 1));
  const largest = changes.reduce((most, change) => Math.abs(change) > Math.abs(most) ? change : most, 0);
  const bench = "memory";
  return [
    { bench, what: "M, after a fifth of 100,000 updates", value: settled / 1e6, unit: "MB" },
    { bench, what: "largest change from there on", value: largest, unit: "%", goal: "at most ±2" },
  ];
}

/** The same training in two processes, one after another, with a cache that is empty for the first. */
async function starts(library: string): Promise<Figure[]> {
  const first: number[] = [], second: number[] = [];
  for (let start = 0; start < STARTS; start++) {
    const cache = await Deno.makeTempDir();
    try {
      for (const times of [first, second]) {
        times.push(await child("engine/first_updates.ts", library, cache) as number);
      }
    } finally {
      await Deno.remove(cache, { recursive: true });
    }
  }
  const bench = "compile", ratio = median(second) / median(first);
  return [
    { bench, what: "M, first start: to the end of an epoch", value: median(first), unit: "ms" },
    { bench, what: "second start ÷ first", value: ratio, unit: "×", goal: "below 0.5" },
  ];
}

/** What a program says as JSON. */
async function child(program: string, library: string, ...args: string[]): Promise<unknown> {
  const file = fileURLToPath(new URL(program, import.meta.url));
  const { success, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--allow-all", "--cached-only", file, ...args],
    env: { LIBTENSORFLOW_PATH: library },
    stderr: "inherit",
  }).output();
  if (!success) throw new Error(`${program} failed`);
  return JSON.parse(new TextDecoder().decode(stdout));
}
