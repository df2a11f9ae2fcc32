/** What the columns of a table mean. Plain data: it can be shown, changed and given back. */
export interface Mapping {
  /** null: records are counted, from 1. The same as `epoch` where epochs are all that is counted */
  readonly step: string | null;
  readonly epoch: string | null;
  readonly examples: string | null;
  /** seconds since the run began, a time since 1970 in seconds or milliseconds, or an ISO date */
  readonly seconds: string | null;
  /** columns that together name the run of a row; none: all rows are of one run */
  readonly run: readonly string[];
  /** columns that become series */
  readonly metrics: readonly string[];
  /** where each row has one value of one metric: the column that names the metric, and that of the value; default none */
  readonly long?: { readonly tag: string; readonly value: string } | null;
}

/** Metrics that are told by name; of more only the count. */
const NAMED = 12;

/** A name in a message: a long one is cut. */
export const shortName = (name: string): string => name.length > 60 ? `${name.slice(0, 59)}…` : name;

/**
 * A mapping in one line, so that it can be checked.
 * @example
 * ```ts
 * import { mappingText } from "./mapping.ts";
 *
 * const columns = { step: "iter", epoch: null, examples: null, seconds: null, run: [], metrics: ["loss"] };
 * const text = mappingText(columns); // columns: step = iter, metrics = loss
 * ```
 */
export function mappingText({ step, epoch, examples, seconds, run, metrics, long }: Mapping): string {
  const axes = Object.entries({ epoch: epoch === step ? null : epoch, examples, seconds });
  const named = metrics.slice(0, NAMED).map(shortName);
  const told = [...(long ? [`${shortName(long.value)} of each ${shortName(long.tag)}`] : []), ...named];
  return "columns: " + [
    `step = ${step === null ? "the number of the record" : shortName(step)}`,
    ...axes.flatMap(([axis, column]) => column === null ? [] : [`${axis} = ${shortName(column)}`]),
    ...(run.length > 0 ? [`run = ${run.map(shortName).join(" / ")}`] : []),
    `metrics = ${told.join(", ") || "none"}${
      metrics.length > NAMED ? ` and ${metrics.length - NAMED} more` : ""
    }`,
  ].join(", ");
}
