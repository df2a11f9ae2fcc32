/** The update of a training, and its evaluation, recorded for a compiled loop. */
import type { UpdateShape } from "../data/batch_rows.ts";
import { refuseImpurity } from "../engine/programs/impurity.ts";
import type { LoopParts } from "../engine/programs/loop_functions.ts";
import type { Programs } from "../engine/programs/programs.ts";
import { drawNumbers } from "../engine/programs/recorded_draws.ts";
import { tf } from "../engine/tf.ts";
import { modelKind } from "../models/model_kind.ts";
import { optimizerKind } from "../optimizers/optimizer_kind.ts";
import { averaged } from "./average.ts";
import { listed, type LoopLayout } from "./loop_tensors.ts";
import type { FilledSpec } from "./spec.ts";
import { pieceRows } from "./split_pieces.ts";
import { type TensorBatch, update } from "./update.ts";

/** What an update reads beside the state, as sizes. */
export interface UpdateInputs {
  readonly features: number;
  /** numbers of a target */
  readonly width: number;
  /** whether batches are places in a table; else updates bring their examples */
  readonly table: boolean;
  /** of the optimizer and, where there is one, of the running mean */
  readonly coefficients: number;
  /** that an evaluation is made in */
  readonly pieces: number;
}

/** Tensors by name. */
type Named = Record<string, tf.Tensor>;

/** What each update has of its own: its examples, its coefficients, and what tells its random numbers. */
export const rowNames = ({ table }: UpdateInputs): readonly string[] => [
  ...(table ? ["examples"] : ["x", "target"]),
  "coefficients",
  "draws",
];

/** Recordings of this process by engine: a second training of the same network has only to be looked up. */
const recordingsOf = new WeakMap<Programs, Map<string, Omit<LoopParts, "capacity">>>();
/** Recordings that are kept; the oldest is made again when it is asked for. */
const BOUND = 64;

/**
 * The update of a training and its evaluation, recorded once for all trainings that have the same.
 *
 * @param shape examples in each batch of the update
 * @throws NotRecordable
 */
export function recordUpdates(
  programs: Programs,
  spec: FilledSpec,
  layout: LoopLayout,
  sizes: UpdateInputs,
  shape: UpdateShape,
): Omit<LoopParts, "capacity"> {
  const { model, optimizer, clip, average, data } = spec;
  const recorded = (number: number) => recordedWith(number, programs, spec, layout, sizes, shape);
  if (model.kind === "layers") return recordedTwice(recorded); // what layers of one's own do may change
  const key = JSON.stringify([
    modelKind(model).text(model),
    optimizerKind(optimizer).text(optimizer),
    clip,
    average !== null,
    [data.validation.count, data.test.count],
    sizes,
    shape,
  ]);
  const recordings = recordingsOf.get(programs) ?? new Map<string, Omit<LoopParts, "capacity">>();
  recordingsOf.set(programs, recordings);
  const known = recordings.get(key) ?? recorded(1);
  recordings.delete(key);
  // what a recording captured belongs to who made it
  if (known.turn.captures.length + (known.report?.captures.length ?? 0) === 0) recordings.set(key, known);
  if (recordings.size > BOUND) recordings.delete(recordings.keys().next().value!);
  return known;
}

/**
 * Records twice what holds code of its user's, with other values, so that what is no function of its inputs is found; a
 * third time where the first one differs, as layers may make at their first call what they use from then on.
 */
function recordedTwice(
  recorded: (number: number) => Omit<LoopParts, "capacity">,
): Omit<LoopParts, "capacity"> {
  const first = recorded(1), began = Date.now();
  while (Date.now() === began); // a layer that reads a clock reads another time
  const second = recorded(2);
  const alike = (before: typeof first, after: typeof first) => {
    refuseImpurity(before.turn, after.turn);
    if (before.report && after.report) refuseImpurity(before.report, after.report);
  };
  try {
    alike(first, second);
  } catch {
    alike(second, recorded(3));
  }
  return second;
}

/** @param number which tells the values of this recording from those of another */
function recordedWith(
  number: number,
  programs: Programs,
  spec: FilledSpec,
  layout: LoopLayout,
  sizes: UpdateInputs,
  shape: UpdateShape,
): Omit<LoopParts, "capacity"> {
  const state = Object.fromEntries(
    layout.names.map((name, i) => [name, tf.fill([...layout.shapes[i]], number)]),
  );
  const given: Named = { ...inputsFor(sizes, shape, number), ...state };
  const measured: Named = { ...state, ...piecesFor(spec, sizes) };
  try {
    return {
      turn: programs.record(given, (inputs) => turn(programs, spec, layout, shape, inputs)),
      report: programs.record(measured, (inputs) => report(spec, layout, inputs)),
      rows: rowNames(sizes),
      state: layout.names,
    };
  } finally {
    for (const tensor of new Set([...Object.values(given), ...Object.values(measured)])) tensor.dispose();
  }
}

/**
 * Values for a recording; what they are matters only in that two recordings have different ones. As indices of an
 * embedding they are all 0, which it has.
 */
function inputsFor(
  { features, width, table, coefficients }: UpdateInputs,
  shape: UpdateShape,
  number: number,
): Named {
  const rows = shape.reduce((sum, count) => sum + count, 0);
  return {
    // a table of one row: how many it has is no part of a recording
    ...(table
      ? {
        examples: tf.zeros([rows], "int32"),
        all_x: tf.fill([1, features], number / 4),
        all_target: tf.zeros([1, width]),
      }
      : { x: tf.fill([rows, features], number / 4), target: tf.zeros([rows, width]) }),
    coefficients: tf.fill([coefficients], number / 4),
    draws: tf.tensor1d([...drawNumbers(number, number)], "int32"),
  };
}
const piecesFor = ({ data }: FilledSpec, { pieces }: UpdateInputs): Named => ({
  validation_x: tf.zeros([pieceRows(data.validation, pieces), data.features]),
  test_x: tf.zeros([pieceRows(data.test, pieces), data.features]),
});

/** One update: what is logged of it, then the state after it. */
function turn(
  programs: Programs,
  spec: FilledSpec,
  layout: LoopLayout,
  shape: UpdateShape,
  inputs: Named,
): readonly tf.Tensor[] {
  const state = layout.of(layout.names.map((name) => inputs[name]));
  const coefficients = tf.unstack(inputs.coefficients) as tf.Scalar[];
  const share = state.average ? coefficients.pop()! : null;
  const draws = programs.draws(inputs.draws as tf.Tensor1D);
  const { loss, norm, gradients, ...next } = update(
    spec,
    state,
    batchesOf(programs, shape, inputs),
    coefficients,
    draws,
  );
  // clipping can make numbers of gradients that are none: then the state does not show it
  const bounded = spec.clip?.value !== undefined && !norm;
  const check = bounded ? tf.addN(gradients.map((gradient) => tf.sum<tf.Scalar>(gradient))) : norm;
  const average = state.average && averaged(state.average, next.parameters, share!);
  return [tf.stack(check ? [loss, check] : [loss]), ...listed({ ...next, average })];
}

/** The batches of an update, cut from its rows or found in the table. */
function batchesOf(
  programs: Programs,
  shape: UpdateShape,
  { x, target, examples, all_x, all_target }: Named,
): TensorBatch[] {
  const rows = (own: tf.Tensor | undefined, all: tf.Tensor): tf.Tensor2D =>
    (own ?? programs.rows(all, examples)) as tf.Tensor2D;
  const everyX = rows(x, all_x), everyTarget = rows(target, all_target);
  let first = 0;
  return shape.map((count) => {
    const cut = (all: tf.Tensor2D) =>
      shape.length === 1 ? all : tf.slice(all, [first, 0], [count, all.shape[1]]);
    const batch = { count, x: cut(everyX), target: cut(everyTarget) };
    first += count;
    return batch;
  });
}

/** Outputs on a piece of validation and of test, of the network and then of its running mean. */
function report({ model }: FilledSpec, layout: LoopLayout, inputs: Named): readonly tf.Tensor[] {
  const { parameters, statistics, average } = layout.of(layout.names.map((name) => inputs[name]));
  return [parameters, ...(average ? [average] : [])].flatMap((weights) =>
    [inputs.validation_x, inputs.test_x].map((x) =>
      modelKind(model).forward(model, weights, statistics, x as tf.Tensor2D, { training: false }).outputs
    )
  );
}
