/** Updates as one compiled program: many in a call, beside the event loop, with the evaluation that ends them. */
import type { Batch, BatchSource } from "../data/batch.ts";
import { exampleTable, sameShapeFrom, shapeOf, shapesOf, type UpdateShape } from "../data/batch_rows.ts";
import { isStreamed } from "../data/dataset.ts";
import { ExampleReader } from "../data/example_reader.ts";
import { targetsOf } from "../data/targets.ts";
import { ProgramFault } from "../engine/program_fault.ts";
import type { LoopParts, ProgramMode } from "../engine/programs/loop_functions.ts";
import type { LoopProgram, LoopResult } from "../engine/programs/loop_program.ts";
import { NotRecordable } from "../engine/programs/not_recordable.ts";
import type { Programs } from "../engine/programs/programs.ts";
import { DRAW_NUMBERS } from "../engine/programs/recorded_draws.ts";
import { tf } from "../engine/tf.ts";
import { modelKind } from "../models/model_kind.ts";
import { lastFinite } from "./last_finite.ts";
import { refuseLookups } from "./lookups.ts";
import { listed, type LoopLayout, loopLayout } from "./loop_tensors.ts";
import { recordUpdates, type UpdateInputs } from "./recorded_updates.ts";
import type { FilledSpec } from "./spec.ts";
import { type Evaluated, inPieces, pieceCount, pieceOf } from "./split_pieces.ts";
import { updatesBetween } from "./stretch.ts";
import type { NetworkLayout } from "./tensors.ts";
import { coefficientsOf, UpdateRows } from "./update_rows.ts";
import { CHUNK, type LoopTensors, type Outputs, type Ran, type Stretch, type Updates } from "./updates.ts";

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

/**
 * Records and compiles the updates of a training. Only where the engine of the programs is current.
 *
 * @param source of batches, for data that is no table
 * @throws NotRecordable for a model that is no function of tensors alone, or that the engine cannot run as one program
 */
export async function compiledUpdates(
  spec: FilledSpec,
  layout: NetworkLayout,
  programs: Programs,
  source: BatchSource,
): Promise<Updates> {
  const updates = new CompiledUpdates(spec, layout, programs, source);
  try {
    await updates.prepare();
  } catch (error) {
    updates.dispose();
    throw error;
  }
  return updates;
}

class CompiledUpdates implements Updates {
  why: string | null = null;
  readonly ahead: boolean;
  mode: ProgramMode = "xla";
  readonly #spec: FilledSpec;
  readonly #layout: LoopLayout;
  readonly #engine: Programs;
  readonly #reader: ExampleReader;
  readonly #sizes: UpdateInputs;
  readonly #rows: UpdateRows;
  readonly #tables: Record<string, tf.Tensor>;
  readonly #recordings = new Map<string, Omit<LoopParts, "capacity">>();
  readonly #programs = new Map<string, LoopProgram>();
  readonly #capacity: number;
  #perUpdate = 0;
  #perEvaluation = 0;

  constructor(spec: FilledSpec, layout: NetworkLayout, programs: Programs, source: BatchSource) {
    const { data, model } = spec, loss = modelKind(model).loss(model);
    const table = exampleTable(data, loss), { width } = targetsOf(loss, data);
    this.#spec = spec;
    this.#layout = loopLayout(spec, layout);
    this.#engine = programs;
    this.#reader = new ExampleReader(source);
    this.ahead = !isStreamed(data.training);
    const coefficients = coefficientsOf(spec, 1, 1).length, pieces = pieceCount(data);
    this.#sizes = { features: data.features, width, table: table !== null, coefficients, pieces };
    this.#capacity = this.#largest();
    this.#rows = new UpdateRows(spec, this.#sizes, this.#capacity);
    this.#tables = {
      ...(table && { all_x: tf.tensor2d(table.x, [table.count, data.features]) }),
      ...(table && { all_target: tf.tensor2d(table.target, [table.count, width]) }),
      ...pieceOf(data, 0),
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
    const numbers = examples * (table ? 1 : features + width) + coefficients + DRAW_NUMBERS;
    const fitting = CAPACITIES.filter((capacity) => capacity * numbers <= MOST_NUMBERS);
    return fitting.find((capacity) => capacity >= longest) ?? fitting.at(-1) ?? CAPACITIES[0];
  }

  /** Compiles every shape that updates have, all at once, and measures what an evaluation of one piece takes. */
  async prepare(): Promise<void> {
    const shapes = shapesOf(this.#spec.batches);
    const state = this.#layout.of(this.#layout.shapes.map((shape) => tf.zeros([...shape])));
    const idle = async (shape: UpdateShape, evaluate: boolean) => {
      const stretch = { tensors: state, step: 0, tries: 0, rates: [], evaluate };
      tf.dispose([...(await this.#call(shape, stretch, 0, [])).state]);
    };
    try {
      await this.#compile(shapes, () => Promise.all(shapes.map((shape) => idle(shape, false))));
      // again where that is short: the first of a process was measured to take four times as long as the next
      for (let i = 0; i < 2 && this.#sizes.pieces === 1 && this.#perEvaluation < CHUNK; i++) {
        const began = performance.now();
        await idle(shapes[0], true).catch(unlessFault); // what the data has against it is said when one falls due
        this.#perEvaluation = performance.now() - began;
      }
    } finally {
      tf.dispose([...listed(state)]);
    }
  }

  async #compile(shapes: readonly UpdateShape[], run: () => Promise<unknown>): Promise<void> {
    const recordings = shapes.map((shape) => this.#recorded(shape))
      .flatMap(({ turn, report }) => report ? [turn, report] : [turn]);
    try {
      const { refused } = await this.#engine.unrefused(recordings, (mode) => {
        this.mode = mode;
        this.#programs.clear();
        return run();
      });
      if (refused === null) return;
      this.why = `updates run as a TensorFlow graph, slower than compiled by XLA, which refuses: ${refused}`;
    } catch (error) {
      unlessFault(error);
      throw new NotRecordable(
        (error as ProgramFault).reason,
        "another operation, or another engine, may do",
      );
    }
  }

  #recorded(shape: UpdateShape): Omit<LoopParts, "capacity"> {
    const recorded = this.#recordings.get(`${shape}`) ??
      recordUpdates(this.#engine, this.#spec, this.#layout, this.#sizes, shape);
    this.#recordings.set(`${shape}`, recorded);
    return recorded;
  }

  #program(shape: UpdateShape): LoopProgram {
    const program = this.#programs.get(`${shape}`) ??
      this.#engine.program({ ...this.#recorded(shape), capacity: this.#capacity }, this.mode);
    this.#programs.set(`${shape}`, program);
    return program;
  }

  most(tries: number): number {
    const timely = this.#perUpdate === 0 ? FIRST : Math.max(1, Math.floor(CHUNK / this.#perUpdate));
    return sameShapeFrom(this.#spec.batches, tries, Math.min(this.#capacity, timely));
  }

  async run(stretch: Stretch): Promise<Ran | null> {
    const asked = stretch.rates.length, shape = shapeOf(this.#spec.batches, stretch.tries);
    const read = this.#sizes.table ? [] : await this.#reader.read(stretch.tries, asked);
    const count = this.#sizes.table ? asked : read.length;
    if (asked > 0 && count === 0) return null;
    const evaluate = stretch.evaluate && count === asked, began = performance.now();
    let result: Evaluated;
    try {
      const running = this.#call(shape, { ...stretch, evaluate }, count, read);
      this.#lookAhead(stretch.tries + count);
      result = await running;
    } catch (error) {
      // the updates before the one at fault are good
      if (!(error instanceof ProgramFault) || count < 2) throw error;
      return await this.run({ ...stretch, rates: stretch.rates.slice(0, count >> 1), evaluate: false });
    }
    const took = performance.now() - began;
    const within = evaluate ? Math.min(result.evaluating ?? this.#perEvaluation, took) : 0;
    // else what is left of it is rather the error of the evaluation's measure
    if (count > 0 && within <= took / 2) this.#perUpdate = Math.max(1e-4, (took - within) / count);
    const width = result.log.length / this.#capacity, losses = new Float32Array(count);
    for (let i = 0; i < count; i++) losses[i] = result.log[i * width];
    const finite = result.finite && result.log.subarray(0, count * width).every(Number.isFinite);
    if (!finite && count > 0) {
      tf.dispose([...result.state]);
      return await this.#untilFinite(stretch, shape, count, read, result.log, losses);
    }
    const tensors = this.#layout.of(result.state);
    if (evaluate) this.#refuseLookups(tensors, result.report);
    const outputs = evaluate ? this.#outputs(result.report) : null;
    return { losses, failed: null, tensors, outputs, evaluating: within };
  }

  /** Whether what is no number may come of a lookup out of range: only layers look up. */
  get #mayMiss(): boolean {
    return !this.#engine.bounded && this.#spec.model.kind === "layers";
  }

  /** An evaluation whose outputs are no numbers may have looked up what is not there. */
  #refuseLookups(tensors: LoopTensors, report: LoopResult["report"]): void {
    if (!this.#mayMiss || report.every((outputs) => outputs.every(Number.isFinite))) return;
    const { validation, test } = this.#spec.data;
    try {
      refuseLookups(this.#spec, tensors, [validation, test]);
    } catch (error) {
      tf.dispose([...listed(tensors)]);
      throw error;
    }
  }

  /** The updates before the first one whose loss or gradients are no numbers, run again. */
  async #untilFinite(
    stretch: Stretch,
    shape: UpdateShape,
    count: number,
    read: readonly (readonly Batch[])[],
    log: Float32Array,
    losses: Float32Array,
  ): Promise<Ran> {
    const { applied, state } = await lastFinite(
      (updates) => this.#call(shape, { ...stretch, evaluate: false }, updates, read),
      log,
      log.length / this.#capacity,
      count,
    );
    if (this.#mayMiss && applied === 0) {
      const [batches = []] = await this.#reader.read(stretch.tries, 1);
      refuseLookups(this.#spec, stretch.tensors, batches);
    }
    return {
      losses: losses.subarray(0, applied),
      failed: this.#mayMiss && applied > 0 ? null : losses[applied], // looked at when it is the first
      tensors: state ? this.#layout.of(state) : stretch.tensors,
      outputs: null,
      evaluating: 0,
    };
  }

  /** What the next call needs beside its tensors is made while this one is at work. */
  #lookAhead(tries: number): void {
    if (this.ahead) this.#rows.lookAhead(shapeOf(this.#spec.batches, tries), tries, this.most(tries));
  }

  /** One call of a program: `count` updates of the stretch, and its evaluation; each piece after the first has its own. */
  async #call(
    shape: UpdateShape,
    stretch: Stretch,
    count: number,
    read: readonly (readonly Batch[])[],
  ): Promise<Evaluated> {
    const program = this.#program(shape), rows = this.#rows.of(shape, stretch, count, read);
    const running = program.run({
      count,
      report: stretch.evaluate,
      rows,
      tables: this.#tables,
      state: listed(stretch.tensors),
    });
    if (!stretch.evaluate || this.#sizes.pieces === 1) {
      tf.dispose(rows);
      return { ...await running, evaluating: null };
    }
    try {
      return await inPieces(this.#spec.data, program, { rows, tables: this.#tables }, await running);
    } finally {
      tf.dispose(rows);
    }
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
    await this.#reader.close();
  }
}

/** Rethrows what is no refusal of the engine's. */
function unlessFault(error: unknown): void {
  if (!(error instanceof ProgramFault)) throw error;
}
