/** A store of its own for a test, and runs to put in it. */
import { join } from "node:path";
import type { Series } from "../../lib/curves/logged.ts";
import { openStore } from "../../lib/store/open_store.ts";
import type { NewRun, RunRow, Store } from "../../lib/store/store.ts";
import { inFolder } from "../in_folder.ts";

export const inStore = (act: (store: Store, path: string) => Promise<void>): Promise<void> =>
  inFolder(async (folder) => {
    const path = join(folder, "runs.sqlite"), store = await openStore(path);
    try {
      await act(store, path);
    } finally {
      await store.close();
    }
  });

/** A run that a key finds again, unless another is said. */
export const newRun = (said: Partial<NewRun> = {}): NewRun => ({
  name: "first",
  source: "training",
  from: null,
  config: { lr: 0.01, optimizer: "adam" },
  seed: 0,
  kind: "steps",
  rule: "300 steps",
  counting: { unit: "updates", fromZero: false },
  batches: { batch: 32 },
  key: "first",
  ...said,
});

/** Points whose other columns follow from their steps. */
export const points = (step: readonly number[], value = step.map((each) => 1 / each)): Series => ({
  step: Float64Array.from(step),
  epoch: Float64Array.from(step, (each) => each / 35),
  examples: Float64Array.from(step, (each) => each * 32),
  seconds: Float64Array.from(step, (each) => each * 0.1),
  value: Float64Array.from(value),
});

/** Steps from one to another, both included. */
export const span = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i);

/** A row of a store that says little. */
export const row = (said: Partial<RunRow> = {}): RunRow => ({
  id: "abc123",
  name: "first",
  source: "training",
  from: null,
  state: "stopped",
  created: 0,
  updated: 0,
  tags: [],
  config: {},
  seed: 0,
  kind: "other",
  rule: "",
  because: "",
  step: 0,
  best: null,
  metrics: [],
  counting: { unit: "updates", fromZero: false },
  batches: {},
  warnings: [],
  version: 1,
  ...said,
});
