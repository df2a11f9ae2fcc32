import type { CellFacts } from "./graph_cell.ts";

/** A name that must have its value when a cell runs. */
export interface Need {
  /** where the cell asks for it, or calls what does */
  readonly offset: number;
  /** the functions through which, outermost first; none where the cell itself reads it */
  readonly via: readonly string[];
}

/**
 * The names that running a cell reads, its own among them: those it reads itself outside of functions, and those that
 * the functions read which it calls, and the functions that these call.
 *
 * Calls are followed by name, to a function or class that a cell declares; `new`, template tags, functions that are
 * called where they are written and those handed to array methods count. A function declaration itself is no need: it
 * is there from the start, wherever it stands. A generator begins when its values are asked
 * for, not where `const g = made()` names it. Not followed: functions in objects, under a second name, or handed to
 * another function, which may keep them for later. A call counts also where an `if` may pass it by.
 *
 * @param callables what all cells declare
 */
export function needsOf(
  { references }: Pick<CellFacts, "references">,
  callables: CellFacts["callables"],
): Map<string, Need> {
  const needs = new Map<string, Need>();
  const entered = new Set<string>();
  const queue: { references: CellFacts["references"]; call?: Need }[] = [{ references }];
  for (const { references, call } of queue) {
    for (const { name, immediate, called } of references.free.values()) {
      if (immediate === undefined) continue;
      const need = call ?? { offset: immediate, via: [] };
      const callable = callables.get(name);
      if (!callable?.hoisted && !needs.has(name)) needs.set(name, need);
      const runs = callable && called && !(callable.generator && called === "kept");
      if (!runs || entered.has(name)) continue;
      entered.add(name);
      queue.push({ references: callable.references, call: { ...need, via: [...need.via, name] } });
    }
  }
  return needs;
}
