/** Metrics as people say them, and which of them tell most. */
import { metricNamed } from "../lib/criteria/metric.ts";
import { rateTag, trainingTag, validationTags } from "../lib/curves/logged_metrics.ts";
import { STANDARD_ERROR } from "../lib/store/first_loss.ts";
import type { RunRow } from "../lib/store/store.ts";

/**
 * A metric as the title of a chart: `Validation loss`; what is no name of ours stays as it was written.
 * @example
 * ```ts
 * metricTitle("val_loss"); // "Validation loss"
 * ```
 */
export function metricTitle(name: string): string {
  const known = metricNamed(name);
  const words = /^(training|validation|test)\.(.+)$/.exec(known);
  if (words === null) return name;
  const [first, ...rest] = `${words[1]} ${words[2].replaceAll(".", " ")}`;
  return first.toUpperCase() + rest.join("");
}

/**
 * The run's own name of a metric: the same name, else one that means the same; null when it has none.
 * @example
 * ```ts
 * tagOf(["loss", "val_loss"], "validation.loss"); // "val_loss"
 * ```
 */
export function tagOf(tags: readonly string[], metric: string): string | null {
  const known = metricNamed(metric);
  return tags.find((tag) => tag === metric) ?? tags.find((tag) => metricNamed(tag) === known) ?? null;
}

/** A metric that some of the runs have. */
export interface SharedMetric {
  readonly name: string;
  /** runs that have it */
  readonly runs: number;
}

/** Metrics of the validation set first, then the training loss, the rate last. */
function rank(name: string): number {
  if (validationTags([name]).length > 0) return 1;
  if (trainingTag([name]) !== null) return 2;
  return rateTag([name]) === null && name !== "rate" ? 3 : 4;
}

/** The metric by which most runs say how good they are; null when none does. */
function telling(rows: readonly Pick<RunRow, "best">[]): string | null {
  const named = Map.groupBy(
    rows.flatMap(({ best }) => best ? [metricNamed(best.metric)] : []),
    (name) => name,
  );
  return [...named].sort(([, a], [, b]) => b.length - a.length)[0]?.[0] ?? null;
}

/**
 * The metrics of several runs, under one name where tools call them differently, the most telling first.
 * @example
 * ```ts ignore
 * const [first] = sharedMetrics(rows); // { name: "validation.loss", runs: 5 }
 * ```
 */
export function sharedMetrics(rows: readonly Pick<RunRow, "metrics" | "best">[]): SharedMetric[] {
  const counts = new Map<string, number>(), first = telling(rows);
  for (const { metrics } of rows) {
    const own = metrics.filter((tag) => !tag.endsWith(STANDARD_ERROR));
    for (const name of new Set(own.map(metricNamed))) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const place = (name: string) => name === first ? 0 : rank(name);
  return [...counts].map(([name, runs]) => ({ name, runs }))
    .sort((a, b) => place(a.name) - place(b.name) || b.runs - a.runs || (a.name < b.name ? -1 : 1));
}
