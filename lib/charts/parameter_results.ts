/** The results of trials against one parameter. */
import * as Plot from "@observablehq/plot";
import type { Chart } from "./chart.ts";
import { blocks } from "./blocks.ts";
import { decimals, thousands } from "./format.ts";
import { namedAxis } from "./named_axis.ts";
import { INK, INK_3, PAGE } from "./palette.ts";

export interface ParameterResult {
  readonly name: string;
  readonly value: number;
  readonly result: number;
}
export interface ParameterResultsOptions {
  readonly parameter: string;
  /** what the result is, as `validation.loss` */
  readonly metric: string;
  readonly results: readonly ParameterResult[];
  /** ends of what was searched */
  readonly min: number;
  readonly max: number;
  readonly log: boolean;
}

/** More dots than these lie on each other. */
const DOTS = 1_000;
/** Spots of the figure, across and up, of which each shows one dot. */
const ACROSS = 120, UP = 45;

/** Of very many results those that can be told apart: one for each spot of the figure. */
function apart(results: readonly ParameterResult[], log: boolean): readonly ParameterResult[] {
  if (results.length <= DOTS) return results;
  const spot = (column: readonly number[], count: number) => {
    const min = column.reduce((a, b) => Math.min(a, b)), max = column.reduce((a, b) => Math.max(a, b));
    return (value: number) => Math.floor((value - min) / (max - min || 1) * count);
  };
  const on = ({ value }: ParameterResult) => log ? Math.log(value) : value;
  const across = spot(results.map(on), ACROSS), up = spot(results.map(({ result }) => result), UP);
  const first = new Map<number, ParameterResult>();
  for (const each of results) {
    const key = across(on(each)) * 1_000 + up(each.result);
    if (!first.has(key)) first.set(key, each);
  }
  return [...first.values()];
}

/**
 * One dot a trial, of more than 1,000 one for each spot where trials lie, with the ends of what was searched as rules.
 * @example
 * ```ts
 * const results = [{ name: "trial 0", value: 1e-3, result: 0.3 }, { name: "trial 1", value: 1e-2, result: 0.2 }];
 * const chart = parameterResults({ parameter: "rate", metric: "loss", results, min: 1e-4, max: 1e-2, log: true });
 * ```
 */
export function parameterResults(options: ParameterResultsOptions): Chart {
  const { parameter, metric, results, min, max, log } = options;
  const drawn = results.filter(({ value, result }) =>
    Number.isFinite(result) && Number.isFinite(value) && (!log || value > 0)
  );
  const meta = `${thousands(drawn.length)} trials by ${parameter}${log ? ", log" : ""}`;
  const inOrder = drawn.toSorted((a, b) => a.value - b.value).map(({ result }) => result);
  const least = drawn.reduce((a, { value }) => Math.min(a, value), min);
  const most = drawn.reduce((a, { value }) => Math.max(a, value), max), dots = apart(drawn, log);
  const number = (value: number) => String(+value.toPrecision(2));
  return {
    type: "chart",
    title: metric.replaceAll(".", " "),
    meta,
    alt: `${metric} of ${meta}; searched from ${number(min)} to ${number(max)}.`,
    options: (size) =>
      namedAxis(size, {
        height: 260,
        x: {
          name: parameter,
          scale: {
            type: log ? "log" : "linear",
            domain: [least, most],
            nice: !log, // a nice decade may be mostly empty
          },
          ticks: size.narrow ? 3 : 6,
          tickFormat: number,
        },
        y: { scale: { nice: true }, ticks: 5 },
        marks: [
          Plot.ruleX([min, max], { stroke: INK_3, strokeDasharray: "3 3" }),
          Plot.dot(dots, { x: "value", y: "result", r: 4, fill: INK, fillOpacity: 0.6, stroke: PAGE }),
          Plot.tip(
            dots,
            Plot.pointer({
              x: "value",
              y: "result",
              title: ({ name, value, result }: ParameterResult) =>
                `${name}: ${number(value)}, ${decimals(result)}`,
            }),
          ),
        ],
      }),
    text: (columns) =>
      `${parameter} ${blocks(inOrder, Math.max(0, columns - 40))}  ${meta}`.slice(0, columns),
    ...(drawn.length === 0 ? { empty: `No trial with a number for ${parameter} has a result yet.` } : {}),
  };
}
