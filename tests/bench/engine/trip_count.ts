/**
 * Loops whose number of turns is an argument against loops that are compiled for it: some devices ask the host before
 * each turn of the former.
 */
import { maxSteps } from "../../../lib/criteria/max_steps.ts";
import { exampleTable, shapeOf } from "../../../lib/data/batch_rows.ts";
import { targetsOf } from "../../../lib/data/targets.ts";
import { steps } from "../../../lib/durations.ts";
import { type EngineName, startEngine } from "../../../lib/engine/engine.ts";
import type { LoopParts } from "../../../lib/engine/programs/loop_functions.ts";
import { programsOf } from "../../../lib/engine/programs_of.ts";
import { tf } from "../../../lib/engine/tf.ts";
import { xlaClient } from "../../../lib/engine/xla/xla.ts";
import { xlaProgram } from "../../../lib/engine/xla/xla_program.ts";
import { modelKind } from "../../../lib/models/model_kind.ts";
import { constant } from "../../../lib/schedules/constant.ts";
import { listed, loopLayout } from "../../../lib/training/loop_tensors.ts";
import { recordUpdates } from "../../../lib/training/recorded_updates.ts";
import { type FilledSpec, filledSpec } from "../../../lib/training/spec.ts";
import { freshTensors, layoutOf } from "../../../lib/training/tensors.ts";
import { coefficientsOf, UpdateRows } from "../../../lib/training/update_rows.ts";
import { type Figure, interleave } from "../interleave.ts";
import { plateauSpec } from "./plateau_spec.ts";
import { rate, type Workload, type WorkloadName, workloads } from "./workload.ts";

const ROUNDS = 15;

/** @param engine one of XLA's */
export async function tripCount(
  engine: EngineName,
  names: readonly WorkloadName[] = ["S", "M"],
): Promise<Figure[]> {
  await startEngine(engine);
  const figures: Figure[] = [];
  for (const name of names) {
    const { chunk } = workloads[name], spec = specOf(workloads[name]);
    const { parts, rows, tables } = await loopOf(engine, spec, chunk);
    /** The chunk again and again, each from the state that the one before left. */
    const repeated = (turns: number | null) => {
      const program = xlaProgram(xlaClient()!, parts, turns);
      let state = listed(freshTensors(spec));
      return async () => {
        const request = { count: chunk, report: false, rows, tables, state, donate: true };
        const result = await program.run(request);
        tf.dispose([...state]);
        state = result.state;
      };
    };
    const { given, known } = await interleave({ given: repeated(null), known: repeated(chunk) }, ROUNDS);
    const what = `${name} on ${engine}, ${chunk} updates`, bench = "trips";
    figures.push(
      { bench, what: `${what}, their count given`, value: given / chunk, unit: "ms an update" },
      { bench, what: `${what}, known when compiled ÷ given`, value: known / given, unit: "×" },
    );
  }
  return figures;
}

const specOf = (workload: Workload): FilledSpec =>
  filledSpec({
    ...plateauSpec(workload),
    schedule: constant(rate),
    batch: workload.batch,
    evaluate: { every: steps(workload.chunk) },
    stop: maxSteps(workload.chunk),
  });

/** A training's updates as a loop, and what its first call is given. */
async function loopOf(engine: EngineName, spec: FilledSpec, capacity: number) {
  const programs = (await programsOf(engine))!, { data, model, batches } = spec;
  const loss = modelKind(model).loss(model), { width } = targetsOf(loss, data);
  const table = exampleTable(data, loss)!, shape = shapeOf(batches, 0);
  const coefficients = coefficientsOf(spec, 1, 1).length;
  const sizes = { features: data.features, width, table: true, coefficients, pieces: 1 };
  const recorded = recordUpdates(programs, spec, loopLayout(spec, layoutOf(spec)), sizes, shape);
  const parts: LoopParts = { ...recorded, report: null, capacity };
  const stretch = { tensors: freshTensors(spec), step: 0, tries: 0, evaluate: false };
  const rates = new Array<number>(capacity).fill(rate);
  const rows = new UpdateRows(spec, sizes, capacity).of(shape, { ...stretch, rates }, capacity, []);
  const tables = {
    all_x: tf.tensor2d(table.x, [table.count, data.features]),
    all_target: tf.tensor2d(table.target, [table.count, width]),
  };
  return { parts, rows, tables };
}
