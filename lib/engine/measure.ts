/** How fast the current backend trains: one small network, a few dozen updates. */
import { dense, softmaxCrossEntropy } from "./kernels/kernels.ts";
import type { ProgramMode } from "./programs/loop_functions.ts";
import type { Programs } from "./programs/programs.ts";
import { tf } from "./tf.ts";

const layers = [64, 128, 128, 10];
const batch = 32;
const warmUp = 4;
const updates = 40;
/** Slow engines are measured on fewer updates. */
const budgetMs = 200;

/** Parameters, then Adam's first and second moments. */
type State = tf.Tensor[][];

function start(): State {
  const parameters = layers.slice(1).flatMap((outputs, i) => [
    tf.randomNormal([layers[i], outputs], 0, Math.sqrt(2 / layers[i]), "float32", i + 1),
    tf.zeros([outputs]),
  ]);
  const zeros = () => parameters.map((tensor) => tf.zerosLike(tensor));
  return [parameters, zeros(), zeros()];
}
function loss(x: tf.Tensor2D, y: tf.Tensor2D, [w0, b0, w1, b1, w2, b2]: tf.Tensor[]): tf.Scalar {
  const first = dense(x, w0 as tf.Tensor2D, b0 as tf.Tensor1D, "relu");
  const second = dense(first, w1 as tf.Tensor2D, b1 as tf.Tensor1D, "relu");
  return softmaxCrossEntropy(dense(second, w2 as tf.Tensor2D, b2 as tf.Tensor1D), y);
}
/** Adam's numbers at update `t` and rate 0.001: what is learned at is of no interest here. */
const rateAt = (t: number): number => 0.001 * Math.sqrt(1 - 0.999 ** t) / (1 - 0.9 ** t);

/** One update by Adam. */
function update([w, m, v]: State, x: tf.Tensor2D, y: tf.Tensor2D, rate: tf.Scalar): State {
  const { grads } = tf.valueAndGrads((...parameters: tf.Tensor[]) => loss(x, y, parameters))(w);
  const m2 = m.map((tensor, i) => tf.add(tf.mul(tensor, 0.9), tf.mul(grads[i], 0.1)));
  const v2 = v.map((tensor, i) => tf.add(tf.mul(tensor, 0.999), tf.mul(tf.square(grads[i]), 0.001)));
  const w2 = w.map((tensor, i) => tf.sub(tensor, tf.mul(rate, tf.div(m2[i], tf.add(tf.sqrt(v2[i]), 1e-7)))));
  return [w2, m2, v2];
}

/**
 * Milliseconds of one update of a 64-128-128-10 network by Adam at batch 32 as the current engine trains: compiled
 * where it can, one by one elsewhere. The median within 0.2 s, beside the engine's start-up. Leaves no tensor
 * behind.
 *
 * @param programs of the engine, where it compiles
 * @param now the clock, in milliseconds
 * @example
 * ```ts
 * import { startEngine } from "./engine.ts";
 * import { measureUpdate } from "./measure.ts";
 * await startEngine("wasm");
 * const ms = await measureUpdate(null);
 * ```
 */
export async function measureUpdate(
  programs: Programs | null,
  now: () => number = () => performance.now(),
): Promise<number> {
  const x = tf.randomNormal<tf.Rank.R2>([batch, layers[0]], 0, 1, "float32", 7);
  const classes = Array.from({ length: batch }, (_, i) => i % 10);
  const y = tf.tidy(() => tf.cast(tf.oneHot(classes, 10), "float32") as tf.Tensor2D);
  const state = start();
  try {
    return programs !== null
      ? await measureCompiled(programs, state, x, y, now)
      : await measureEach(state, x, y, now);
  } finally {
    tf.dispose([x, y, ...state.flat()]);
  }
}

async function measureEach(first: State, x: tf.Tensor2D, y: tf.Tensor2D, now: () => number): Promise<number> {
  let state = first.map((tensors) => tensors.map((tensor) => tf.clone(tensor)));
  const times: number[] = [];
  const began = now();
  for (let t = 1; t <= warmUp + updates && (times.length < 3 || now() - began < budgetMs); t++) {
    const from = now();
    const next = tf.tidy(() => update(state, x, y, tf.scalar(rateAt(t))));
    await next[0][5].data(); // the update is done when its result can be read
    if (t > warmUp) times.push(now() - from);
    tf.dispose(state);
    state = next;
  }
  tf.dispose(state);
  return median(times);
}

/** Updates of one call of the compiled loop: about 10 ms of them. */
const CALL = 128;

/** One update as the compiled loop wants it: what it logs, here its rate, then the new state. */
function turnOf(inputs: Record<string, tf.Tensor>, names: readonly string[]): tf.Tensor[] {
  const all = names.map((name) => inputs[name]), size = all.length / 3;
  const groups = [0, 1, 2].map((group) => all.slice(group * size, (group + 1) * size));
  const next = update(groups, inputs.x as tf.Tensor2D, inputs.y as tf.Tensor2D, inputs.rate as tf.Scalar);
  return [tf.reshape(inputs.rate, [1]), ...next.flat()];
}

async function measureCompiled(
  programs: Programs,
  state: State,
  x: tf.Tensor2D,
  y: tf.Tensor2D,
  now: () => number,
): Promise<number> {
  const list = state.flat(), names = list.map((_, i) => `state${i}`);
  const rate = tf.scalar(rateAt(1)),
    rates = tf.tensor1d(Array.from({ length: CALL }, (_, i) => rateAt(i + 1)));
  const named = Object.fromEntries(list.map((tensor, i) => [names[i], tensor]));
  const turn = programs.record({ x, y, rate, ...named }, (inputs) => turnOf(inputs, names));
  const parts = { turn, rows: ["rate"], state: names, report: null, capacity: CALL };
  const compiled = async (mode: ProgramMode) => {
    const program = programs.program(parts, mode);
    const call = async () => {
      const request = { count: CALL, report: false, rows: { rate: rates }, tables: { x, y }, state: list };
      tf.dispose([...(await program.run(request)).state]);
    };
    await call(); // compiles
    return call;
  };
  try {
    const { result: call } = await programs.unrefused([turn], compiled), times: number[] = [], began = now();
    while (times.length < 3 || now() - began < budgetMs) {
      const from = now();
      await call();
      times.push((now() - from) / CALL);
    }
    return median(times);
  } finally {
    tf.dispose([rate, rates]);
  }
}

const median = (times: number[]): number => times.sort((a, b) => a - b)[times.length >> 1];
