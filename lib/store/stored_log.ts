/** Runs of the store as logs, so that what is asked of other tools' curves is asked of them too. */
import type { LoggedRun, Series } from "../curves/logged.ts";
import type { Trajectory } from "../curves/trajectory.ts";
import { filterRuns } from "./filter_runs.ts";
import { runsNamed } from "./runs_named.ts";
import { openStore } from "./open_store.ts";
import type { RunRow, Store } from "./store.ts";

/** A run of the store with all its curves. */
async function storedLog(store: Store, row: RunRow): Promise<LoggedRun> {
  const series: Record<string, Series> = {};
  for (const metric of row.metrics) {
    const found = await store.series(row.id, metric);
    if (found) Object.defineProperty(series, metric, { value: found, enumerable: true });
  }
  return {
    name: row.name,
    source: { format: row.source === "training" ? "plateau" : row.source, path: row.from ?? "runs" },
    series,
    config: row.config,
    counting: row.counting,
    batches: row.batches,
    warnings: row.warnings,
  };
}

/**
 * The runs that a word names, by id, first letters of it or name, else those that it finds as a filter: as recordings
 * where all were trained here, else as logs.
 * @throws Error `no file, folder or run: x` where there is none
 */
export async function storedRuns(
  path: string,
  word: string,
): Promise<{ readonly trajectories: readonly Trajectory[] } | { readonly runs: readonly LoggedRun[] }> {
  const store = await openStore(path);
  try {
    const rows = await store.runs();
    const named = runsNamed(rows, word);
    const found = named.length > 0 ? named : filterRuns(rows, word).rows;
    if (found.length === 0) throw new Error(`no file, folder or run: ${word}`);
    const trajectories = await Promise.all(found.map(({ id }) => store.trajectory(id)));
    const known = trajectories.filter((trajectory) => trajectory !== null);
    if (known.length === found.length) return { trajectories: known };
    return { runs: await Promise.all(found.map((row) => storedLog(store, row))) };
  } finally {
    await store.close();
  }
}
