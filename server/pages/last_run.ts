/** What became of a notebook's newest run, as a small line beside its name on the index. */
import { thousands } from "../../lib/charts/format.ts";
import { palette } from "../../lib/charts/palette.ts";
import { minmax } from "../../lib/curves/downsample.ts";
import { rowAt } from "../../lib/curves/axis.ts";
import type { Series } from "../../lib/curves/logged.ts";
import type { PolicyKind } from "../../lib/policies/policy.ts";
import type { RunRow } from "../../lib/store/store.ts";
import { sparkPath } from "../client/spark.ts";
import { html, type Markup } from "./markup.ts";
import { count } from "./words.ts";

/** The runs of one notebook. */
export interface NotebookRuns {
  readonly runs: number;
  /** the curve of the newest that ended; null when none has */
  readonly last: LastRun | null;
}

export interface LastRun {
  readonly kind: PolicyKind;
  readonly step: number;
  /** share of the updates that the notebook's longest run has more than this one; null when it is the longest */
  readonly saved: number | null;
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
}

/** Points of so small a line. */
const PIXELS = 112;
/** Share of the steps after which a curve has left its first fall, which would flatten the rest. */
const FALLEN = 0.1;

/** The runs of a notebook by the path that it is recorded under, newest first. */
export const runsOf = (rows: readonly RunRow[], file: string): RunRow[] =>
  rows.filter(({ from }) => from === `notebooks/${file}`);

/** The newest run that has come to its end and says how good it was. */
export const lastEnded = (rows: readonly RunRow[]): RunRow | null =>
  rows.find(({ state, best }) => best !== null && (state === "stopped" || state === "exhausted")) ?? null;

/** @param longest steps of the notebook's longest run */
export function lastRun({ kind, step }: RunRow, { step: x, value: y }: Series, longest: number): LastRun {
  const kept = minmax(x, y, PIXELS);
  return {
    kind,
    step,
    saved: longest > step ? 1 - step / longest : null,
    x: kept.map((row) => x[row]),
    y: kept.map((row) => y[row]),
  };
}

/** `8 runs`; nothing for a notebook that trains nothing. */
export const runsMarkup = ({ runs }: NotebookRuns): Markup | null =>
  runs === 0 ? null : html`<span>${count(runs, "run")}</span>`;

/** The small line with its stop, and what was saved by it. */
export function lastRunMarkup({ last }: NotebookRuns): Markup | null {
  if (last === null || last.x.length < 2) return null;
  const { x, y, step, kind, saved } = last;
  const fallen = Math.max(0, rowAt(x, x[x.length - 1] * FALLEN));
  const { path, dot } = sparkPath({ x, y, stop: step, xDomain: [x[fallen], x[x.length - 1]] });
  const mark = dot === null
    ? null
    : html`<circle cx="${dot[0].toFixed(1)}" cy="${dot[1].toFixed(1)}" r="2.5" fill="${
      palette[kind].color
    }"></circle>`;
  const words = saved === null ? null : html`<br>saves ${Math.round(saved * 100)}%`;
  return html`
    <figure>
      <svg class="spark" width="132" height="26" viewBox="0 0 112 22"
        aria-hidden="true"><path d="${path}" class="spark-line"></path>${mark}</svg>
      <figcaption>step ${thousands(step)}${words}</figcaption>
    </figure>
  `;
}
