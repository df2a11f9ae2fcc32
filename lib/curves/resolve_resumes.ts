/** What becomes of the steps that a log holds twice, because the run was resumed from an earlier one. */
import { countedText, countText } from "../durations.ts";
import type { ResumeMode, Segment, Series } from "./logged.ts";
import { guide, mapColumns, type SeriesByTag, spans, stretchesOf } from "./stretches.ts";

export interface Resolved {
  /** one, but for `split` */
  readonly stretches: readonly SeriesByTag[];
  /** what was done, and how many points it concerned; empty where no step stands twice */
  readonly warnings: readonly string[];
}

/**
 * The series of a log whose steps go back, by one of three ways.
 *
 * - `last` (the way to draw a curve): per tag, a point takes the place of all that stand before it at its step or later.
 * A segment that says from where it replaces (`from`, in steps of the log) does so for all tags, also those that it does
 * not hold.
 * - `all`: every point, in the order of the log.
 * - `split`: a stretch for each time that the run was begun. Within one file only the steps tell where that was: where
 * they go back. A tag that was too sparse to go back itself follows the one that went back most often.
 *
 * Series that hold no step twice are handed on as they are, without a copy.
 *
 * @param segments in the order of the log
 * @param mode what to do
 * @returns the series, and one line that says what was done
 *
 * @example
 * ```ts
 * import { resolveResumes } from "./resolve_resumes.ts";
 *
 * const part = (step: number[], value: number[]) => ({
 *   from: null,
 *   series: { loss: { step: Float64Array.from(step), value: Float64Array.from(value) } },
 * });
 * const log = [part([1, 2, 3], [0.9, 0.8, 0.7]), part([2, 3], [0.6, 0.5])];
 * const { stretches: [{ loss }], warnings } = resolveResumes(log, "last");
 * console.assert(String(loss.value) === "0.9,0.6,0.5" && warnings.length === 1);
 * ```
 */
export function resolveResumes(segments: readonly Segment[], mode: ResumeMode): Resolved {
  if (mode === "split") return split(segments);
  const { series, dropped } = lastWins(segments);
  if (mode === "last") {
    const what = `${points(dropped)} replaced by what was logged later`;
    return {
      stretches: [series],
      warnings: dropped > 0 ? [said(segments, what, "last; all and split keep them")] : [],
    };
  }
  const what = `${points(dropped)} kept that later ones replace, in the order of the log`;
  return {
    stretches: [joined(segments)],
    warnings: dropped > 0 ? [said(segments, what, "all; last drops them, split parts them")] : [],
  };
}

function split(segments: readonly Segment[]): Resolved {
  const parts = segments.flatMap(({ series }) => stretchesOf(series));
  if (parts.length < 2) return resolveResumes(segments, "last");
  const each = parts.map((series) => lastWins([{ from: null, series }]));
  const dropped = each.reduce((sum, { dropped }) => sum + dropped, 0);
  const twice = dropped > 0 ? `, ${points(dropped)} replaced inside them` : "";
  const what = `${countText(parts.length)} stretches, each a run of its own${twice}`;
  return {
    stretches: each.map(({ series }) => series),
    warnings: [said(segments, what, "split; last makes one run of them")],
  };
}

const points = (count: number): string => countedText(count, "point");

const said = (segments: readonly Segment[], what: string, how: string): string =>
  `steps logged ${restartText(segments)}: ${what} (resume: ${how})`;

/** `again from step 41 on`, `again 3 times, first from step 41 on`, or `twice` where none goes back. */
function restartText(segments: readonly Segment[]): string {
  const starts = restarts(segments);
  if (starts.length === 0) return "twice";
  const first = `from step ${countText(starts[0])} on`;
  return starts.length === 1 ? `again ${first}` : `again ${countText(starts.length)} times, first ${first}`;
}

/** The steps with which the run began again, in the order of the log. */
function restarts(segments: readonly Segment[]): number[] {
  const starts: number[] = [];
  let past = -Infinity;
  for (const { from, series } of segments) {
    const stretches = spans(guide(series)), begins = from ?? stretches[0]?.from ?? Infinity;
    if (begins <= past) starts.push(begins);
    stretches.forEach((stretch, i) => {
      if (i > 0) starts.push(stretch.from);
      past = Math.max(past, stretch.to);
    });
  }
  return starts;
}

/** All segments behind each other, by tag. */
function joined(segments: readonly Segment[]): SeriesByTag {
  const tags = new Set(segments.flatMap(({ series }) => Object.keys(series)));
  return Object.fromEntries([...tags].map((tag) => [tag, concatenated(partsOf(segments, tag))]));
}

const partsOf = (segments: readonly Segment[], tag: string): Series[] =>
  segments.flatMap(({ series }) => Object.hasOwn(series, tag) ? [series[tag]] : []);

/** A column that only some parts have is NaN in the others. */
function concatenated(parts: readonly Series[]): Series {
  if (parts.length === 1) return parts[0];
  const length = parts.reduce((sum, { step }) => sum + step.length, 0);
  const column = (name: keyof Series) => {
    const whole = new Float64Array(length);
    let at = 0;
    for (const part of parts) {
      const values = part[name];
      if (values) whole.set(values, at);
      else whole.fill(NaN, at, at + part.step.length);
      at += part.step.length;
    }
    return whole;
  };
  const some = (name: "epoch" | "examples" | "seconds") => parts.some((part) => part[name]);
  return {
    step: column("step"),
    value: column("value"),
    ...(some("epoch") && { epoch: column("epoch") }),
    ...(some("examples") && { examples: column("examples") }),
    ...(some("seconds") && { seconds: column("seconds") }),
  };
}

/** Per tag: each point drops what stands before it at its step or later. */
function lastWins(segments: readonly Segment[]): { series: SeriesByTag; dropped: number } {
  let dropped = 0;
  const series = Object.entries(joined(segments)).flatMap(([tag, whole]): [string, Series][] => {
    const rows = keptRows(segments, tag, whole.step), all = rows.length === whole.step.length;
    dropped += whole.step.length - rows.length;
    return rows.length === 0 ? [] : [[tag, all ? whole : picked(whole, rows)]];
  });
  return { series: Object.fromEntries(series), dropped };
}

/** Rows of the joined series that stay. They are a stack: what is dropped lies at its end. */
function keptRows(segments: readonly Segment[], tag: string, step: Float64Array): Int32Array {
  const rows = new Int32Array(step.length);
  let kept = 0, row = 0;
  const dropFrom = (first: number) => {
    while (kept > 0 && step[rows[kept - 1]] >= first) kept--;
  };
  for (const { from, series } of segments) {
    if (from !== null) dropFrom(from);
    const end = row + (Object.hasOwn(series, tag) ? series[tag].step.length : 0);
    for (; row < end; row++) {
      dropFrom(step[row]);
      rows[kept++] = row;
    }
  }
  return rows.subarray(0, kept);
}

const picked = (series: Series, rows: ArrayLike<number>): Series =>
  mapColumns(series, (column) => Float64Array.from(rows, (row) => column[row]));
