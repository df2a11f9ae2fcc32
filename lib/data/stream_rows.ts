/** The examples of one pass over a stream, checked, in the order in which they are trained. */
import { shown } from "../durations.ts";
import { uniforms } from "../random.ts";
import type { Block, Dataset, Example, StreamedSplit } from "./dataset.ts";

export interface Row {
  readonly x: Float32Array;
  readonly y: number;
  /** its place in the stream, from 0 */
  readonly example: number;
}

/**
 * The rows of one pass: no more than declared, fewer when the stream ends before. With a shuffle buffer each next one
 * is drawn from those at hand, keyed by (seed, pass).
 *
 * @throws RangeError `invalid stream: 63 numbers in example 17 of pass 0 (8 × 8 = 64)`
 */
export function streamRows(
  data: Dataset,
  training: StreamedSplit,
  seed: number,
  pass: number,
): AsyncGenerator<Row, void, void> {
  const rows = inOrder(data, training, pass);
  return training.shuffle > 1 ? shuffled(rows, training, seed, pass) : rows;
}

async function* inOrder(
  data: Dataset,
  training: StreamedSplit,
  pass: number,
): AsyncGenerator<Row, void, void> {
  let example = 0;
  for await (const given of await training.open(pass)) {
    for (const { x, y } of rowsOf(given, data.features)) {
      if (x.length !== data.features) throw badRow(`${x.length} numbers`, example, pass, `${data.features}`);
      const at = firstNotFinite(x);
      if (at >= 0) throw badRow(`feature ${at} is ${shown(x[at])}`, example, pass, "finite numbers");
      yield { x, y, example };
      // asked before the stream is: one that never ends is not read past the pass
      if (++example === training.count) return;
    }
  }
}

/** A loop, as every number of a stream passes here. */
function firstNotFinite(x: Float32Array): number {
  for (let i = 0; i < x.length; i++) if (!Number.isFinite(x[i])) return i;
  return -1;
}

const badRow = (what: string, example: number, pass: number, expected: string) =>
  new RangeError(`invalid stream: ${what} in example ${example} of pass ${pass} (${expected})`);

/** Copies, as streams may use their arrays again. The rest of a block that fits no row is its last, short, row. */
function* rowsOf(given: Example | Block, features: number): Generator<{ x: Float32Array; y: number }> {
  const x = new Float32Array(given.x);
  if (typeof given.y === "number") return yield { x, y: given.y };
  const rows = Math.max(given.y.length, Math.ceil(x.length / features));
  for (let i = 0; i < rows; i++) yield { x: x.slice(i * features, (i + 1) * features), y: given.y[i] };
}

/** Random numbers made at once: one by one they would cost more than the rows. */
const GROUP = 64;

/** Draws from a buffer of `size`; when the stream has ended, from what is left. */
async function* shuffled(
  rows: AsyncGenerator<Row, void, void>,
  { shuffle: size, count }: StreamedSplit,
  seed: number,
  pass: number,
): AsyncGenerator<Row, void, void> {
  const buffer: Row[] = [], groups = pass * Math.ceil(count / GROUP);
  let drawn = 0, group: Float64Array = new Float64Array(0);
  const draw = () => {
    if (drawn % GROUP === 0) group = uniforms(seed, "shuffle buffer", groups + drawn / GROUP, GROUP);
    const at = Math.floor(group[drawn++ % GROUP] * buffer.length), next = buffer[at];
    const last = buffer.pop()!;
    if (at < buffer.length) buffer[at] = last;
    return next;
  };
  for await (const row of rows) {
    buffer.push(row);
    if (buffer.length === size) yield draw();
  }
  while (buffer.length > 0) yield draw();
}
