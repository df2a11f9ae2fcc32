/** Runs in a store of their own, made by a formula: what stands there is known. */
import type { LoggedRun, Series } from "../../lib/curves/logged.ts";
import { openStore } from "../../lib/store/open_store.ts";
import type { NewRun, RunRow, Store } from "../../lib/store/store.ts";
import { inFolder } from "../in_folder.ts";

/** A curve that falls and stays, with a ripple that differs from run to run. */
export function falling(points: number, every = 25, phase = 0): Series {
  const step = Float64Array.from({ length: points }, (_, i) => (i + 1) * every);
  return {
    step,
    value: step.map((at) =>
      0.3 + 2 * Math.exp(-at / (points * every / 6)) + 0.02 * Math.sin(at / 40 + phase)
    ),
    epoch: step.map((at) => at / 50),
    examples: step.map((at) => at * 32),
    seconds: step.map((at) => at / 100),
  };
}

/** A run of another tool. */
export function loggedRun(name: string, given: Partial<LoggedRun> = {}): LoggedRun {
  return {
    name,
    source: { format: "jsonl", path: `${name}.jsonl` },
    series: { "validation.loss": falling(40) },
    config: {},
    counting: { unit: "updates", fromZero: false },
    batches: {},
    warnings: [],
    ...given,
  };
}

/** A training that someone begins. */
export const newRun = (name: string, given: Partial<NewRun> = {}): NewRun => ({
  name,
  source: "training",
  from: "notebooks/a.ts",
  config: { lr: 0.01, batch: 32 },
  seed: 0,
  kind: "patience",
  rule: "patience 8",
  counting: { unit: "updates", fromZero: false },
  batches: { batch: 32, trainingExamples: 1600 },
  key: null,
  ...given,
});

/** An open store in a folder that is gone afterwards. */
export const inStore = <T>(act: (store: Store) => Promise<T>): Promise<T> =>
  inFolder(async (folder) => {
    const store = await openStore(`${folder}/runs.sqlite`);
    try {
      return await act(store);
    } finally {
      await store.close();
    }
  });

/** A run as it stands in lists, for what is pure. */
export const runRow = (id: string, given: Partial<RunRow> = {}): RunRow => ({
  ...newRun(id),
  id,
  state: "stopped",
  created: 0,
  updated: 0,
  tags: [],
  because: "no gain for 8 evaluations",
  step: 1000,
  best: { metric: "validation.loss", mode: "min", value: 0.3, step: 800 },
  metrics: ["training.loss", "validation.loss"],
  warnings: [],
  version: 1,
  ...given,
});

/** Addresses of a page's files where no file is asked for. */
export const noAssets = {
  addresses: () =>
    Promise.resolve({
      style: "/a.css",
      theme: "/t.js",
      script: "/s.js",
      runs: "/r.js",
      studies: "/st.js",
      loops: "/l.js",
    }),
  get: () => Promise.resolve(undefined),
};
