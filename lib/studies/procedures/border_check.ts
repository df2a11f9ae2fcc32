/** Whether the best of a study lies on the border of what was searched. */
import { valueText } from "../../criteria/observed.ts";
import { median } from "../../curves/median.ts";
import { countText } from "../../durations.ts";
import type { Parameter } from "../space.ts";
import type { StudyRecord } from "../study_record.ts";
import type { Finding } from "./finding.ts";
import { gainOf, ranked, type TrialResult, trialResults } from "./trial_results.ts";

/** Nearer to an end than this share of the range is on the border. */
const NEAR = 0.1;
/** Parts into which the range is cut to tell the shape of the results. */
const PARTS = 5;
/** Of what was tried: a range of this ratio was chosen by its orders of magnitude. */
const MAGNITUDES = 12;
/** Fewer values of a parameter have no inside. */
const FEWEST = 3;

/** The results in one part of the range. */
export interface BorderPart {
  /** from and to, in the parameter's unit */
  readonly from: number;
  readonly to: number;
  readonly trials: number;
  /** best and median result there; null where none was measured */
  readonly best: number | null;
  readonly median: number | null;
}
/** One parameter that is a number. Plain data. */
export interface Border {
  readonly parameter: string;
  readonly min: number;
  readonly max: number;
  readonly log: boolean;
  /** `space`: what was searched; `tried`: nothing says what was, so the border is that of the values that were tried */
  readonly of: "space" | "tried";
  /** value of the best trial, and where it lies: 0 at `min`, 1 at `max` */
  readonly best: number;
  readonly at: number;
  /** the end that it lies on or near; null inside */
  readonly side: "min" | "max" | null;
  /** how likely a best that does not depend on the parameter lies as near to an end, 0 to 1 */
  readonly chance: number;
  /** results by place, from `min` to `max` */
  readonly parts: readonly BorderPart[];
  /** how much better the part at that end is than the one beside it, in the metric's unit; null inside, or unknown */
  readonly gain: number | null;
}
export interface BorderCheck {
  readonly borders: readonly Border[];
  /** parameters without a border: choices, and numbers of which fewer than three values were tried */
  readonly without: readonly string[];
}

/**
 * Where the best trial lies in the range of every parameter. A best on the border is a self-deception waiting to happen:
 * the optimum may be outside, and what was compared at the border was not compared fairly. "Near" is within a tenth of
 * the range, by orders of magnitude where it was searched so. Of logs, which do not say what was searched, the border is
 * that of what was tried.
 *
 * Source: Tuning Playbook (Godbole et al. 2023), on bad search space boundaries; the tenth is of this tool.
 * @throws UnreportedMetric
 * @example
 * ```ts
 * import type { StudyRecord } from "../study_record.ts";
 * const onBorder = (study: StudyRecord) => borderCheck(study).borders.filter(({ side }) => side !== null);
 * ```
 */
export function borderCheck(study: StudyRecord): BorderCheck {
  const results = ranked(trialResults(study), study.mode);
  const names = study.space === null
    ? [...new Set(results.flatMap(({ trial }) => Object.keys(trial.parameters)))].sort()
    : Object.keys(study.space);
  const borders: Border[] = [], without: string[] = [];
  for (const name of names) {
    const border = borderOf(name, study, results);
    if (border === null) without.push(name);
    else borders.push(border);
  }
  return { borders, without };
}

type Ranked = TrialResult & { best: number };
interface Placed {
  readonly value: number;
  readonly at: number;
  readonly result: number;
}

function borderOf(parameter: string, study: StudyRecord, results: readonly Ranked[]): Border | null {
  const points = results.flatMap(({ trial: { parameters }, best }) => {
    const value = parameters[parameter];
    return typeof value === "number" && Number.isFinite(value) ? [{ value, result: best }] : [];
  });
  const values = [...new Set(points.map(({ value }) => value))];
  const range = rangeOf(study.space?.[parameter] ?? null, values);
  if (range === null || values.length < FEWEST) return null;
  const place = placeIn(range),
    placed = points.map((point): Placed => ({ ...point, at: place(point.value) }));
  const best = placed[0], side = best.at <= NEAR ? "min" : best.at >= 1 - NEAR ? "max" : null;
  const parts = partsOf(placed, range, study);
  return {
    parameter,
    ...range,
    best: best.value,
    at: best.at,
    side,
    chance: placed.filter(({ at }) => at <= NEAR || at >= 1 - NEAR).length / placed.length,
    parts,
    gain: side === null ? null : gainAt(side, parts, study.mode),
  };
}

type Range = Pick<Border, "min" | "max" | "log" | "of">;

/** What was searched; null where it has no border. */
function rangeOf(parameter: Parameter | null, values: readonly number[]): Range | null {
  if (parameter !== null) {
    if (parameter.kind === "choice" || !(parameter.min < parameter.max)) return null;
    const { min, max, log } = parameter;
    return { min, max, log, of: "space" };
  }
  const min = Math.min(...values), max = Math.max(...values);
  if (!(min < max)) return null;
  return { min, max, log: min > 0 && max / min >= MAGNITUDES, of: "tried" };
}

function placeIn({ min, max, log }: Range): (value: number) => number {
  const on = log ? Math.log : (value: number) => value;
  return (value) => (on(value) - on(min)) / (on(max) - on(min));
}

function partsOf(placed: readonly Placed[], { min, max, log }: Range, { mode }: StudyRecord): BorderPart[] {
  const edge = (share: number) => log ? min * (max / min) ** share : min + (max - min) * share;
  return Array.from({ length: PARTS }, (_, part) => {
    const inside = placed.filter(({ at }) =>
      Math.min(PARTS - 1, Math.max(0, Math.floor(at * PARTS))) === part
    );
    const results = inside.map(({ result }) => result);
    const best = mode === "min" ? Math.min(...results) : Math.max(...results);
    return {
      from: edge(part / PARTS),
      to: edge((part + 1) / PARTS),
      trials: results.length,
      best: results.length === 0 ? null : best,
      median: results.length === 0 ? null : median(results),
    };
  });
}

/** The part at the end against the nearest one with a result. */
function gainAt(side: "min" | "max", parts: readonly BorderPart[], mode: StudyRecord["mode"]): number | null {
  const inwards = side === "min" ? parts : parts.toReversed();
  const [outer, next] = inwards.filter(({ best }) => best !== null);
  return next === undefined ? null : gainOf(outer.best!, next.best!, mode);
}

/**
 * A finding for each parameter whose best lies on the border, the surest first. A lower end of 0 is none: what is counted
 * or weighed has nothing below it.
 * @example
 * ```ts
 * import type { BorderCheck } from "./border_check.ts";
 * const texts = (found: BorderCheck) => borderFindings(found).map(({ text }) => text);
 * ```
 */
export function borderFindings({ borders }: BorderCheck): Finding<"onBorder", Border>[] {
  return borders.filter(({ side, min }) => side === "max" || side === "min" && min !== 0)
    .sort((a, b) => a.chance - b.chance || (a.parameter < b.parameter ? -1 : 1))
    .map((border) => {
      const { parameter, side, of, best, at, chance, gain } = border;
      const end = valueText(border[side!]), far = Math.round((side === "min" ? at : 1 - at) * 100);
      const where = far === 0 ? "on" : `${countText(far)}% of the range from`;
      const what = of === "space" ? "searched" : "tried (the logs do not say what was searched)";
      const growing = gain === null
        ? ""
        : gain > 0
        ? `, where the results are still better by ${valueText(gain)}`
        : ", where the results are no better than beside it";
      return {
        kind: "onBorder",
        text: `The best ${parameter}, ${valueText(best)}, lies ${where} the ${
          side === "min" ? "lower" : "upper"
        } end of what was ${what}, ${end}${growing}; by chance alone ${Math.round(chance * 100)}% would.`,
        evidence: border,
        action: `Search ${
          side === "min" ? "below" : "above"
        } ${end} before comparing anything at ${parameter} ${valueText(best)}.`,
      };
    });
}
