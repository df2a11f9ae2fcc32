/** Many runs in one figure: what is shown of them, and where on the axes. */
import type { Mode } from "../criteria/criterion.ts";
import { bestRow } from "../curves/best.ts";
import type { Axis } from "../curves/trajectory.ts";
import type { PolicyKind } from "../policies/policy.ts";
import { decimals, positionText, thousands } from "./format.ts";
import { overlayBand } from "./overlay_band.ts";
import { overlayDomain } from "./overlay_domain.ts";
import { type OverlayLine, overlayLine } from "./overlay_line.ts";

export interface OverlayRun {
  readonly id: string;
  readonly name: string;
  readonly kind: PolicyKind;
  /** on the axis that is shown; what goes back is drawn as another piece */
  readonly x: Float64Array;
  /** NaN and infinities were logged: they are gaps, and marked at the edge of the plot */
  readonly y: Float64Array;
  /** before smoothing, drawn behind at 30 % */
  readonly raw?: { readonly x: Float64Array; readonly y: Float64Array };
  readonly stop: { readonly x: number; readonly y: number } | null;
  readonly diverged: boolean;
  /** runs that differ in nothing but their seed share it */
  readonly group: string | null;
}
export interface OverlayFigure {
  readonly runs: readonly OverlayRun[];
  readonly axis: Axis;
  readonly metric: string;
  readonly mode: Mode;
  readonly logX: boolean;
  readonly logY: boolean;
  /** median and min–max band per group of 3 or more */
  readonly bands: boolean;
  readonly pinned: ReadonlySet<string>;
}
/** The part of the axes that is shown; y null: as much as the runs need there. */
export interface OverlayRange {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number] | null;
}

/** One line of the figure: a run, or the median of its group. */
export interface OverlayCurve {
  /** of the run, or of the first of its group */
  readonly id: string;
  /** all that it stands for */
  readonly ids: readonly string[];
  readonly name: string;
  readonly kind: PolicyKind;
  /** lengths of dashes and gaps, in CSS pixels; empty for a solid line */
  readonly dash: readonly number[];
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly line: OverlayLine;
  readonly raw: OverlayLine | null;
  /** lowest and highest of the group, on the scales of the axes */
  readonly band: { readonly u: Float64Array; readonly low: Float64Array; readonly high: Float64Array } | null;
  readonly stops: readonly { readonly x: number; readonly y: number }[];
  readonly diverged: boolean;
}
/** A figure, gathered once and drawn at any size and range. */
export interface Overlay {
  readonly figure: OverlayFigure;
  readonly curves: readonly OverlayCurve[];
  /** more lines than can be told apart: only those asked for have a colour and a name */
  readonly crowd: boolean;
  readonly title: string;
  readonly meta: string;
  readonly alt: string;
  /** the best of all, as the read-out says it at rest; null when nothing is finite */
  readonly rest: string | null;
  /** of all runs, as measured; null when nothing is finite */
  readonly best: { readonly x: number; readonly y: number; readonly name: string } | null;
  /** set instead of a figure when there is nothing to draw: one sentence */
  readonly empty: string | null;
  /** the whole of both axes, every value of runs that did not diverge included */
  whole(): { readonly x: readonly [number, number]; readonly y: readonly [number, number] };
  /** what is shown: all, or the range */
  domain(
    range: OverlayRange | null,
  ): { readonly x: readonly [number, number]; readonly y: readonly [number, number] };
}

/** From this many lines on, one cannot be told from another by its hue. */
export const DISTINCT_LINES = 8;
/** From this many runs on, a median with its range says more than the lines. */
const ENOUGH_FOR_BAND = 3;
/** Solid, then dashes and gaps in CSS pixels. */
const DASHES: readonly (readonly number[])[] = [[], [5, 3], [1.5, 3]];

/**
 * Gathers a figure of many runs: groups become medians where bands are asked for, the second and third line of a
 * policy kind are dashed, logarithms are taken once. What cannot be on a logarithmic axis becomes a gap, and is told.
 * @param reach x goes on to here at least; default: to the last that was recorded
 *
 * @example
 * ```ts
 * const [x, y] = [Float64Array.of(1, 2, 3), Float64Array.of(0.9, 0.7, 0.8)];
 * const run: OverlayRun =
 *   { id: "a", name: "a", kind: "patience", x, y, stop: { x: 3, y: 0.8 }, diverged: false, group: null };
 * overlay({
 *   runs: [run], axis: "epoch", metric: "validation.loss", mode: "min", logX: false, logY: false, bands: false,
 *   pinned: new Set(),
 * }).rest; // "best 0.700 at epoch 2, a"
 * ```
 */
export function overlay(figure: OverlayFigure, reach?: number): Overlay {
  const curves = dashed(onScales(gathered(figure), figure));
  const crowd = curves.length > DISTINCT_LINES;
  const title = titleOf(figure.metric);
  const meta = metaOf(figure, curves, crowd);
  const best = bestOf(figure);
  const rest = best && `best ${decimals(best.y)} at ${positionText(best.x, figure.axis)}, ${best.name}`;
  return {
    figure,
    curves,
    crowd,
    title,
    meta,
    rest,
    best,
    empty: emptyText(figure, title, rest),
    alt: altOf(figure, curves, title, rest),
    ...overlayDomain(figure, curves, reach),
  };
}

function emptyText({ runs }: OverlayFigure, title: string, rest: string | null): string | null {
  if (runs.length === 0) return "No run is compared. Tick runs in the list.";
  if (rest !== null) return null;
  const waiting = runs.every(({ y }) => y.length === 0);
  return waiting ? "Waiting for the first evaluation." : `No finite ${title.toLowerCase()} was recorded.`;
}

/** A run, or the runs of a group, before its place in the order of lines is known. */
type Gathered = Omit<OverlayCurve, "dash" | "line" | "raw" | "band"> & {
  readonly runs: readonly OverlayRun[];
  readonly range: { readonly low: Float64Array; readonly high: Float64Array } | null;
};

function gathered({ runs, bands }: OverlayFigure): Gathered[] {
  const groups = Map.groupBy(
    runs,
    ({ id, group }) => bands && group !== null ? `group ${group}` : `run ${id}`,
  );
  return [...groups.values()].flatMap((members) =>
    members.length >= ENOUGH_FOR_BAND && members[0].group !== null && bands
      ? [bandCurve(members)]
      : members.map(runCurve)
  );
}

const runCurve = (run: OverlayRun): Gathered => ({
  ...run,
  ids: [run.id],
  runs: [run],
  range: null,
  stops: run.stop === null ? [] : [run.stop],
});

/** The median of a group; runs that diverged are told, but are of another kind than those that did not. */
function bandCurve(members: readonly OverlayRun[]): Gathered {
  const sound = members.filter(({ diverged }) => !diverged);
  const runs = sound.length >= ENOUGH_FOR_BAND ? sound : members;
  const { x, median, low, high } = overlayBand(runs);
  return {
    id: members[0].id,
    ids: members.map(({ id }) => id),
    name: `${sharedName(members)} ×${members.length}`,
    kind: members[0].kind,
    x,
    y: median,
    runs: members,
    range: { low, high },
    stops: members.flatMap(({ stop }) => stop === null ? [] : [stop]),
    diverged: false,
  };
}

/** What the names begin with in common, without what hangs over: `patience-8` of `patience-8-s11`, `patience-8-s12`. */
function sharedName(runs: readonly { readonly name: string }[]): string {
  const [first, ...rest] = runs.map(({ name }) => name);
  let length = first.length;
  for (const name of rest) while (!name.startsWith(first.slice(0, length))) length--;
  const whole = length === first.length
    ? first
    : first.slice(0, length).replace(/[\s._/-]+(?:s|seed)?[\s._=-]*\d*$/, "");
  return whole.length >= 2 ? whole : first;
}

/** The second and third of a kind are dashed, by the order they come in. */
export function dashed(curves: readonly OverlayCurve[]): OverlayCurve[] {
  const seen = new Map<PolicyKind, number>();
  return curves.map((curve) => {
    const before = seen.get(curve.kind) ?? 0;
    seen.set(curve.kind, before + 1);
    return { ...curve, dash: DASHES[before % DASHES.length] };
  });
}

function onScales(gathered: readonly Gathered[], { logX, logY }: OverlayFigure): OverlayCurve[] {
  const scaled = (values: Float64Array, log: boolean) => log ? values.map(Math.log10) : values;
  return gathered.map(({ runs, range, ...curve }) => {
    const raw = runs.length === 1 ? runs[0].raw : undefined;
    return {
      ...curve,
      band: range && {
        u: scaled(curve.x, logX),
        low: scaled(range.low, logY),
        high: scaled(range.high, logY),
      },
      dash: [],
      // A median that too few seeds reach ends; nobody logged a value that is not finite there.
      line: range === null ? overlayLine(curve.x, curve.y, logX, logY) : {
        ...overlayLine(curve.x, curve.y, logX, logY),
        above: new Float64Array(0),
        broken: 0,
      },
      raw: raw === undefined ? null : overlayLine(raw.x, raw.y, logX, logY),
    };
  });
}

/** `Validation loss` of `validation.loss`; the raw tags of other tools stay as they are. */
function titleOf(metric: string): string {
  if (!/^[a-z]+(?:[._][a-z]+)*$/.test(metric)) return metric;
  const words = metric.replaceAll(/[._]/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function metaOf(
  { runs, logX, logY, mode, metric }: OverlayFigure,
  curves: readonly OverlayCurve[],
  crowd: boolean,
): string {
  const bands = curves.filter(({ band }) => band !== null).length;
  const count = (key: "hidden" | "broken") => curves.reduce((sum, { line }) => sum + line[key], 0);
  const hidden = logX || logY ? count("hidden") : 0, broken = count("broken");
  const few = runs.some(({ stop }) => stop !== null) && !crowd;
  return [
    crowd ? `${thousands(runs.length)} runs, darker where more of them lie` : "",
    few ? "a symbol marks where the run stopped" : "",
    bands > 0 ? `median and range of ${bands === 1 ? "1 group" : `${bands} groups`} of seeds` : "",
    mode === "max" && !/acc|auc|f1|precision|recall|score/i.test(metric) ? "higher is better" : "",
    hidden > 0
      ? `${thousands(hidden)} ${hidden === 1 ? "value" : "values"} ≤ 0 left out of the log axis`
      : "",
    broken > 0 ? `${thousands(broken)} not finite, marked at the edge` : "",
  ].filter((part) => part !== "").join("; ");
}

/** The best of what was measured, never of what was smoothed. */
function bestOf({ runs, mode }: OverlayFigure): Overlay["best"] {
  let best: Overlay["best"] = null;
  for (const { raw, x, y, name } of runs) {
    const measured = raw ?? { x, y }, row = bestRow(measured.y, mode);
    if (row < 0) continue;
    const value = measured.y[row];
    if (best === null || (mode === "min" ? value < best.y : value > best.y)) {
      best = { x: measured.x[row], y: value, name };
    }
  }
  return best;
}

function altOf(
  { runs, axis, logX, logY }: OverlayFigure,
  curves: readonly OverlayCurve[],
  title: string,
  rest: string | null,
): string {
  const scales = [logX ? "logarithmic x" : "", logY ? "logarithmic y" : ""].filter((part) => part !== "");
  const by = `${title} of ${runs.length === 1 ? "1 run" : `${thousands(runs.length)} runs`} by ${
    axis === "seconds" ? "wall time" : axis
  }${scales.length > 0 ? `, ${scales.join(" and ")}` : ""}`;
  const ends = curves.slice(0, DISTINCT_LINES).map(({ name, y, diverged }) =>
    `${name} ${diverged ? "diverged" : `ends at ${decimals(y.findLast(Number.isFinite) ?? NaN)}`}`
  );
  const more = curves.length > ends.length ? [`${thousands(curves.length - ends.length)} more`] : [];
  return `${[by, ...(rest === null ? [] : [rest]), [...ends, ...more].join(", ")].join(". ")}.`;
}
