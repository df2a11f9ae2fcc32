/** Charts that share one pointer: those of a cell whose group has the same name. */

/** A chart that can show the rule at x, or hide it with null. */
export interface Follower {
  point(x: number | null): void;
}

const groups = new WeakMap<Element, Map<string, Set<Follower>>>();

/** Adds a chart to its cell's group; the returned function takes it out again. */
export function joinGroup(cell: Element, name: string, follower: Follower): () => void {
  const named = groups.get(cell) ?? new Map<string, Set<Follower>>();
  groups.set(cell, named);
  const members = named.get(name) ?? new Set<Follower>();
  named.set(name, members);
  members.add(follower);
  return () => members.delete(follower);
}

/** Shows x in every chart of the group. */
export function pointGroup(cell: Element, name: string, x: number | null): void {
  for (const follower of groups.get(cell)?.get(name) ?? []) follower.point(x);
}
