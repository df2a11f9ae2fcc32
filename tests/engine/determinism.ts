/**
 * What a compiled training's bits depend on, and what not, in processes of their own: of small networks in every run of
 * the tests, of large ones in e2e.
 */
import assert from "node:assert/strict";
import { libtensorflowForTests, nativeTest } from "./libtensorflow_for_tests.ts";
import { runChild } from "./run_child.ts";

/** A network, and ways to divide its updates into calls: all make as many. */
interface Network {
  readonly model: string;
  readonly data: string;
  readonly batch: number;
  readonly ways: readonly (readonly number[])[];
}
const divided = (calls: number, updates: number) => Array<number>(calls).fill(updates);
const made = (features: number, classes: number, rows: number, shape = `[${features}]`) =>
  `waves({ features: ${features}, classes: ${classes}, rows: ${rows}, shape: ${shape} })`;
const NETWORKS: Record<string, Network> = {
  S: {
    model: "logistic({ features: 30 })",
    data: made(30, 2, 300),
    batch: 32,
    ways: [[100], [100], divided(5, 20), divided(100, 1)],
  },
  M: {
    model: "mlp({ layers: [64, 128, 128, 10] })",
    data: made(64, 10, 600),
    batch: 32,
    ways: [[100], [100], divided(5, 20), divided(100, 1)],
  },
  L: {
    model: "mlp({ layers: [784, 512, 512, 10] })",
    data: made(784, 10, 256),
    batch: 128,
    ways: [[20], [20], divided(5, 4), divided(20, 1)],
  },
  C: {
    model: "convnet({ shape: [12, 12], classes: 10, filters: [8, 16], dense: 32 })",
    data: made(144, 10, 256, "[12, 12]"),
    batch: 32,
    ways: [[20], [20], divided(5, 4), divided(20, 1)],
  },
};

/** Prints a SHA-256 of parameters and slots for each way of each network. */
const program = (threads: number, networks: readonly Network[]) => `
  import { createHash } from "node:crypto";
  import { maxSteps } from "lib/criteria/max_steps.ts";
  import { batchSource } from "lib/data/batch_source.ts";
  import { fromArrays } from "lib/data/from_arrays.ts";
  import { steps } from "lib/durations.ts";
  import { setEngineChoice, startEngine } from "lib/engine/engine.ts";
  import { programsOf } from "lib/engine/programs_of.ts";
  import { convnet, logistic, mlp } from "lib/models/mod.ts";
  import { adam } from "lib/optimizers/mod.ts";
  import { constant } from "lib/schedules/constant.ts";
  import { compiledUpdates } from "lib/training/compiled_updates.ts";
  import { listed } from "lib/training/loop_tensors.ts";
  import { filledSpec } from "lib/training/spec.ts";
  import { freshTensors, layoutOf } from "lib/training/tensors.ts";

  const waves = ({ features, classes, rows, shape }) => {
    const x = Float32Array.from({ length: rows * features }, (_, i) => Math.sin(1.7 * i + i % features));
    const y = Array.from({ length: rows }, (_, row) => Math.floor((x[row * features] + 1) * classes / 2.001));
    const names = Array.from({ length: classes }, (_, i) => String(i));
    const split = { training: rows - 8, validation: 4, test: 4 };
    return fromArrays({ x, y, features, classes: names, shape, split });
  };
  setEngineChoice("tensorflow", { library: ${
  JSON.stringify(libtensorflowForTests?.file)
}, threads: ${threads} });
  await startEngine();

  async function hash(model, data, batch, calls) {
    const total = calls.reduce((sum, count) => sum + count, 0), evaluate = { every: steps(total) };
    const spec = filledSpec({
      model, data, batch, evaluate, remainder: "drop", optimizer: adam(), schedule: constant(1e-3), stop: maxSteps(total),
    });
    const source = batchSource(data, "softmaxCrossEntropy", 0, spec.batches);
    const updates = await compiledUpdates(spec, layoutOf(spec), await programsOf("tensorflow"), source);
    let tensors = freshTensors(spec), step = 0;
    for (const count of calls) {
      const rates = Array(count).fill(1e-3);
      tensors = (await updates.run({ tensors, step, tries: step, rates, evaluate: false })).tensors;
      step += count;
    }
    const digest = createHash("sha256");
    for (const tensor of listed(tensors)) digest.update(tensor.dataSync());
    await updates.close();
    return updates.mode + " " + digest.digest("hex");
  }
  const hashes = [];
  ${
  networks.map(({ model, data, batch, ways }) =>
    `{
    const model = ${model}, data = ${data}, of = [];
    for (const calls of ${JSON.stringify(ways)}) of.push(await hash(model, data, ${batch}, calls));
    hashes.push(of);
  }`
  ).join("\n")
}
  console.log(JSON.stringify(hashes));`;

async function hashesWith(
  names: readonly string[],
  threads: number,
  env: Record<string, string> = {},
): Promise<Record<string, readonly string[]>> {
  const { stdout, stderr } = await runChild(
    ["--allow-all"],
    program(threads, names.map((name) => NETWORKS[name])),
    env,
  );
  assert.equal(stderr, "");
  const hashes: string[][] = JSON.parse(stdout);
  return Object.fromEntries(names.map((name, i) => [name, hashes[i]]));
}
/** Flags of the user's own, with which nothing compiled is kept or found. */
const ANEW = { TF_XLA_FLAGS: "--tf_xla_clustering_debug=false" };
/** @param names of networks, at least two */
export function determinismTests(names: readonly string[]): void {
  /** One process with two threads, another such, and one with one that compiles anew. */
  let processes: Promise<Record<string, readonly string[]>[]> | null = null;
  const inProcesses = () =>
    processes ??= (async () => [
      await hashesWith(names, 2),
      await hashesWith(names, 2),
      await hashesWith(names, 1, ANEW),
    ])();

  for (const name of names) {
    const xla = name !== "C", mode = xla ? "xla" : "graph";
    nativeTest(
      `${name} by ${mode}: in one call, again, in five and one by one, parameters and slots are the same`,
      async () => {
        for (const { [name]: hashes } of await inProcesses()) {
          assert.equal(hashes.length, 4);
          for (const hash of hashes) assert.equal(hash, hashes[0]);
          assert.ok(hashes[0].startsWith(`${mode} `), hashes[0]);
        }
      },
    );
    nativeTest(
      `${name} by ${mode}: another process gives the same bits${xla ? ", with one thread as with two" : ""}`,
      async () => {
        const [two, again, one] = (await inProcesses()).map((hashes) => hashes[name][0]);
        assert.equal(again, two);
        if (xla) assert.equal(one, two);
      },
    );
  }

  nativeTest("networks differ, so that these hashes tell something", async () => {
    const [first] = await inProcesses();
    assert.equal(new Set(names.map((name) => first[name][0])).size, names.length);
  });
}
