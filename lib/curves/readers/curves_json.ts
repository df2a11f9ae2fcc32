/** Runs as one JSON object, piece by piece: curves are long. */
import type { LoggedRun, Series } from "../logged.ts";

/** Numbers in one piece. */
const PIECE = 8192;
const COLUMNS = ["step", "value", "epoch", "examples", "seconds"] as const;

/**
 * `{runs: [{name, source, series: {tag: {step, value, …}}, config, counting, batches, warnings}]}` in pieces of text.
 * Numbers that JSON does not have are the texts "NaN", "Infinity" and "-Infinity".
 *
 * @example
 * ```ts
 * import { curvesJson } from "./curves_json.ts";
 *
 * console.assert([...curvesJson([])].join("") === '{"runs":[]}\n');
 * ```
 */
export function* curvesJson(runs: readonly LoggedRun[]): Generator<string> {
  yield '{"runs":[';
  for (const [i, { name, source, series, config, counting, batches, warnings }] of runs.entries()) {
    yield `${i > 0 ? "," : ""}\n{"name":${json(name)},"source":${json(source)},"series":{`;
    for (const [j, [tag, columns]] of Object.entries(series).entries()) {
      yield `${j > 0 ? "," : ""}\n${json(tag)}:{`;
      yield* columnsJson(columns);
      yield "}";
    }
    yield `},"config":${json(config)},"counting":${json(counting)},"batches":${json(batches)}`;
    yield `,"warnings":${json(warnings)}}`;
  }
  yield "]}\n";
}

function* columnsJson(series: Series): Generator<string> {
  for (const name of COLUMNS) {
    const column = series[name];
    if (!column) continue;
    yield `${name === "step" ? "" : ","}"${name}":[`;
    for (let from = 0; from < column.length; from += PIECE) {
      const piece = Array.from(column.subarray(from, from + PIECE), number);
      yield `${from > 0 ? "," : ""}${piece.join(",")}`;
    }
    yield "]";
  }
}

const json = (value: unknown): string =>
  JSON.stringify(
    value,
    (_, inner) => typeof inner === "number" && !Number.isFinite(inner) ? String(inner) : inner,
  );

const number = (value: number): string =>
  Number.isFinite(value) ? Object.is(value, -0) ? "-0" : String(value) : `"${value}"`;
