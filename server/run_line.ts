/** What is drawn of a run: its series on an axis, smoothed as a whole, cut to the range, reduced to the pixels. */
import { firstAtLeast } from "../lib/curves/axis.ts";
import { bestRow } from "../lib/curves/best.ts";
import { missing, onAxis } from "../lib/curves/convert.ts";
import { minmax } from "../lib/curves/downsample.ts";
import type { LoggedBatches, Series } from "../lib/curves/logged.ts";
import { modeOf } from "../lib/curves/logged_metrics.ts";
import { smoothed, type Smoothing } from "../lib/curves/smoothed.ts";
import { spacingOf } from "../lib/curves/spacing.ts";
import type { Axis } from "../lib/curves/trajectory.ts";
import type { RunRow } from "../lib/store/store.ts";
import type { Points, RunLine } from "./lines_codec.ts";

/** How the curves are wanted. */
export interface Drawing {
  readonly axis: Axis;
  /** amount 0: as recorded */
  readonly smoothing: Smoothing;
  /** of the axis; null: all */
  readonly range: readonly [number, number] | null;
  /** the axis has a logarithmic scale */
  readonly logX: boolean;
  /** that the range, or all of the longest run, is drawn over */
  readonly pixels: number;
  /** raw curves are wanted behind the smoothed ones */
  readonly raw: boolean;
  /** for the logs that do not say */
  readonly batches: LoggedBatches;
}

/** A run with the series to draw; null when it has none of the metric. */
export interface Drawn {
  readonly row: RunRow;
  readonly tag: string | null;
  readonly series: Series | null;
}

/** What the run itself says is never overruled by what a person says of logs that are silent. */
const batchesOf = (row: RunRow, told: LoggedBatches): LoggedBatches => ({ ...told, ...row.batches });

/** States in which a run has come to an end of its own. */
const ENDED: ReadonlySet<RunRow["state"]> = new Set(["stopped", "alreadyComplete", "exhausted", "aborted"]);

/** A curve as it stands on the axis, before it is reduced. */
interface Placed {
  readonly x: Float64Array;
  readonly value: Float64Array;
}

/** The points whose place is known, and can stand on the scale; null when there are none. */
function placed({ row, series }: Drawn, { axis, batches, logX }: Drawing): Placed | null {
  const x = series && onAxis(series, axis, row.counting, batchesOf(row, batches));
  if (series === null || x === null) return null;
  const stands = (at: number) => Number.isFinite(at) && (!logX || at > 0);
  if (x.every(stands)) return x.length === 0 ? null : { x, value: series.value };
  const rows = Array.from(x.keys()).filter((i) => stands(x[i]));
  return rows.length === 0 ? null : { x: picked(x, rows), value: picked(series.value, rows) };
}

const picked = (column: Float64Array, rows: readonly number[]) =>
  Float64Array.from(rows, (row) => column[row]);

/** Rows of the range with one neighbour at each side, so that lines run out of the picture. */
function within(x: Float64Array, range: Drawing["range"]): [from: number, to: number] {
  if (range === null) return [0, x.length];
  const from = firstAtLeast(x, range[0]), to = firstAtLeast(x, range[1]);
  return [Math.max(0, from - 1), Math.min(x.length, to + 2)];
}

/** Lowest and highest in each of the run's own pixels; its best and its last point always. */
function reduced(x: Float64Array, y: Float64Array, keep: number, drawing: Drawing, width: number): Points {
  const [from, to] = within(x, drawing.range);
  const scale = drawing.logX ? Math.log : (at: number) => at;
  const part = x.subarray(from, to), values = y.subarray(from, to);
  const own = to > from ? scale(part.at(-1)!) - scale(part[0]) : 0;
  const pixels = Math.max(1, Math.min(drawing.pixels, Math.ceil(drawing.pixels * own / width)));
  if (part.length <= 2 * pixels) return { x: part, y: values };
  const rows = minmax(drawing.logX ? part.map(Math.log) : part, values, pixels, [keep - from]);
  return { x: picked(part, rows), y: picked(values, rows) };
}

/** What the axis spans in all curves: what the pixels are given for. */
function spanOf(all: readonly (Placed | null)[], { range, logX }: Drawing): number {
  const starts = range ? [range[0]] : all.flatMap((each) => each ? [each.x[0]] : []);
  const ends = range ? [range[1]] : all.flatMap((each) => each ? [each.x.at(-1)!] : []);
  if (ends.length === 0) return 1;
  const scale = logX ? Math.log : (at: number) => at;
  const first = starts.reduce((least, at) => Math.min(least, at));
  const last = ends.reduce((most, at) => Math.max(most, at));
  const span = scale(last) - scale(first);
  return span > 0 ? span : 1;
}

function spacing({ row, series }: Drawn, { batches }: Drawing): RunLine["spacing"] {
  if (series === null) return null;
  const on = (axis: Axis) => onAxis(series, axis, row.counting, batchesOf(row, batches));
  return spacingOf({
    step: on("step"),
    epoch: on("epoch"),
    examples: on("examples"),
    seconds: on("seconds"),
  });
}

/** Runs up to which each is told how far its values are apart: of more nobody reads it. */
const TOLD = 50;

function lineOf(drawn: Drawn, place: Placed | null, drawing: Drawing, span: number, few: boolean): RunLine {
  const { row, tag, series } = drawn;
  const known = { id: row.id, tag, spacing: few && drawing.range === null ? spacing(drawn, drawing) : null };
  const last = series?.value.at(-1) ?? NaN;
  if (place === null) {
    const needs = series === null ? [] : missing(drawing.axis, row.counting, batchesOf(row, drawing.batches));
    return { ...known, missing: needs, curve: null, whole: true, raw: null, stop: null, last: finite(last) };
  }
  const { x, value } = place, { amount } = drawing.smoothing;
  const best = bestRow(value, modeOf(tag!));
  const y = amount > 0 ? smoothed(x, value, drawing.smoothing) : value;
  const end = { x: x.at(-1)!, y: y.at(-1)! };
  const curve = reduced(x, y, best, drawing, span);
  return {
    ...known,
    missing: [],
    curve,
    whole: curve.x.length === x.length,
    raw: amount > 0 && drawing.raw ? reduced(x, value, best, drawing, span) : null,
    stop: ENDED.has(row.state) && Number.isFinite(end.y) ? end : null,
    last: finite(last),
  };
}

const finite = (value: number) => Number.isFinite(value) ? value : null;

/**
 * The lines of many runs. Smoothing sees every point; what is reduced is the smoothed curve, so no spike appears or
 * goes when the picture is enlarged.
 * @example
 * ```ts ignore
 * const lines = runLines([{ row, tag: "val_loss", series }], drawing);
 * ```
 */
export function runLines(runs: readonly Drawn[], drawing: Drawing): RunLine[] {
  const places = runs.map((each) => placed(each, drawing));
  const span = spanOf(places, drawing);
  return runs.map((each, i) => lineOf(each, places[i], drawing, span, runs.length <= TOLD));
}
