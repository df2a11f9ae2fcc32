/** Rows that anyone can tell, and processes that write them. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import type { Series } from "../../lib/curves/logged.ts";
import type { RunRow, SeriesRows, Store } from "../../lib/store/store.ts";
import { points, span } from "../store/fixture.ts";

/** Steps between evaluations. */
const EVERY = 10;

/** The rows of some steps, both included: updates at each, evaluations at every tenth. */
export function knownRows(from: number, to: number): SeriesRows {
  const all = span(from, to), evaluated = all.filter((step) => step % EVERY === 0);
  return {
    "training.loss": points(all, all.map((step) => Math.sin(step) / step)),
    rate: points(all, all.map((step) => 1e-3 * step)),
    "validation.loss": points(evaluated, evaluated.map((step) => Math.cos(step))),
  };
}

/**
 * Whether a run holds the known rows up to some step, each once; that step.
 * @param moving it is being written: each series may have come further than the one before it
 */
export async function heldUpTo(store: Store, { id }: Pick<RunRow, "id">, moving = false): Promise<number> {
  let first: number | null = null;
  for (const tag of ["training.loss", "rate", "validation.loss"]) {
    const series: Series | null = await store.series(id, tag), own = series?.step.at(-1) ?? 0;
    first ??= own;
    const expected: Series = knownRows(1, moving ? own : first)[tag];
    if (expected.step.length > 0) assert.deepEqual(series, expected, tag);
    else assert.equal(own, 0);
  }
  return first!;
}

/** A process that writes; `said` has the lines that it said, as they come. */
export function startWriter(path: string, key: string, last: number) {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--quiet", "--no-check", "--allow-all"],
      fileURLToPath(new URL("./store_writer.ts", import.meta.url)),
      ...[path, key, `${last}`],
    ],
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const said: string[] = [];
  const reading = (async () => {
    let rest = "";
    for await (const part of child.stdout.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + part).split("\n");
      rest = lines.pop()!;
      said.push(...lines);
    }
  })();
  const ended = Promise.all([child.status, reading]).then(([status]) => status);
  const kill = () => {
    try {
      child.kill("SIGKILL");
    } catch {
      // it ended in this very moment
    }
  };
  return { said, ended, kill };
}

/** Last step that a writer said the store has; 0 when it has said none. */
export const acknowledged = (said: readonly string[]): number =>
  Math.max(0, ...said.map((line) => Number(/^(?:begun )?(\d+)$/.exec(line)?.[1] ?? 0)));
