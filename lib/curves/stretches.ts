/** Where a run was begun again, as only its steps tell: there they go back. */
import type { Series } from "./logged.ts";

/** Series by their tag. */
export type SeriesByTag = Readonly<Record<string, Series>>;

/** A series with each of its columns made anew. */
export const mapColumns = (
  { step, value, epoch, examples, seconds }: Series,
  made: (column: Float64Array) => Float64Array,
): Series => ({
  step: made(step),
  value: made(value),
  ...(epoch && { epoch: made(epoch) }),
  ...(examples && { examples: made(examples) }),
  ...(seconds && { seconds: made(seconds) }),
});

/** Rows `start` to `end` (not included), which run from step `from` to step `to`. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly from: number;
  readonly to: number;
}

/** Cut where steps go back. One step twice is no restart. */
export function spans({ step }: Series): Span[] {
  const starts = [0];
  for (let row = 1; row < step.length; row++) if (step[row] < step[row - 1]) starts.push(row);
  if (step.length === 0) return [];
  return starts.map((start, i) => {
    const end = starts[i + 1] ?? step.length;
    return { start, end, from: step[start], to: step[end - 1] };
  });
}

const NOTHING: Series = { step: new Float64Array(0), value: new Float64Array(0) };

/** The series that shows best where a segment was begun again: it goes back most often; of several the longest. */
export function guide(series: SeriesByTag): Series {
  let best = NOTHING, most = 0;
  for (const each of Object.values(series)) {
    const cuts = spans(each).length;
    if (cuts > most || (cuts === most && each.step.length > best.step.length)) [best, most] = [each, cuts];
  }
  return best;
}

/** Series in the stretches that their steps show. */
export function stretchesOf(series: SeriesByTag): SeriesByTag[] {
  const guides = spans(guide(series));
  if (guides.length < 2) return [series];
  const stretches: [string, Series][][] = guides.map(() => []);
  for (const [tag, each] of Object.entries(series)) {
    cuts(each, guides).forEach((span, i) => {
      if (span.end > span.start) {
        stretches[i].push([
          tag,
          mapColumns(each, (column) => column.subarray(span.start, span.end)),
        ]);
      }
    });
  }
  return stretches.map((stretch) => Object.fromEntries(stretch));
}

/** As many spans as there are guides: the tag's own where it went back as often, else cut where the guides end. */
function cuts(series: Series, guides: readonly Span[]): { start: number; end: number }[] {
  const own = spans(series);
  if (own.length === guides.length) return own;
  let row = 0;
  return guides.map(({ to }, i) => {
    const start = row, last = i === guides.length - 1;
    while (row < series.step.length && (last || series.step[row] <= to)) {
      if (!last && row > start && series.step[row] < series.step[row - 1]) break;
      row++;
    }
    return { start, end: row };
  });
}
