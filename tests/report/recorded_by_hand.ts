/** A small recording, written by hand: a training, a table that is shown, an input with states. */
import { encode } from "../../lib/notebook/codec.ts";
import type { Event, PageCell } from "../../lib/notebook/wire.ts";
import type { RecordedOn, Recording } from "../../lib/report/recording.ts";

export const HERE: RecordedOn = {
  engine: "wasm",
  version: "4.22.0",
  device: "CPU, SIMD",
  deno: "2.9.6",
  system: "linux x86_64",
  processor: "Some CPU",
  threads: 4,
};

/** What crosses to the page, by name; what cells show, by cell; states of `k`. */
export interface ByHand {
  readonly values?: Readonly<Record<string, unknown>>;
  readonly shown?: readonly unknown[];
  readonly states?: Readonly<Record<number, unknown>>;
  readonly on?: Partial<RecordedOn>;
  readonly error?: string;
}

/** As the trainings of the library record themselves. */
export const trajectory = (loss: number[], seconds: number[]) => {
  const steps = new Float64Array(loss.map((_, i) => i + 1));
  const updates = {
    ...{ step: steps, epoch: steps, examples: steps, seconds: new Float64Array(seconds) },
    ...{ rate: steps.map(() => 0.001), loss: new Float64Array(loss) },
  };
  return { name: "seed 7", seed: 7, updates };
};

const cell = (id: number, name: string, defines: readonly string[]): PageCell => ({
  ...{ id, name, kind: "code", hidden: false, auto: false, worker: false, line: id + 1, endLine: id + 1 },
  ...{ defines, reads: [], views: [], lives: [], imports: [], async: false, place: "server", why: "" },
  ...{ key: `key${id}`, code: [`const ${defines[0]} = …`], readBy: [] },
});

const value = (name: string, cell: string, of: unknown): Event => ({
  ...{ t: "value", name, cell },
  value: encode({ value: of, arrays: [] }),
});

export function recordedByHand(by: ByHand = {}): Recording {
  const values = by.values ?? {
    training: trajectory([0.7, 0.5, 0.4], [0.1, 0.2, 0.3]),
    plan: { seed: 7, data: "digits", dataFingerprint: "0123456789ab", engine: "wasm 4.22.0" },
  };
  const shown = by.shown ?? [{ rows: [{ name: "20 epochs", regret: 0.012 }] }];
  const cells = [cell(0, "k", ["k"]), cell(1, "run", Object.keys(values)), cell(2, "policies", [])];
  const states = Object.entries(by.states ?? { 2: { best: 0.4 }, 4: { best: 0.3 } });
  const end: Event = by.error === undefined
    ? { t: "state", cell: "key1", state: "done", seconds: by.on === undefined ? 1.5 : 2.5 }
    : { t: "state", cell: "key1", state: "error", error: { name: "TypeError", message: by.error } };
  return {
    notebook: {
      ...{ file: "a.ts", title: "When to stop", dek: "", edited: 1, cells },
      ...{ toBrowser: Object.keys(values), toServer: ["k"] },
    },
    code: "export default () => [];",
    vendor: "export {};",
    inputs: { k: 2 },
    events: [
      { t: "kernel", state: "ready" },
      { t: "input", name: "k", value: 2 },
      end,
      ...Object.entries(values).map(([name, of]) => value(name, "key1", of)),
      { t: "show", cell: "key2", values: encode(shown) },
    ],
    streams: {},
    groups: [{
      inputs: ["k"],
      states: states.map(([k, of]) => ({ values: [Number(k)], events: [value("best", "key1", of)] })),
    }],
    frozen: {},
    on: { ...HERE, ...by.on },
    began: 1_795_000_000_000,
    seconds: 12,
  };
}
