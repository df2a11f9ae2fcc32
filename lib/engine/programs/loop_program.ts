/** A loop of recorded turns as one TensorFlow program: a chunk of updates is one call, beside the event loop. */
import { createHash } from "node:crypto";
import { timesForgotten } from "../libraries/compile_cache.ts";
import type { NativeBinding } from "../native/binding.ts";
import { idOf, tensorOf } from "../native/native_ids.ts";
import { dtypes } from "../native/native_tensor.ts";
import { tf } from "../tf.ts";
import { functionBytes } from "./function_def.ts";
import { loopFunctions, type LoopParts, type ProgramMode } from "./loop_functions.ts";

export interface LoopRequest {
  /** turns, at most the capacity; 0 for a report alone */
  readonly count: number;
  readonly report: boolean;
  /** values of the rows by name, `capacity` rows each */
  readonly rows: Readonly<Record<string, tf.Tensor>>;
  /** by name */
  readonly tables: Readonly<Record<string, tf.Tensor>>;
  /** in the order of `LoopParts.state`; they stay as they are, unless they are donated */
  readonly state: readonly tf.Tensor[];
  /**
   * Whether the program may write the new state over this one where nobody else holds it: that saves its memory, and
   * its tensors can only be disposed of afterwards. Default false. A training keeps its state until it has seen the
   * next one: which update left no number, or met its rule, shows then, and those before it are run again from here.
   */
  readonly donate?: boolean;
}
export interface LoopResult {
  /** `capacity × numbers`, of which the first `count` rows are written */
  readonly log: Float32Array;
  /** whether all of the state is numbers */
  readonly finite: boolean;
  /** zeros unless asked for */
  readonly report: readonly Float32Array[];
  /** new tensors, the caller's */
  readonly state: readonly tf.Tensor[];
}
export interface LoopProgram {
  readonly mode: ProgramMode;
  /** the first call compiles. @throws TensorflowError */
  run(request: LoopRequest): Promise<LoopResult>;
}

/** Names of the functions that the context knows: equal programs share them, and what was compiled of them. */
const known = new WeakMap<NativeBinding, Set<string>>();

/**
 * Makes a program of a loop. Its functions are named by what is in them, so a second training of the same network finds
 * the first one's compiled.
 *
 * @throws TensorflowError when TensorFlow refuses a function
 * @example
 * ```ts ignore
 * const turn = record(binding, { x: tf.scalar(1) }, ({ x }) => [tf.reshape(x, [1]), tf.mul(x, 2)]);
 * const program = loopProgram(binding, { turn, rows: [], state: ["x"], report: null, capacity: 8 }, "xla");
 * const doubled = await program.run({ count: 3, report: false, rows: {}, tables: {}, state: [tf.scalar(1)] }); // 8
 * ```
 */
export function loopProgram(binding: NativeBinding, parts: LoopParts, mode: ProgramMode): LoopProgram {
  const { turn, report, rows, state } = parts;
  const name = addLibrary(binding, parts, mode);
  const isTable = (input: string) => !rows.includes(input) && !state.includes(input);
  const turnTables = turn.inputs.map((input) => input.name).filter(isTable);
  const reportTables = (report?.inputs ?? []).map((input) => input.name).filter(isTable);
  const reports = report?.results.length ?? 0, outputs = 2 + reports + state.length;
  return {
    mode,
    async run(request) {
      const { count, report: reporting } = request;
      const inputs = [
        ...rows.map((row) => idOf(request.rows[row])),
        ...turnTables.map((table) => idOf(request.tables[table])),
        ...turn.captures.map(({ id }) => id),
        ...request.state.map(idOf),
        ...reportTables.map((table) => idOf(request.tables[table])),
        ...(report?.captures ?? []).map(({ id }) => id),
      ];
      const made = [
        binding.createTensor([], dtypes.int32, Int32Array.of(count)),
        binding.createTensor([], dtypes.bool, Uint8Array.of(reporting ? 1 : 0)),
      ];
      const running = binding.call(name, [...made, ...inputs], outputs);
      for (const id of made) binding.deleteTensor(id);
      const [log, check, ...rest] = await running;
      const numbers = ({ id }: { id: number }) => {
        const values = binding.tensorDataSync(id) as Float32Array;
        binding.deleteTensor(id);
        return values;
      };
      return {
        log: numbers(log),
        finite: Number.isFinite(numbers(check)[0]),
        report: rest.slice(0, reports).map(numbers),
        state: rest.slice(reports).map(tensorOf),
      };
    },
  };
}

/** Adds the functions that the context does not know yet; answers the name of the one to call. */
function addLibrary(binding: NativeBinding, parts: LoopParts, mode: ProgramMode): string {
  // what XLA has refused it goes on refusing under that name
  const hash = createHash("sha256").update(`${timesForgotten()}`);
  for (const definition of loopFunctions(parts, mode, "")) hash.update(functionBytes(definition));
  const prefix = `plateau_${hash.digest("hex").slice(0, 16)}_`;
  const functions = loopFunctions(parts, mode, prefix), name = functions.at(-1)!.name;
  const names = known.get(binding) ?? new Set();
  known.set(binding, names);
  if (names.has(name)) return name;
  for (const definition of functions) binding.addFunction(functionBytes(definition));
  names.add(name);
  return name;
}
