/** Updates as one compiled program: many in a call, beside the event loop, with the evaluation that ends them. */
import { updatesPerEpoch } from "../batch_plan.ts";
import type { BatchSource } from "../data/batch.ts";
import {
  exampleBatches,
  exampleTable,
  sameShapeFrom,
  shapeOf,
  type UpdateShape,
} from "../data/batch_rows.ts";
import { isStreamed } from "../data/dataset.ts";
import { targetsOf } from "../data/targets.ts";
import type { NativeBinding } from "../engine/binding.ts";
import type { ProgramMode } from "../engine/loop_functions.ts";
import { type LoopProgram, loopProgram, type LoopResult } from "../engine/loop_program.ts";
import { TensorflowError } from "../engine/native_symbols.ts";
import { NotRecordable } from "../engine/not_recordable.ts";
import { programMode } from "../engine/program_mode.ts";
import { DRAW_NUMBERS } from "../engine/recorded_draws.ts";
import { tf } from "../engine/tf.ts";
import { modelKind } from "../models/model_kind.ts";
import { lastFinite } from "./last_finite.ts";
import { listed, type LoopLayout, loopLayout } from "./loop_tensors.ts";
import { recordUpdates, type UpdateInputs } from "./recorded_updates.ts";
import type { FilledSpec } from "./spec.ts";
import { updatesBetween } from "./stretch.ts";
import type { NetworkLayout } from "./tensors.ts";
import { coefficientsOf, type ReadExamples, UpdateRows } from "./update_rows.ts";
import type { Outputs, Ran, Stretch, Updates } from "./updates.ts";

/** A call takes about so long, in milliseconds: an abort waits for two, one under way and one begun ahead. */
const CHUNK = 50;
/** Updates of the first call, before their pace is known. */
const FIRST = 2;
/**
 * Most updates of a call. Few sizes, so that programs are found compiled. All give the same bits; at 1 XLA would leave
 * out the slicing of rows, and add up in another order.
 */
const CAPACITIES = [2, 8, 64, 512, 4096];
/**
 * Examples × parameters that a fast machine trains on in a call: 6 operations each at some 500 billion a second. Where
 * fewer updates fit in a call, a larger capacity is wasted.
 */
const FASTEST = CHUNK / 1000 * 5e11 / 6;
/** Most numbers in the rows of a call: 64 MB. */
const MOST_NUMBERS = 2 ** 24;

/** Batches of updates `first` up to `first + updates`, one after another. */
interface ReadBatches extends ReadExamples {
  readonly first: number;
  readonly updates: number;
}

/**
 * Records and compiles the updates of a training. Only where the native engine is current.
 *
 * @param source of batches, for data that is no table
 * @throws NotRecordable for a model that is no function of tensors alone, or that the engine cannot run as one program
 */
export async function compiledUpdates(
  spec: FilledSpec,
  layout: NetworkLayout,
  binding: NativeBinding,
  source: BatchSource,
): Promise<Updates> {
  const updates = new CompiledUpdates(spec, layout, binding, source);
  try {
    await updates.prepare();
  } catch (error) {
    updates.dispose();
    throw error;
  }
  return updates;
}

class CompiledUpdates implements Updates {
  readonly why = null;
  readonly ahead: boolean;
  mode: ProgramMode = "xla";
  readonly #spec: FilledSpec;
  readonly #layout: LoopLayout;
  readonly #binding: NativeBinding;
  readonly #source: BatchSource;
  readonly #sizes: UpdateInputs;
  readonly #rows: UpdateRows;
  readonly #tables: Record<string, tf.Tensor>;
  readonly #programs = new Map<string, LoopProgram>();
  readonly #capacity: number;
  /** what was read of a stream last: asked for again when updates run again */
  #read: ReadBatches | null = null;
  #perUpdate = 0;
  #perEvaluation = 0;

  constructor(spec: FilledSpec, layout: NetworkLayout, binding: NativeBinding, source: BatchSource) {
    const { data, model } = spec, loss = modelKind(model).loss(model);
    const table = exampleTable(data, loss), { width } = targetsOf(loss, data);
    this.#spec = spec;
    this.#layout = loopLayout(spec, layout);
    this.#binding = binding;
    this.#source = source;
    this.ahead = !isStreamed(data.training);
    const coefficients = coefficientsOf(spec, 1, 1).length;
    this.#sizes = { features: data.features, width, table: table?.count ?? null, coefficients };
    this.#capacity = this.#largest();
    this.#rows = new UpdateRows(spec, this.#sizes, this.#capacity);
    this.#tables = {
      ...(table && { all_x: tf.tensor2d(table.x, [table.count, data.features]) }),
      ...(table && { all_target: tf.tensor2d(table.target, [table.count, width]) }),
      validation_x: tf.tensor2d(data.validation.x, [data.validation.count, data.features]),
      test_x: tf.tensor2d(data.test.x, [data.test.count, data.features]),
    };
  }

  /** The smallest capacity that holds the longest stretch there can be, within memory. */
  #largest(): number {
    const { model, batches, evaluate, checkpoint } = this.#spec,
      { features, width, table, coefficients } = this.#sizes;
    const grids = [evaluate.every, ...(checkpoint.every ? [checkpoint.every] : [])];
    const examples = batches.batch * (batches.accumulate ?? 1);
    const { parameters } = modelKind(model).sizes(model), timely = FASTEST / (examples * parameters);
    const longest = Math.min(timely, ...grids.map((every) => updatesBetween(batches, every)));
    const numbers = examples * (table === null ? features + width : 1) + coefficients + DRAW_NUMBERS;
    const fitting = CAPACITIES.filter((capacity) => capacity * numbers <= MOST_NUMBERS);
    return fitting.find((capacity) => capacity >= longest) ?? fitting.at(-1) ?? CAPACITIES[0];
  }

  /** Compiles what an epoch meets, all at once, and measures what an evaluation takes. */
  async prepare(): Promise<void> {
    const { batches } = this.#spec, last = Math.max(0, Math.ceil(updatesPerEpoch(batches)) - 1);
    const both = [shapeOf(batches, 0), shapeOf(batches, last)];
    const shapes = `${both[0]}` === `${both[1]}` ? both.slice(1) : both;
    const state = this.#layout.of(this.#layout.shapes.map((shape) => tf.zeros([...shape])));
    const idle = async (shape: UpdateShape, evaluate: boolean) => {
      const stretch = { tensors: state, step: 0, tries: 0, rates: [], evaluate };
      tf.dispose([...(await this.#call(shape, stretch, 0, null)).state]);
    };
    try {
      await this.#compiled(() => Promise.all(shapes.map((shape) => idle(shape, false))));
      const began = performance.now();
      await idle(shapes[0], true);
      this.#perEvaluation = performance.now() - began;
    } finally {
      tf.dispose([...listed(state)]);
    }
  }

  /** What XLA refuses may still run as a graph. */
  async #compiled(run: () => Promise<unknown>): Promise<void> {
    const refused = (error: unknown): TensorflowError => {
      if (error instanceof TensorflowError) return error;
      throw error;
    };
    try {
      await run();
    } catch (error) {
      const { reason } = refused(error);
      if (this.mode === "graph") throw new NotRecordable(reason, "as TensorFlow says");
      this.mode = "graph";
      this.#programs.clear();
      try {
        await run();
      } catch (error) {
        throw new NotRecordable(refused(error).reason, "as TensorFlow says");
      }
    }
  }

  #program(shape: UpdateShape): LoopProgram {
    const known = this.#programs.get(`${shape}`);
    if (known) return known;
    const recorded = recordUpdates(this.#binding, this.#spec, this.#layout, this.#sizes, shape);
    const { turn, report } = recorded;
    const best = programMode([turn, ...(report ? [report] : [])], this.#binding.isUsingGpuDevice());
    if (best === "graph") this.mode = "graph";
    const program = loopProgram(this.#binding, { ...recorded, capacity: this.#capacity }, this.mode);
    this.#programs.set(`${shape}`, program);
    return program;
  }

  most(tries: number): number {
    const timely = this.#perUpdate === 0 ? FIRST : Math.max(1, Math.floor(CHUNK / this.#perUpdate));
    return sameShapeFrom(this.#spec.batches, tries, Math.min(this.#capacity, timely));
  }

  async run(stretch: Stretch): Promise<Ran | null> {
    const asked = stretch.rates.length, shape = shapeOf(this.#spec.batches, stretch.tries);
    const read = this.#sizes.table === null && asked > 0 ? await this.#batches(stretch.tries, asked) : null;
    const count = read ? Math.min(read.updates, asked) : asked;
    if (asked > 0 && count === 0) return null;
    const began = performance.now(), evaluate = stretch.evaluate && count === asked;
    const running = this.#call(shape, { ...stretch, evaluate }, count, read);
    this.#lookAhead(stretch.tries + count);
    const first = await running;
    const took = performance.now() - began, evaluating = evaluate ? Math.min(this.#perEvaluation, took) : 0;
    if (count > 0) this.#perUpdate = Math.max(1e-4, (took - evaluating) / count);
    const width = first.log.length / this.#capacity;
    const losses = new Float32Array(count);
    for (let i = 0; i < count; i++) losses[i] = first.log[i * width];
    if (first.finite && first.log.subarray(0, count * width).every(Number.isFinite)) {
      const outputs = evaluate ? this.#outputs(first.report) : null;
      return { losses, failed: null, tensors: this.#layout.of(first.state), outputs, evaluating };
    }
    tf.dispose([...first.state]);
    return await this.#untilFinite(stretch, shape, count, read, first.log, losses);
  }

  /** The updates before the first one whose loss or gradients are no numbers, run again. */
  async #untilFinite(
    stretch: Stretch,
    shape: UpdateShape,
    count: number,
    read: ReadBatches | null,
    log: Float32Array,
    losses: Float32Array,
  ): Promise<Ran> {
    const again = { ...stretch, evaluate: false };
    const { applied, state } = await lastFinite(
      (updates) => this.#call(shape, again, updates, read),
      log,
      log.length / this.#capacity,
      count,
    );
    return {
      losses: losses.subarray(0, applied),
      failed: losses[applied],
      tensors: state ? this.#layout.of(state) : stretch.tensors,
      outputs: null,
      evaluating: 0,
    };
  }

  /** What the next call needs beside its tensors is made while this one is at work. */
  #lookAhead(tries: number): void {
    if (this.ahead) this.#rows.lookAhead(shapeOf(this.#spec.batches, tries), tries, this.most(tries));
  }

  /** One call of a program: `count` updates of the stretch, and its evaluation. */
  async #call(
    shape: UpdateShape,
    stretch: Stretch,
    count: number,
    read: ReadBatches | null,
  ): Promise<LoopResult> {
    const program = this.#program(shape), rows = this.#rows.of(shape, stretch, count, read);
    const running = program.run({
      count,
      report: stretch.evaluate,
      rows,
      tables: this.#tables,
      state: listed(stretch.tensors),
    });
    tf.dispose(rows);
    return await running;
  }

  async #batches(first: number, count: number): Promise<ReadBatches> {
    if (this.#read?.first !== first || this.#read.updates < count) {
      this.#read = { first, ...await exampleBatches(this.#source, first, count) };
    }
    return this.#read;
  }

  #outputs(report: readonly Float32Array[]): Outputs {
    const [validation, test, averageValidation, averageTest] = report;
    const average = this.#spec.average ? { validation: averageValidation, test: averageTest } : null;
    return { network: { validation, test }, average };
  }

  dispose(): void {
    tf.dispose(this.#tables);
  }

  async close(): Promise<void> {
    this.dispose();
    await this.#source.close();
  }
}
