/** Which runs are the same but for their seed. Pure. */
import type { RunRow } from "../../lib/store/store.ts";

/** Keys of a configuration that name the seed and nothing else. */
const isSeed = (key: string) => /(^|[._/])(random_?)?(seed|random_?state)$/i.test(key);

/**
 * The group of each run by id: equal where source, rule and all settings but seeds are; null where a run stands alone,
 * or says nothing of its settings.
 * @example
 * ```ts
 * const groups = seedGroups([]); // empty
 * ```
 */
export function seedGroups(
  rows: readonly Pick<RunRow, "id" | "source" | "rule" | "config" | "seed">[],
): Map<string, string | null> {
  const keys = new Map<string, string | null>(rows.map((row) => [row.id, groupKey(row)]));
  const counts = new Map<string | null, number>();
  for (const key of keys.values()) counts.set(key, (counts.get(key) ?? 0) + 1);
  return new Map([...keys].map(([id, key]) => [id, counts.get(key)! > 1 ? key : null]));
}

function groupKey({ source, rule, config, seed }: Parameters<typeof seedGroups>[0][number]): string | null {
  const settings = Object.entries(config).filter(([key]) => !isSeed(key)).sort(([a], [b]) => a < b ? -1 : 1);
  const seeded = seed !== null || Object.keys(config).some(isSeed);
  return seeded ? JSON.stringify([source, rule, settings]) : null;
}
