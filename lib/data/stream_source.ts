/** Batches of a stream: read on in order; asked for another place, the pass is opened anew and skipped to it. */
import { batchesOf, type BatchPlan, type BatchRange } from "../batch_plan.ts";
import { augmenterOf } from "./augmenter.ts";
import { type Batch, type BatchSource, emptyBatch } from "./batch.ts";
import type { Dataset, StreamedSplit } from "./dataset.ts";
import { type Row, streamRows } from "./stream_rows.ts";
import type { Targets } from "./targets.ts";

/** Where reading stands. */
interface Cursor {
  readonly pass: number;
  position: number;
  readonly rows: AsyncGenerator<Row, void, void>;
}

/**
 * Batches of a stream, the same whenever they are asked for. An update that the stream cannot fill, be it in a pass
 * that is shorter than declared or after the last pass, is null: a training ends at the full update before it.
 */
export function streamSource(
  data: Dataset,
  training: StreamedSplit,
  targets: Targets,
  seed: number,
  plan: BatchPlan,
): BatchSource {
  const augment = augmenterOf(data, seed), { count: examples, passes } = training;
  let cursor: Cursor | null = null;
  const close = async () => {
    const { rows } = cursor ?? {};
    cursor = null;
    await rows?.return();
  };

  /** The row at a place of a pass; null when the data ends before it. */
  const rowAt = async (pass: number, position: number): Promise<Row | null> => {
    if (cursor?.pass !== pass || cursor.position > position) {
      await close();
      if (pass >= passes) return null;
      cursor = { pass, position: 0, rows: streamRows(data, training, seed, pass) };
    }
    while (true) {
      const { value, done } = await cursor!.rows.next();
      if (done) return null;
      if (cursor!.position++ === position) return value;
    }
  };

  const batchAt = async ({ epoch, from, to }: BatchRange): Promise<Batch | null> => {
    const batch = emptyBatch(to - from, data.features, targets.width);
    for (let row = 0; row < batch.count; row++) {
      const pass = epoch + Math.floor((from + row) / examples);
      const read = await rowAt(pass, (from + row) % examples);
      if (read === null) return null;
      const into = batch.x.subarray(row * data.features, (row + 1) * data.features);
      into.set(read.x);
      augment?.(into, read.example, pass);
      targets.write(batch.target, row, read.y);
    }
    return batch;
  };

  const updateAt = async (index: number): Promise<readonly Batch[] | null> => {
    const batches: Batch[] = [];
    for (const range of batchesOf(plan, index)) {
      const batch = await batchAt(range);
      if (batch === null) return null;
      batches.push(batch);
    }
    return batches;
  };

  // There is one cursor: who asks while another reads, waits.
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = turn.then(work);
    turn = result.catch(close);
    return result;
  };
  return { at: (index) => inTurn(() => updateAt(index)), close: () => inTurn(close) };
}
