/** A loop of recorded turns on a device: a chunk of updates is one call, beside the event loop. */
import type { LoopParts } from "../programs/loop_functions.ts";
import type { LoopProgram, LoopRequest, LoopResult } from "../programs/loop_program.ts";
import type { Recording } from "../programs/record.ts";
import { keptRows } from "./kept_rows.ts";
import { type LoopModule, loopModule } from "./loop_module.ts";
import type { PjrtBuffer } from "./pjrt_buffer.ts";
import { withExecutable } from "./open_executables.ts";
import type { PjrtClient } from "./pjrt_client.ts";
import { platforms } from "../platforms.ts";
import { tracingBackend } from "./trace.ts";

/**
 * Makes a program of a loop, as `loopProgram` does for TensorFlow. Its `run` throws a RangeError, as
 * `invalid count: 9 (0 to 8, the program's capacity)`.
 *
 * @param turns of every call, as in `loopModule`. Default: the count of each call
 * @example
 * ```ts ignore
 * const turn = trace({ x: tf.scalar(1) }, ({ x }) => [tf.reshape(x, [1]), tf.mul(x, 2)]);
 * const program = xlaProgram(client, { turn, rows: [], state: ["x"], report: null, capacity: 8 });
 * const doubled = await program.run({ count: 3, report: false, rows: {}, tables: {}, state: [tf.scalar(1)] }); // 8
 * ```
 */
export function xlaProgram(client: PjrtClient, parts: LoopParts, turns: number | null = null): LoopProgram {
  const backend = tracingBackend(), reports = parts.report?.results.length ?? 0;
  const onCpu = client.platform === platforms.cpu.said;
  const modules = new Map<string, LoopModule>();
  /** The module for tables of these shapes: a recording is made with a table of one row. */
  const moduleFor = (tables: LoopRequest["tables"]): LoopModule => {
    const shapes = Object.entries(tables).map(([name, { shape }]) => [name, shape] as const);
    const key = JSON.stringify(shapes), known = modules.get(key);
    if (known !== undefined) return known;
    const shaped = withTables(parts, new Map(shapes)),
      made = loopModule(onCpu ? keptRows(shaped) : shaped, turns);
    modules.set(key, made);
    return made;
  };
  return {
    mode: "xla",
    async run({ count, report, rows, tables, state, donate = false }: LoopRequest): Promise<LoopResult> {
      if (turns !== null && count !== turns) {
        throw new RangeError(`invalid count: ${count} (the program was made for ${turns})`);
      }
      if (!(Number.isInteger(count) && count >= 0 && count <= parts.capacity)) {
        throw new RangeError(`invalid count: ${count} (0 to ${parts.capacity}, the program's capacity)`);
      }
      const { text, turnTables, reportTables, made } = moduleFor(tables);
      const tensors = [
        ...parts.rows.map((row) => rows[row]),
        ...turnTables.map((table) => tables[table]),
        ...state,
        ...reportTables.map((table) => tables[table]),
      ];
      const held: PjrtBuffer[] = [];
      const own = (buffer: PjrtBuffer) => (held.push(buffer), buffer);
      // their owners may let them go while it compiles
      const lent = (buffer: PjrtBuffer) => (buffer.hold(), own(buffer));
      let outputs: PjrtBuffer[];
      try {
        const inputs = [
          own(client.buffer(Int32Array.of(count), [], "int32")),
          own(client.buffer(Uint8Array.of(report ? 1 : 0), [], "bool")),
          ...tensors.map((tensor) => lent(backend.bufferOf(tensor, client))),
        ];
        const first = inputs.length - reportTables.length - state.length;
        const donated = donate ? backend.unshared(state).map((i) => first + i) : [];
        outputs = await withExecutable(client, text, (executable) => executable.run(inputs, made, donated));
      } finally {
        for (const buffer of held) buffer.free();
      }
      const { numbers, next } = await read(outputs, 2 + reports);
      const [log, [finite], ...reported] = numbers;
      return { log, finite: finite === 1, report: reported, state: next.map((each) => backend.kept(each)) };
    },
  };
}

/** The first `count` outputs as numbers; the others stay where they are, unless one cannot be read. */
async function read(outputs: readonly PjrtBuffer[], count: number) {
  const told = outputs.slice(0, count), next = outputs.slice(count);
  try {
    const numbers = await Promise.all(told.map((buffer) => buffer.read() as Promise<Float32Array>));
    return { numbers, next };
  } catch (error) {
    for (const buffer of next) buffer.free();
    throw error;
  } finally {
    for (const buffer of told) buffer.free();
  }
}

/** The parts with tables of other lengths than they were recorded with. */
function withTables(parts: LoopParts, shapes: ReadonlyMap<string, readonly number[]>): LoopParts {
  const shaped = (recording: Recording): Recording => {
    const inputs = recording.inputs.map((input) => ({
      ...input,
      shape: shapes.get(input.name) ?? input.shape,
    }));
    const tensors = new Map([...recording.tensors, ...inputs.map((input) => [input.name, input] as const)]);
    return { ...recording, inputs, tensors };
  };
  return { ...parts, turn: shaped(parts.turn), report: parts.report && shaped(parts.report) };
}
