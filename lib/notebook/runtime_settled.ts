/** When all that reads a value has ended its work with it: what a lossless stream waits for before its next value. */
import type { RuntimeCell } from "./runtime_cell.ts";
import type { LiveCell } from "./runtime_live.ts";
import type { Variable } from "./runtime_variable.ts";
import { below } from "./session_reach.ts";

/** The runtime that is looked at. */
export interface Around {
  readonly cells: ReadonlyMap<string, LiveCell>;
  /** who is told the values of a name */
  readonly taps: ReadonlyMap<string, Variable>;
  /** names from outside that have no value */
  awaited(): readonly string[];
  /** whether a cell takes no value of a stream on its way */
  holds(cell: RuntimeCell): boolean;
}

/**
 * Settles when all that reads these names, directly or not, has ended its work with the values that they have: a
 * cell when its function has returned and its lossless streams are over. A cell that holds, what it feeds, and what
 * reads an external name without a value are not waited for: they wait themselves.
 */
export async function settled(names: readonly string[], around: Around): Promise<void> {
  for (;;) {
    const cells = reached(names, around);
    const works = cells.map((live) => live.work);
    const outputs = cells.flatMap((live) => [...live.outputs]);
    const told = [...names, ...cells.flatMap((live) => live.cell.defines)];
    const taps = told.flatMap((name) => around.taps.get(name) ?? []);
    await Promise.allSettled([...works, ...[...outputs, ...taps].map((each) => each._promise)]);
    const streams = cells.flatMap((live) => [...live.run?.streams ?? []]);
    await Promise.all(streams.filter((each) => each.deliver === "all").map((each) => each.over));
    // work that something else began anew meanwhile is waited for too
    if (cells.every((live, i) => live.work === works[i])) return;
  }
}

function reached(names: readonly string[], around: Around): LiveCell[] {
  const lives = [...around.cells.values()], cells = lives.map((live) => live.cell);
  const under = new Set(below(cells, names));
  const holding = lives.filter(({ cell, run }) =>
    around.holds(cell) && (under.has(cell) || !run?.working && !run?.recalled)
  );
  const without = [...around.awaited(), ...holding.flatMap(({ cell }) => cell.defines)];
  const waiting = new Set([...holding.map(({ cell }) => cell), ...below(cells, without)]);
  const found = new Set(below(cells, names, (cell) => !waiting.has(cell)));
  return lives.filter((live) => found.has(live.cell));
}
