/** Rows of a large table go to memory that a loop keeps, so that a CPU looks them up in one thread. */
import { dtypes } from "../native/native_tensor.ts";
import type { FunctionNode } from "../programs/function_def.ts";
import { type LoopParts, tablesOf } from "../programs/loop_functions.ts";
import type { RecordedInput, RecordedTensor } from "../programs/record.ts";
import { listText, sizeOf } from "./stablehlo.ts";

/** XLA shares work among threads by the bytes of all that it is given, here of the whole table. */
const LARGE = 2 ** 18;
/** Most numbers of the rows: one thread copies them one by one, at 2 ns each. */
const FEW = 2 ** 13;

/** A loop whose turns write memory of their own. */
export interface KeptRows extends LoopParts {
  /** inputs of the turn beside its rows, state and tables: of nothing at first, then the turn's last results */
  readonly kept: readonly RecordedInput[];
}

/**
 * A loop whose few rows of a large table are written into memory that stays from turn to turn. XLA would share a lookup
 * of 8 kB in 500 kB between two threads, which was measured to take 7 µs instead of a half, and a fifth of a whole
 * training's time; what is written into memory that stays it leaves to one.
 */
export function keptRows(parts: LoopParts): KeptRows {
  const { turn } = parts;
  const large = new Set(
    tablesOf(parts).filter(({ shape }) => 4 * sizeOf(shape) >= LARGE).map(({ name }) => name),
  );
  const tensors = new Map(turn.tensors), kept: RecordedInput[] = [], results = [...turn.results];
  const nodes = turn.nodes.flatMap((node) => {
    const found = turn.tensors.get(`${node.name}:0`);
    if (node.op !== "stablehlo.gather" || !large.has(node.inputs[0]) || !isFew(found)) return [node];
    const { shape: [count, ...rest], dtype } = found;
    // a row more than is written: all of it would be no write into memory that stays
    const memory = { name: `kept_${kept.length}`, dtype, shape: [count + 1, ...rest] };
    const { written, nodes, made } = through(memory, node, found);
    kept.push(memory);
    results.push({ ...memory, from: written });
    for (const [name, tensor] of [[memory.name, memory] as const, ...made]) tensors.set(name, tensor);
    return nodes;
  });
  return { ...parts, turn: { ...turn, nodes, tensors, results, inputs: [...turn.inputs, ...kept] }, kept };
}

const isFew = (rows: RecordedTensor | undefined): rows is RecordedTensor =>
  rows?.dtype === dtypes.float32 && sizeOf(rows.shape) <= FEW;

/** The lookup, written into the memory and read from there under its own name. */
function through(memory: RecordedInput, lookup: FunctionNode, rows: RecordedTensor) {
  const { name } = lookup, { shape } = rows;
  const [found, first, written] = ["found", "first", "written"].map((part) => `${name}_${part}`);
  const start = { dtype: dtypes.int32, shape: [], bytes: new Uint8Array(4) };
  const from = shape.map(() => 0), by = shape.map(() => 1);
  const text = `start_indices = ${listText(from)}, limit_indices = ${listText(shape)}, strides = ${
    listText(by)
  }`;
  const nodes: readonly FunctionNode[] = [
    { ...lookup, name: found },
    { name: first, op: "Const", inputs: [], attributes: { value: { constant: start } } },
    {
      name: written,
      op: "stablehlo.dynamic_update_slice",
      inputs: [memory.name, `${found}:0`, ...from.map(() => `${first}:0`)],
      attributes: {},
    },
    { name, op: "stablehlo.slice", inputs: [`${written}:0`], attributes: { attributes: { text } } },
  ];
  const made: readonly (readonly [string, RecordedTensor])[] = [
    [`${found}:0`, rows],
    [`${first}:0`, start],
    [`${written}:0`, memory],
  ];
  return { written: `${written}:0`, nodes, made };
}
