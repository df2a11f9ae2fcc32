/**
 * A loop of recorded turns as a module of StableHLO: the same loop that `loopFunctions` makes for TensorFlow. Arguments:
 * count, whether to report, rows, tables, state, tables of the report. Results: log, check, report, state.
 */
import { dtypes } from "../native/native_tensor.ts";
import type { LoopParts } from "../programs/loop_functions.ts";
import type { RecordedInput } from "../programs/record.ts";
import type { Made } from "./pjrt_executable.ts";
import type { DeviceType } from "./pjrt_buffer.ts";
import type { KeptRows } from "./kept_rows.ts";
import { opText, recordingText } from "./module_text.ts";
import { elementType, listText, typeText } from "./stablehlo.ts";

/** The module, what it is given and what it makes. Plain data. */
export interface LoopModule {
  readonly text: string;
  /** names of the tables of the turn, in their order */
  readonly turnTables: readonly string[];
  /** of the report */
  readonly reportTables: readonly string[];
  readonly made: readonly Made[];
}

const INT = "tensor<i32>", BOOL = "tensor<i1>";

const made = ({ shape, dtype }: { shape: readonly number[]; dtype: number }): Made => ({
  shape,
  type: elementType(dtype) as DeviceType,
});
const wordOf = (input: { shape: readonly number[]; dtype: number }) => typeText(made(input));
/** @param type `INT` or `BOOL`, of one number; @param text as `0`, `true` */
const constant = (name: string, text: string, type: string) =>
  opText(name, "stablehlo.constant", [], [], type, { attributes: `value = dense<${text}> : ${type}` });
const returned = (values: readonly string[], types: readonly string[]) =>
  `"stablehlo.return"(${values.join(", ")}) : (${types.join(", ")}) -> ()`;
const zeros = (name: string, shape: readonly number[], dtype: number) => {
  const type = wordOf({ shape, dtype }),
    zero = dtype === dtypes.float32 ? "0.0" : dtype === dtypes.bool ? "false" : "0";
  return opText(name, "stablehlo.constant", [], [], type, { attributes: `value = dense<${zero}> : ${type}` });
};

/**
 * @param turns how many there always are; null: as the argument says. On a CPU a known count was measured to take 0.95
 *   to 1.03 of a given one's time (S and M of the bench), so that one program serves all counts; a device that asks the
 *   host before each turn of a given count may differ (`deno task bench trips --engine=xla:cuda`)
 */
export function loopModule(parts: LoopParts | KeptRows, turns: number | null = null): LoopModule {
  const { turn, rows, state, report, capacity } = parts, kept = "kept" in parts ? parts.kept : [];
  const inputs = (names: readonly string[]) =>
    names.map((name) => turn.inputs.find((each) => each.name === name)!);
  const moved = [...state, ...kept.map(({ name }) => name)];
  const isTable = ({ name }: RecordedInput) => !rows.includes(name) && !moved.includes(name);
  const turnTables = turn.inputs.filter(isTable), reportTables = report?.inputs.filter(isTable) ?? [];
  const logShape = [capacity, ...turn.results[0].shape], log = { shape: logShape, dtype: dtypes.float32 };
  const stacked = inputs(rows).map((row) => ({ ...row, shape: [capacity, ...row.shape] }));
  const arguments_ = [...stacked, ...turnTables, ...inputs(state), ...reportTables];
  // a state that is donated becomes the next one in its place; XLA copies one that is not, as it would without this
  const first = 2 + (report?.results.length ?? 0);
  const aliasOf = ({ name }: RecordedInput) =>
    state.includes(name) ? ` {tf.aliasing_output = ${first + state.indexOf(name)} : i32}` : "";
  const given = [
    `%count: ${INT}`,
    `%reporting: ${BOOL}`,
    ...arguments_.map((input) => `%in_${input.name}: ${wordOf(input)}${aliasOf(input)}`),
  ];
  const check = { shape: [], dtype: dtypes.bool };
  const results = [log, check, ...(report?.results ?? []), ...inputs(state)].map(made);
  const after = (name: string) => state.includes(name) ? `%loop#${2 + state.indexOf(name)}` : `%in_${name}`;
  const reported = reportText(parts, after), checked = checkText(inputs(state), after);
  const lines = [
    constant("%zero", "0", INT),
    constant("%one", "1", INT),
    ...(turns === null ? [] : [constant("%turns", `${turns}`, INT)]),
    zeros("%empty", logShape, dtypes.float32),
    ...kept.map(({ name, shape, dtype }) => zeros(`%in_${name}`, shape, dtype)),
    whileText(parts, moved, stacked, wordOf(log), turns === null ? "%count" : "%turns"),
    ...checked.lines,
    ...reported.lines,
    `"func.return"(${["%loop#1", checked.result, ...reported.results, ...state.map(after)].join(", ")}) : (${
      results.map(typeText).join(", ")
    }) -> ()`,
  ];
  const text = `module @plateau {\nfunc.func @main(${given.join(", ")}) -> (${
    results.map(typeText).join(", ")
  }) {\n${lines.join("\n")}\n}\n}\n`;
  const names = (tables: readonly RecordedInput[]) => tables.map(({ name }) => name);
  return { text, turnTables: names(turnTables), reportTables: names(reportTables), made: results };
}

/**
 * The loop: its turn's number, the log, the state.
 * @param moved the state, and what turns keep for themselves
 */
function whileText(
  { turn, rows }: LoopParts,
  moved: readonly string[],
  stacked: readonly RecordedInput[],
  logType: string,
  end: string,
): string {
  const input = (name: string) => turn.inputs.find((each) => each.name === name)!;
  const types = [INT, logType, ...moved.map((name) => wordOf(input(name)))];
  const first = ["%zero", "%empty", ...moved.map((name) => `%in_${name}`)];
  const block = (prefix: string) =>
    `^bb0(${
      ["turn", "log", ...moved.map((name) => `_${name}`)].map((name, i) => `%${prefix}${name}: ${types[i]}`)
        .join(", ")
    }):`;
  const less = opText("%goes_on", "stablehlo.compare", ["%askedturn", end], [INT, INT], BOOL, {
    attributes: "comparison_direction = #stablehlo<comparison_direction LT>",
  });
  const own = (name: string) =>
    rows.includes(name) ? `%row_${name}` : moved.includes(name) ? `%now_${name}` : `%in_${name}`;
  const { lines, results: [logged, ...next] } = recordingText(turn, "turn_", own);
  const numbers = turn.results[0], row = wordOf({ ...numbers, shape: [1, ...numbers.shape] });
  const places = ["%nowturn", ...numbers.shape.map(() => "%zero")];
  const body = [
    ...stacked.flatMap((input) => sliceText(input)),
    ...lines,
    opText("%numbers", "stablehlo.reshape", [logged], [wordOf(numbers)], row),
    opText(
      "%next_log",
      "stablehlo.dynamic_update_slice",
      ["%nowlog", "%numbers", ...places],
      [logType, row, ...places.map(() => INT)],
      logType,
    ),
    opText("%next_turn", "stablehlo.add", ["%nowturn", "%one"], [INT, INT], INT),
    returned(["%next_turn", "%next_log", ...next], types),
  ];
  return opText(`%loop:${types.length}`, "stablehlo.while", first, types, `(${types.join(", ")})`, {
    regions: [
      [block("asked"), less, returned(["%goes_on"], [BOOL])].join("\n"),
      [block("now"), ...body].join("\n"),
    ],
  });
}

/** A turn's own row. */
function sliceText({ name, shape, dtype }: RecordedInput): readonly string[] {
  const one = [1, ...shape.slice(1)], places = ["%nowturn", ...shape.slice(1).map(() => "%zero")];
  const sliced = wordOf({ shape: one, dtype });
  return [
    opText(
      `%slice_${name}`,
      "stablehlo.dynamic_slice",
      [`%in_${name}`, ...places],
      [wordOf({ shape, dtype }), ...places.map(() => INT)],
      sliced,
      { attributes: `slice_sizes = ${listText(one)}` },
    ),
    opText(
      `%row_${name}`,
      "stablehlo.reshape",
      [`%slice_${name}`],
      [sliced],
      wordOf({ shape: shape.slice(1), dtype }),
    ),
  ];
}

/** Whether all of the state is numbers. */
function checkText(state: readonly RecordedInput[], after: (name: string) => string) {
  const lines = [constant("%all_0", "true", BOOL)],
    floats = state.filter(({ dtype }) => dtype === dtypes.float32);
  floats.forEach(({ name, shape, dtype }, i) => {
    const type = wordOf({ shape, dtype }), bits = wordOf({ shape, dtype: dtypes.bool });
    const axes = listText(shape.map((_, axis) => axis));
    lines.push(
      opText(`%is_${i}`, "stablehlo.is_finite", [after(name)], [type], bits),
      opText(`%each_${i}`, "stablehlo.reduce", [`%is_${i}`, "%all_0"], [bits, BOOL], BOOL, {
        attributes: `dimensions = ${axes}`,
        regions: [[
          `^bb0(%left: ${BOOL}, %right: ${BOOL}):`,
          opText("%both", "stablehlo.and", ["%left", "%right"], [BOOL, BOOL], BOOL),
          returned(["%both"], [BOOL]),
        ].join("\n")],
      }),
      opText(`%all_${i + 1}`, "stablehlo.and", [`%all_${i}`, `%each_${i}`], [BOOL, BOOL], BOOL),
    );
  });
  return { lines, result: `%all_${floats.length}` };
}

/** The report where it is asked for; zeros of its shapes elsewhere. */
function reportText({ report }: LoopParts, after: (name: string) => string) {
  if (report === null || report.results.length === 0) return { lines: [], results: [] };
  const types = report.results.map(wordOf), { lines, results } = recordingText(report, "report_", after);
  const nothing = report.results.map(({ shape, dtype }, i) => zeros(`%nothing_${i}`, shape, dtype));
  const text = opText(
    `%report:${types.length}`,
    "stablehlo.if",
    ["%reporting"],
    [BOOL],
    `(${types.join(", ")})`,
    {
      regions: [
        [...lines, returned(results, types)].join("\n"),
        [...nothing, returned(types.map((_, i) => `%nothing_${i}`), types)].join("\n"),
      ],
    },
  );
  return { lines: [text], results: types.map((_, i) => `%report#${i}`) };
}
