/** Whether data is what it was: every difference with its path, down to the bits, or by a tolerance. */
import { withoutMarks, withoutReadings } from "../clocked.ts";
import { BINARY } from "../notebook/codec_format.ts";
import type { Path } from "../notebook/codec_path.ts";
import { printable } from "../printable.ts";
import { clockReadings } from "./clock_names.ts";
import { compareText } from "./compare_text.ts";
import { leafText } from "./leaf_text.ts";

/** Numbers are near that differ by no more than either; NaN and the infinities are near themselves alone. */
export interface Tolerance {
  /** share of the larger of the two */
  readonly relative: number;
  readonly absolute: number;
  /** names that texts may have in each other's place, as those of two engines; default none */
  readonly alike?: readonly string[];
}

export interface Difference {
  readonly path: Path;
  /** what stands there, for people */
  readonly is: string;
  readonly was: string;
}

/** Two numbers that are near and not the same. */
export interface Near {
  readonly path: Path;
  readonly relative: number;
  readonly absolute: number;
}

export interface Comparison {
  /** the first 100 */
  readonly differences: readonly Difference[];
  /** how many there are */
  readonly count: number;
  /** the pair of the largest relative difference, and that of the largest absolute one */
  readonly near: { readonly relative: Near; readonly absolute: Near } | null;
  /** how many clock readings and names were left out, by what they are: `Trajectory.updates.seconds` */
  readonly leftOut: ReadonlyMap<string, number>;
}

const TOLD = 100;

/**
 * Compares two values that can be sent. Kinds, lengths, the order of keys and the bits of numbers count: −0 is not 0,
 * and NaN is NaN. Clock readings do not where both are of the same kind and say that they are, nor words that are marked
 * as such by `clocked`.
 *
 * @param tolerance for numbers, those in texts too; default null: none
 * @example
 * ```ts
 * import { compare } from "./compare.ts";
 * import { pathText } from "../notebook/codec_path.ts";
 * const { differences } = compare({ rows: [{ regret: 0.012 }] }, { rows: [{ regret: 0.013 }] });
 * differences.map(({ path, is, was }) => `${pathText(path)}: ${is}, was ${was}`); // ["rows[0].regret: 0.013, was 0.012"]
 * ```
 */
export function compare(was: unknown, is: unknown, tolerance: Tolerance | null = null): Comparison {
  const comparing = new Comparing(tolerance);
  comparing.value(was, is, []);
  return comparing;
}

/** The larger of two, by one of their numbers. */
export const larger = (by: "relative" | "absolute", a: Near | undefined, b: Near): Near =>
  a === undefined || b[by] > a[by] ? b : a;

class Comparing implements Comparison {
  readonly differences: Difference[] = [];
  count = 0;
  near: Comparison["near"] = null;
  readonly leftOut = new Map<string, number>();
  /** what was compared already: a value that is shared is compared once */
  readonly #met = new WeakMap<object, WeakSet<object>>();
  /** paths of clock readings ahead, and what they are */
  readonly #clocks = new Map<string, string>();

  constructor(readonly tolerance: Tolerance | null) {}

  value(was: unknown, is: unknown, path: Path): void {
    const clock = this.#clocks.size > 0 ? this.#clocks.get(JSON.stringify(path)) : undefined;
    if (clock !== undefined && sameKind(was, is) && (!clock.startsWith("Table.") || sameWords(was, is))) {
      this.#leave(clock);
    } else if (typeof was === "number" && typeof is === "number") this.#number(was, is, path);
    else if (typeof was === "string" && typeof is === "string") this.#text(was, is, path);
    else if (isObject(was) && isObject(is)) this.#object(was, is, path);
    else if (!Object.is(was, is)) this.#differ(path, was, is);
  }

  #number(was: number, is: number, path: Path) {
    if (Object.is(was, is)) return;
    if (!this.#isNear(was, is, path)) this.#differ(path, was, is);
  }

  /** Whether they are, by the tolerance or by rounding; if so it is noted. */
  #isNear(was: number, is: number, path: Path, rounding = 0): boolean {
    if (!this.tolerance || !Number.isFinite(was) || !Number.isFinite(is)) return false;
    const absolute = Math.abs(was - is), size = Math.max(Math.abs(was), Math.abs(is));
    const relative = size === 0 ? 0 : absolute / size;
    const most = Math.max(this.tolerance.absolute, this.tolerance.relative * size, rounding);
    if (absolute > most) return false;
    const near = { path, relative, absolute };
    this.near = {
      relative: larger("relative", this.near?.relative, near),
      absolute: larger("absolute", this.near?.absolute, near),
    };
    return true;
  }

  #text(was: string, is: string, path: Path) {
    if (was === is) return;
    const [left, right] = [was, is].map(withoutReadings);
    if (left !== right) {
      const pairs = this.tolerance && compareText(left, right, this.tolerance.alike);
      if (!pairs?.every(([before, after, rounding]) => this.#isNear(before, after, path, rounding))) {
        return this.#differ(path, withoutMarks(was), withoutMarks(is));
      }
      if (pairs.length === 0) this.#leave("a name of the engine");
    }
    if (left !== was) this.#leave("clocked words");
  }

  #leave(what: string) {
    this.leftOut.set(what, (this.leftOut.get(what) ?? 0) + 1);
  }

  #object(was: object, is: object, path: Path) {
    if (was === is || this.#met.get(was)?.has(is)) return;
    this.#met.set(was, (this.#met.get(was) ?? new WeakSet()).add(is));
    const kind = kindOf(was);
    if (kind !== kindOf(is)) return this.#differ(path, was, is);
    if (kind === "ArrayBuffer" || BINARY.has(kind)) return this.#bytes(was, is, path);
    if (Array.isArray(was)) return this.#list(was, is as unknown[], path);
    if (was instanceof Set) return this.#list([...was], [...is as Set<unknown>], path);
    if (was instanceof Map) return this.#map(was, is as Map<unknown, unknown>, path);
    if (was instanceof Date) return this.#number(was.getTime(), (is as Date).getTime(), path);
    if (was instanceof RegExp) return this.#text(String(was), String(is), path);
    // where an error was thrown is a place in a file of this machine
    if (was instanceof Error) return this.#plain(errorParts(was), errorParts(is as Error), path);
    this.#plain(was as Record<string, unknown>, is as Record<string, unknown>, path);
  }

  #list(
    was: readonly unknown[],
    is: readonly unknown[],
    path: Path,
    step: (i: number) => string | number = (i) => i,
  ) {
    if (was.length !== is.length) this.#differ([...path, "length"], was.length, is.length);
    for (let i = 0; i < Math.min(was.length, is.length); i++) this.value(was[i], is[i], [...path, step(i)]);
  }

  #map(was: Map<unknown, unknown>, is: Map<unknown, unknown>, path: Path) {
    const keys = [...was.keys()];
    this.#list(keys, [...is.keys()], path, (i) => `key(${i})`);
    this.#list([...was.values()], [...is.values()], path, (i) => `get(${leafText(keys[i])})`);
  }

  #plain(was: Record<string, unknown>, is: Record<string, unknown>, path: Path) {
    const again = new Set(clockReadings(is).map(({ path }) => JSON.stringify(path)));
    for (const reading of clockReadings(was)) {
      // what one of the two says is a reading need not be one
      if (!again.has(JSON.stringify(reading.path))) continue;
      const of = reading.path.filter((part) => typeof part === "string").join(".");
      this.#clocks.set(JSON.stringify([...path, ...reading.path]), `${reading.type}.${of}`);
    }
    const [before, after] = [Object.keys(was), Object.keys(is)];
    for (const key of new Set([...before, ...after])) {
      if (Object.hasOwn(was, key) && Object.hasOwn(is, key)) this.value(was[key], is[key], [...path, key]);
      else this.#add({ path: [...path, key], was: told(was, key), is: told(is, key) });
    }
    const sameKeys = before.length === after.length && before.every((key) => Object.hasOwn(is, key));
    if (sameKeys && before.some((key, i) => key !== after[i])) {
      this.#add({ path, was: keysText(before), is: keysText(after) });
    }
  }

  /** By their bits first: what is large is mostly the same. */
  #bytes(was: object, is: object, path: Path) {
    const [before, after] = [bytesOf(was), bytesOf(is)];
    if (before.length === after.length && before.every((byte, i) => byte === after[i])) return;
    const [left, right] = [numbersOf(was), numbersOf(is)];
    if (left.length !== right.length) this.#differ([...path, "length"], left.length, right.length);
    for (let i = 0; i < Math.min(left.length, right.length); i++) {
      if (!Object.is(left[i], right[i])) this.value(left[i], right[i], [...path, i]);
    }
  }

  #differ(path: Path, was: unknown, is: unknown) {
    this.#add({ path, was: leafText(was), is: leafText(is) });
  }

  #add(difference: Difference) {
    this.count++;
    if (this.differences.length < TOLD) this.differences.push(difference);
  }
}

/** A reading is another of the same kind, or there is none yet. */
function sameKind(was: unknown, is: unknown): boolean {
  if (was === null || is === null || was === undefined || is === undefined) return true;
  return isObject(was) && isObject(is) ? kindOf(was) === kindOf(is) : typeof was === typeof is;
}

/** A cell of a table in which a time stands says nothing else beside it than before. */
function sameWords(was: unknown, is: unknown): boolean {
  const [before, after] = [was, is].map((cell) => isObject(cell) ? (cell as { text?: unknown }).text : cell);
  if (typeof before !== "string" || typeof after !== "string") return true;
  return before.replaceAll(TIME, "") === after.replaceAll(TIME, "");
}

/** As `4.2 s`, `3:51`, or that there is none yet. */
const TIME = /\d+(:\d\d)+( left)?|\d+(\.\d+)? ?(ms|s|min|h)\b( left)?|^(running|queued|—)$/g;

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;
const kindOf = (value: object): string => Object.prototype.toString.call(value).slice(8, -1);
const told = (of: Record<string, unknown>, key: string): string =>
  Object.hasOwn(of, key) ? leafText(of[key]) : "missing";
const keysText = (keys: readonly string[]): string => printable(`keys ${keys.join(", ")}`, 80);

function errorParts({ name, message, cause }: Error): Record<string, unknown> {
  return { name, message, ...(cause === undefined ? {} : { cause }) };
}

const bytesOf = (value: object): Uint8Array =>
  ArrayBuffer.isView(value)
    ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
    : new Uint8Array(value as ArrayBuffer);

/** Numbers of a typed array; of what has none, its bytes. */
const numbersOf = (value: object): ArrayLike<number | bigint> =>
  ArrayBuffer.isView(value) && !(value instanceof DataView)
    ? value as unknown as ArrayLike<number | bigint>
    : bytesOf(value);
