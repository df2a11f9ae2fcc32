/**
 * Many members of one kind, such as a network at several learning rates and seeds: one batched program for all, or one
 * program run for each in turn, whichever is faster here.
 */
import { TensorflowError } from "../native/native_symbols.ts";
import type { NativeBinding } from "../native/binding.ts";
import { tf } from "../tf.ts";
import { batched } from "./batched.ts";
import type { LoopParts, ProgramMode } from "./loop_functions.ts";
import { type LoopProgram, loopProgram, type LoopRequest } from "./loop_program.ts";

/** Rows are `[capacity, members, …]`, tensors of the state `[members, …]`; all members share the tables. */
export type PopulationRequest = LoopRequest;

export interface PopulationResult {
  /** for each member what each turn logged, as `LoopResult.log` */
  readonly logs: readonly Float32Array[];
  /** for each member what was reported */
  readonly reports: readonly (readonly Float32Array[])[];
  /** new tensors, the caller's */
  readonly state: readonly tf.Tensor[];
}
export interface Population {
  readonly members: number;
  /** one program for all */
  readonly batched: boolean;
  /** as `16 at once: 0.6 against 2.3 ms a turn`; why not, where they run in turn */
  readonly why: string;
  run(request: PopulationRequest): Promise<PopulationResult>;
}

/** Turns of a measurement, and how often each way has its go. */
const TURNS = 64, GOES = 3;

/**
 * Compiles both ways, measures them on a request, and keeps the faster.
 *
 * @param parts of one member
 * @param sample a request to measure on; its tensors stay the caller's
 * @throws TensorflowError when one member's program cannot run
 */
export async function population(
  binding: NativeBinding,
  parts: LoopParts,
  mode: ProgramMode,
  members: number,
  sample: PopulationRequest,
): Promise<Population> {
  const inTurn = eachInTurn(loopProgram(binding, parts, mode), parts, members);
  const count = Math.min(TURNS, parts.capacity, Math.max(1, sample.count)), request = { ...sample, count };
  let atOnce: Population["run"];
  try {
    atOnce = allAtOnce(loopProgram(binding, batchedParts(parts, members), mode), parts, members);
    await disposed(atOnce({ ...request, count: 0 }));
  } catch (error) {
    if (!(error instanceof TensorflowError)) throw error;
    return { members, batched: false, why: error.message, run: inTurn };
  }
  await disposed(inTurn({ ...request, count: 0 }));
  const times = { atOnce: Infinity, inTurn: Infinity };
  for (let go = 0; go < GOES; go++) {
    for (const [way, run] of Object.entries({ atOnce, inTurn }) as [keyof typeof times, typeof inTurn][]) {
      const began = performance.now();
      await disposed(run(request));
      times[way] = Math.min(times[way], (performance.now() - began) / count);
    }
  }
  const faster = times.atOnce < times.inTurn, text = (ms: number) => +ms.toPrecision(2);
  const why = faster
    ? `${members} at once: ${text(times.atOnce)} against ${text(times.inTurn)} ms a turn`
    : `one after another: ${text(times.inTurn)} against ${text(times.atOnce)} ms a turn at once`;
  return { members, batched: faster, why, run: faster ? atOnce : inTurn };
}

async function disposed(running: Promise<PopulationResult>): Promise<void> {
  tf.dispose([...(await running).state]);
}

function batchedParts(parts: LoopParts, members: number): LoopParts {
  const { turn, report, rows, state } = parts;
  return {
    ...parts,
    turn: batched(turn, members, [...rows, ...state]),
    report: report && batched(report, members, state),
  };
}

/** Splits the numbers of all members, which stand side by side in each turn. */
function ofMembers(log: Float32Array, capacity: number, members: number): Float32Array[] {
  const width = log.length / capacity / members;
  return Array.from({ length: members }, (_, member) => {
    const own = new Float32Array(capacity * width);
    for (let turn = 0; turn < capacity; turn++) {
      const from = (turn * members + member) * width;
      own.set(log.subarray(from, from + width), turn * width);
    }
    return own;
  });
}

function allAtOnce(program: LoopProgram, { capacity }: LoopParts, members: number): Population["run"] {
  return async (request) => {
    const { log, report, state } = await program.run(request);
    const reports = Array.from({ length: members }, (_, member) =>
      report.map((all) => {
        const size = all.length / members;
        return all.subarray(member * size, (member + 1) * size);
      }));
    return { logs: ofMembers(log, capacity, members), reports, state };
  };
}

function eachInTurn(program: LoopProgram, { rows }: LoopParts, members: number): Population["run"] {
  return async ({ state, rows: given, ...request }) => {
    const logs: Float32Array[] = [], reports: (readonly Float32Array[])[] = [];
    const own = state.map((tensor) => tf.unstack(tensor));
    const apart = rows.map((name) => [name, tf.unstack(given[name], 1)] as const);
    const after: (readonly tf.Tensor[])[] = [];
    for (let member = 0; member < members; member++) {
      const mine = Object.fromEntries(apart.map(([name, each]) => [name, each[member]]));
      const ran = await program.run({ ...request, rows: mine, state: own.map((each) => each[member]) });
      logs.push(ran.log);
      reports.push(ran.report);
      after.push(ran.state);
    }
    const stacked = state.map((_, i) => tf.stack(after.map((each) => each[i])));
    tf.dispose([...own, ...apart.map(([, each]) => each), ...after] as tf.Tensor[][]);
    return { logs, reports, state: stacked };
  };
}
