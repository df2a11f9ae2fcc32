/**
 * Puts n things, numbered as they stand, in an order in which each comes after what it needs, moving as few as can be.
 *
 * Two things are at odds when the earlier needs the later. "Stands earlier and needs, at whatever remove" is a partial
 * order, and things that may all keep their places are an antichain of it; the largest is found by matching (Dilworth's
 * theorem by way of Kőnig's). The moved ones go in directly before the first that needs them, or after the last that
 * they need.
 *
 * @param needs for each thing the numbers of those that come before it; without a ring
 * @returns order: the numbers in their new order; moved: those that did not keep their places
 *
 * @example
 * ```ts
 * import { fewestMoves } from "./graph_order.ts";
 * fewestMoves([[2], [], []]); // { order: [2, 0, 1], moved: [2] }
 * ```
 */
export function fewestMoves(needs: readonly (readonly number[])[]): { order: number[]; moved: number[] } {
  const reach = reaches(needs);
  const atOdds = needs.map((_, i) => [...reach[i]].filter((j) => j > i));
  const kept = largestAntichain(atOdds);
  const before = needs.map((own) => new Set(own));
  for (let i = 0, last = -1; i < needs.length; i++) {
    if (!kept.has(i)) continue;
    if (last >= 0) before[i].add(last);
    last = i;
  }
  // the first place that waits for each: its own, or that of the first which needs it
  const wanted = needs.map((_, i) => i);
  for (const [i, below] of reach.entries()) for (const j of below) wanted[j] = Math.min(wanted[j], i);
  const order: number[] = [];
  const left = new Set(needs.keys());
  while (left.size > 0) {
    const ready = [...left].filter((i) => [...before[i]].every((j) => !left.has(j)));
    const next = ready.reduce((a, b) => wanted[b] < wanted[a] ? b : a);
    left.delete(next);
    order.push(next);
  }
  return { order, moved: order.filter((i) => !kept.has(i)) };
}

/** For each all that it needs, at whatever remove. */
function reaches(needs: readonly (readonly number[])[]): Set<number>[] {
  const found = new Map<number, Set<number>>();
  const of = (i: number): Set<number> => {
    const known = found.get(i);
    if (known) return known;
    const all = new Set<number>();
    found.set(i, all);
    for (const j of needs[i]) for (const each of [j, ...of(j)]) all.add(each);
    return all;
  };
  return needs.map((_, i) => of(i));
}

/**
 * The largest set in which no two are related, of a transitive relation; of several, the one that keeps what stands
 * above.
 */
function largestAntichain(related: readonly (readonly number[])[]): Set<number> {
  const lower = related.map((_, j) => related.flatMap((above, i) => above.includes(j) ? [i] : []));
  const partnerOfUpper = new Map<number, number>();
  const partnerOfLower = new Map<number, number>();
  const match = (j: number, seen: Set<number>): boolean =>
    lower[j].some((i) => {
      if (seen.has(i)) return false;
      seen.add(i);
      const rival = partnerOfUpper.get(i);
      if (rival !== undefined && !match(rival, seen)) return false;
      partnerOfUpper.set(i, j);
      partnerOfLower.set(j, i);
      return true;
    });
  for (const j of related.keys()) match(j, new Set());
  // what an unmatched lower end reaches by steps to an upper end and back along a match
  const lowers = new Set([...related.keys()].filter((j) => !partnerOfLower.has(j)));
  const uppers = new Set<number>();
  for (const j of lowers) {
    for (const i of lower[j]) {
      uppers.add(i);
      lowers.add(partnerOfUpper.get(i)!);
    }
  }
  return new Set([...related.keys()].filter((i) => lowers.has(i) && !uppers.has(i)));
}
