/**
 * The functions of a loop of recorded turns. Each turn gets its row of every per-turn array and logs its numbers; after
 * the last one the state is checked, and may be reported on (an evaluation, say).
 */
import { dtypes } from "../native/native_tensor.ts";
import type { Attribute, FunctionArgument, FunctionDefinition, FunctionNode } from "./function_def.ts";
import type { RecordedInput, Recording } from "./record.ts";

/** How a program runs: compiled to machine code, or op by op without JavaScript in between. */
export type ProgramMode = "xla" | "graph";

/**
 * What a loop is made of. Inputs of the turn that are neither rows nor state are tables: they stay. So are those of the
 * report that are no state; no two tables may share a name.
 */
export interface LoopParts {
  /** one turn: rows, tables and state in; a vector of numbers to log, then the state, out */
  readonly turn: Recording;
  /** inputs of `turn` that each turn has its own of: sliced from arrays of `capacity` rows */
  readonly rows: readonly string[];
  /** inputs of `turn` that its results replace, in the order of its results after the first */
  readonly state: readonly string[];
  /** what is computed of the state after the last turn, when asked for; null for nothing */
  readonly report: Recording | null;
  /** most turns of a call */
  readonly capacity: number;
}

/** Inputs of the turn that stay the same from turn to turn. */
export const tablesOf = ({ turn, rows, state }: LoopParts): readonly RecordedInput[] =>
  turn.inputs.filter(({ name }) => !rows.includes(name) && !state.includes(name));

const INT = dtypes.int32, FLOAT = dtypes.float32, BOOL = dtypes.bool;

const intConstant = (name: string, value: number): FunctionNode => ({
  name,
  op: "Const",
  inputs: [],
  attributes: {
    dtype: { type: INT },
    value: { constant: { dtype: INT, shape: [], bytes: new Uint8Array(Int32Array.of(value).buffer) } },
  },
});
function zeros(name: string, dtype: number, shape: readonly number[]): FunctionNode {
  const size = shape.reduce((product, length) => product * length, 1);
  const bytes = new Uint8Array(size * (dtype === BOOL ? 1 : 4));
  const attributes = { dtype: { type: dtype }, value: { constant: { dtype, shape, bytes } } };
  return { name, op: "Const", inputs: [], attributes };
}
const packed = (name: string, input: string, dtype: number): FunctionNode => ({
  name,
  op: "Pack",
  inputs: [input],
  attributes: { T: { type: dtype }, N: { int: 1 }, axis: { int: 0 } },
});
const types = (given: readonly FunctionArgument[]): Attribute => ({ types: given.map(({ dtype }) => dtype) });

/** The function of a recording: its inputs, then its captures. */
const functionOf = (name: string, { nodes, inputs, captures, results }: Recording): FunctionDefinition => ({
  name,
  inputs: [...inputs, ...captures],
  results,
  nodes,
});

/** The call of a recording's function, with names of this place for its inputs. */
function callOf(
  name: string,
  callee: string,
  { inputs, captures, results }: Recording,
  here: (input: string) => string,
): FunctionNode {
  return {
    name,
    op: "PartitionedCall",
    inputs: [...inputs, ...captures].map((input) => here(input.name)),
    attributes: {
      Tin: types([...inputs, ...captures]),
      Tout: types(results),
      f: { function: callee },
    },
  };
}

/** What a capture of the report is called in the whole: the turn has captures of its own. */
const ofReport = (name: string) => `reported_${name}`;

/**
 * All functions of a loop, the one to call last: count, whether to report, rows, tables, captures of the turn, state,
 * tables of the report, captures of the report in; log, check, report, state out.
 *
 * @param prefix of their names: a context knows one function of a name
 */
export function loopFunctions(parts: LoopParts, mode: ProgramMode, prefix: string): FunctionDefinition[] {
  const { turn, rows, state, report, capacity } = parts;
  const input = (name: string) => turn.inputs.find((each) => each.name === name)!;
  const [logged, ...next] = turn.results;
  const tables = tablesOf(parts);
  const argument = (name: string, dtype: number): FunctionArgument => ({ name, dtype });
  const carried = [
    argument("turn", INT),
    argument("count", INT),
    argument("log", FLOAT),
    ...rows.map(input),
    ...tables,
    ...turn.captures,
    ...state.map(input),
  ];

  // the body of the loop: slice, run, log
  const slices = rows.map((name): FunctionNode => ({
    name: `row_${name}`,
    op: "GatherV2",
    inputs: [name, "turn", "zero:output:0"],
    attributes: {
      Tparams: { type: input(name).dtype },
      Tindices: { type: INT },
      Taxis: { type: INT },
    },
  }));
  const inBody = (name: string) => rows.includes(name) ? `row_${name}:output:0` : name;
  const body: FunctionDefinition = {
    name: `${prefix}body`,
    inputs: carried,
    results: carried.map(({ name, dtype }) => {
      const from = name === "turn"
        ? "next:z:0"
        : name === "log"
        ? "logged:output:0"
        : state.includes(name)
        ? `turned:output:${1 + state.indexOf(name)}`
        : name;
      return { name: `next_${name}`, dtype, from };
    }),
    nodes: [
      intConstant("zero", 0),
      intConstant("one", 1),
      ...slices,
      callOf("turned", `${prefix}turn`, turn, inBody),
      packed("place", "turn", INT),
      packed("places", "place:output:0", INT),
      packed("numbers", "turned:output:0", FLOAT),
      {
        name: "logged",
        op: "TensorScatterUpdate",
        inputs: ["log", "places:output:0", "numbers:output:0"],
        attributes: { T: { type: FLOAT }, Tindices: { type: INT } },
      },
      { name: "next", op: "AddV2", inputs: ["turn", "one:output:0"], attributes: { T: { type: INT } } },
    ],
  };
  const condition: FunctionDefinition = {
    name: `${prefix}condition`,
    inputs: carried,
    results: [{ name: "goes_on", dtype: BOOL, from: "less:z:0" }],
    nodes: [{ name: "less", op: "Less", inputs: ["turn", "count"], attributes: { T: { type: INT } } }],
  };

  // the whole: the loop, whether its state is numbers, and the report
  const after = (name: string) =>
    state.includes(name) ? `loop:output:${carried.findIndex((each) => each.name === name)}` : name;
  const floats = state.map(input).filter(({ dtype }) => dtype === FLOAT);
  const check = finiteCheck(floats, after);
  const reported = report ? reportNodes(report, prefix, after) : null;
  const given = [
    argument("count", INT),
    argument("reporting", BOOL),
    ...carried.slice(3),
    ...(report?.inputs.filter(({ name }) => !state.includes(name)) ?? []),
    ...(report?.captures.map(({ name, dtype }) => ({ name: ofReport(name), dtype })) ?? []),
  ];
  const chunk: FunctionDefinition = {
    name: `${prefix}chunk`,
    inputs: given,
    results: [
      { name: "log_out", dtype: FLOAT, from: "loop:output:2" },
      { name: "check", dtype: FLOAT, from: check.from },
      ...(reported?.results ?? []),
      ...state.map((name, i) => ({ name: `state${i}`, dtype: next[i].dtype, from: after(name) })),
    ],
    nodes: [
      intConstant("first", 0),
      zeros("empty", FLOAT, [capacity, ...logged.shape]),
      {
        name: "loop",
        op: "StatelessWhile",
        inputs: ["first:output:0", "count", "empty:output:0", ...carried.slice(3).map(({ name }) => name)],
        attributes: {
          T: types(carried),
          cond: { function: condition.name },
          body: { function: body.name },
          output_shapes: { shapes: [] },
          parallel_iterations: { int: 1 },
        },
      },
      ...check.nodes,
      ...(reported?.nodes ?? []),
    ],
    attributes: mode === "xla" ? { _XlaMustCompile: { bool: true } } : {},
  };
  return [functionOf(`${prefix}turn`, turn), body, condition, ...(reported?.functions ?? []), chunk];
}

/** Σ 0 × x over all of the state: 0 where it is numbers, else none. */
function finiteCheck(state: readonly RecordedInput[], after: (name: string) => string) {
  const nodes: FunctionNode[] = [zeros("nothing", FLOAT, [])];
  const sums = state.map(({ name, shape }, i) => {
    const axes = Int32Array.from(shape, (_, axis) => axis);
    const constant = { dtype: INT, shape: [axes.length], bytes: new Uint8Array(axes.buffer) };
    nodes.push(
      {
        name: `nil${i}`,
        op: "Mul",
        inputs: [after(name), "nothing:output:0"],
        attributes: { T: { type: FLOAT } },
      },
      {
        name: `axes${i}`,
        op: "Const",
        inputs: [],
        attributes: { dtype: { type: INT }, value: { constant } },
      },
      {
        name: `sum${i}`,
        op: "Sum",
        inputs: [`nil${i}:z:0`, `axes${i}:output:0`],
        attributes: { T: { type: FLOAT }, Tidx: { type: INT }, keep_dims: { bool: false } },
      },
    );
    return `sum${i}:output:0`;
  });
  const attributes = { T: { type: FLOAT }, N: { int: sums.length } };
  nodes.push({ name: "all", op: "AddN", inputs: sums, attributes });
  return { nodes, from: "all:sum:0" };
}

/** The report where it is asked for; zeros of its shapes elsewhere. */
function reportNodes(report: Recording, prefix: string, after: (name: string) => string) {
  const inputs = [...report.inputs, ...report.captures];
  const without: FunctionDefinition = {
    name: `${prefix}no_report`,
    inputs,
    results: report.results.map(({ name, dtype }) => ({ name, dtype, from: `zeros_${name}:output:0` })),
    nodes: report.results.map(({ name, dtype, shape }) => zeros(`zeros_${name}`, dtype, shape)),
  };
  const node: FunctionNode = {
    name: "report",
    op: "StatelessIf",
    inputs: [
      "reporting",
      ...report.inputs.map(({ name }) => after(name)),
      ...report.captures.map(({ name }) => ofReport(name)),
    ],
    attributes: {
      Tcond: { type: BOOL },
      Tin: types(inputs),
      Tout: types(report.results),
      then_branch: { function: `${prefix}report` },
      else_branch: { function: without.name },
      output_shapes: { shapes: report.results.map(({ shape }) => shape) },
    },
  };
  return {
    nodes: [node],
    functions: [functionOf(`${prefix}report`, report), without],
    results: report.results.map(({ dtype }, i) => ({
      name: `report${i}`,
      dtype,
      from: `report:output:${i}`,
    })),
  };
}
