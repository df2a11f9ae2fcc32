/** Takes runs in that other tools logged. */
import type { LoggedRun } from "../curves/logged.ts";
import { flatConfig } from "./flat_config.ts";
import type { Store } from "./store.ts";

/** Where people write the seed. */
const SEED = /(^|[._])(random_)?seed$/i;

/**
 * Takes a logged run in, whole or not at all. Taken in again it takes the place of what was there, and keeps its id and
 * its tags.
 * @param from folder or file that was opened; names of runs are unique within it
 * @returns its id
 * @throws RunBeingWritten; StorageFault; ReadOnlyStore
 * @example
 * ```ts
 * import type { LoggedRun } from "../curves/logged.ts";
 * import type { Store } from "./store.ts";
 * async function takeAllIn(store: Store, runs: readonly LoggedRun[]) {
 *   for (const run of runs) await takeIn(store, run, "logs");
 * }
 * ```
 */
export async function takeIn(store: Store, run: LoggedRun, from = ""): Promise<string> {
  const { name, source, series, counting, batches, warnings } = run, config = flatConfig(run.config);
  const path = [from, source.path].filter((part) => part !== "" && part !== ".").join("/") || ".";
  const seed = Object.entries(config).find(([key, value]) => SEED.test(key) && typeof value === "number")
    ?.[1];
  const { id } = await store.begin({
    name,
    source: source.format,
    from: path,
    config,
    seed: typeof seed === "number" ? seed : null,
    kind: "other",
    rule: "",
    counting,
    batches,
    key: `log ${JSON.stringify([path, name])}`,
  }, { rows: series, warnings, end: { state: "stopped", because: "" } });
  return id;
}
