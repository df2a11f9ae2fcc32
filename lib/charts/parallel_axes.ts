/** Settings of many runs as axes side by side: which of them differ, and where each run lies on them. */
import { decimals } from "./format.ts";
import { linearTicks, logTicks, valueTicks } from "./overlay_ticks.ts";

export interface ParallelTick {
  /** 0 at the bottom of the axis, 1 at its top */
  readonly at: number;
  readonly text: string;
}
export interface ParallelAxis {
  readonly key: string;
  readonly scale: "linear" | "log" | "category";
  /** 0 to 1 for each run, in their order; NaN where it has no such setting */
  readonly at: Float64Array;
  readonly ticks: readonly ParallelTick[];
  /** what lies at a place of the axis, as people read it */
  text(at: number): string;
}

/** A positive setting that spans this ratio is chosen by its order of magnitude. */
const MAGNITUDES = 12;
const TICKS = 5;
const HUGE = 1e300;
/** Names of so many categories fit an axis. */
const NAMED = 12;

/**
 * One axis for each setting that differs between the runs, in the order in which they first come. Numbers on a line, by
 * their logarithm where they are positive and span a factor of 12; everything else as names. Objects and lists count by
 * their JSON.
 *
 * @example
 * ```ts
 * parallelAxes([{ lr: 1e-4, seed: 1 }, { lr: 1e-1, seed: 1 }]).map(({ key, scale }) => [key, scale]); // [["lr", "log"]]
 * ```
 */
export function parallelAxes(configs: readonly Readonly<Record<string, unknown>>[]): ParallelAxis[] {
  const keys = new Set(configs.flatMap((config) => Object.keys(config)));
  return [...keys].flatMap((key) => {
    const values = configs.map((config) => config[key]);
    if (new Set(values.map(nameOf)).size < 2) return [];
    const present = values.filter((value) => value !== undefined && value !== null);
    const numbers = present.every((value) => typeof value === "number" && Number.isFinite(value));
    return [
      numbers
        ? numberAxis(key, values.map((value) => typeof value === "number" ? value : NaN))
        : nameAxis(key, values),
    ];
  });
}

/** An axis of numbers; what is not finite, or so large that a difference is not, has no place on it. */
export function numberAxis(key: string, given: readonly number[]): ParallelAxis {
  const values = given.map((value) => Math.abs(value) < HUGE ? value : NaN);
  const finite = values.filter(Number.isFinite), low = Math.min(...finite), high = Math.max(...finite);
  const log = low > 0 && high / low >= MAGNITUDES;
  const scaled = (value: number) => log ? Math.log10(value) : value;
  const [from, to] = high > low ? [scaled(low), scaled(high)] : [scaled(low) - 0.5, scaled(low) + 0.5];
  const place = (value: number) => (scaled(value) - from) / (to - from);
  const ticks = finite.length === 0
    ? []
    : high === low
    ? [low]
    : log
    ? logTicks(low, high, TICKS)
    : linearTicks(low, high, TICKS);
  const texts = valueTicks(ticks);
  return {
    key,
    scale: log ? "log" : "linear",
    at: Float64Array.from(values, (value) => Number.isFinite(value) ? place(value) : NaN),
    ticks: ticks.map((tick, index) => ({ at: place(tick), text: texts[index] })),
    text: (at) => {
      const value = from + at * (to - from);
      return short(log ? 10 ** value : value);
    },
  };
}

function nameAxis(key: string, values: readonly unknown[]): ParallelAxis {
  const names = [...new Set(values.filter((value) => value !== undefined && value !== null).map(nameOf))]
    .sort(byName);
  const place = (index: number) => names.length < 2 ? 0.5 : index / (names.length - 1);
  const every = Math.ceil(names.length / NAMED);
  const index = new Map(names.map((name, at) => [name, at]));
  return {
    key,
    scale: "category",
    at: Float64Array.from(values, (value) => {
      const found = value === undefined || value === null ? undefined : index.get(nameOf(value));
      return found === undefined ? NaN : place(found);
    }),
    ticks: names.map((text, at) => ({ at: place(at), text })).filter((_, at) => at % every === 0),
    text: (at) => names[Math.round(at * (names.length - 1))] ?? "",
  };
}

/** Numbers among names in their order, names by their letters. */
const byName = (a: string, b: string) => (Number(a) - Number(b)) || (a < b ? -1 : a > b ? 1 : 0);
const nameOf = (value: unknown): string => typeof value === "string" ? value : JSON.stringify(value) ?? "–";
/** A setting as it is read: numbers to three digits. */
export const settingText = (value: unknown): string =>
  typeof value === "number" ? short(value) : nameOf(value);
const short = (value: number): string =>
  Math.abs(value) >= 1e-3 && Math.abs(value) < 1e4 ? String(+value.toPrecision(3)) : decimals(value);
