/**
 * The values of a stream on their way, few enough and small enough for a file: thinned evenly in time, and of arrays that
 * grow at their end only how much of the last value's each has.
 */
import { decode, encode } from "../notebook/codec.ts";
import type { Frame } from "./recording.ts";

/** A value of a stream, and when it came. */
export interface StreamValue {
  /** milliseconds since the first */
  readonly at: number;
  readonly value: unknown;
}

/** Frames of a stream that a report keeps. */
export const MOST_FRAMES = 120;

type Key = string | number;

/** A value without the arrays that begin an array in the same place of the last value. */
interface Packed {
  readonly value: unknown;
  /** for each array of the last value, in its order, how much of it stands in the same place; null: nothing is left out */
  readonly lengths: readonly (number | null)[];
}

/** A frame that says what its stream's last value has not. */
export class WrongFrame extends Error {
  override readonly name = "WrongFrame";
  constructor(readonly reason: string) {
    super(`invalid frame: ${reason}`);
  }
}

/**
 * At most so many of the frames: the first, the last, and between them what was there at evenly spread times. Of all
 * others each is at most one such distance from one that is kept.
 *
 * @param frames in order of `at`
 * @param most at least 2; default 120
 * @example
 * ```ts
 * import { thinned } from "./frames.ts";
 * thinned([0, 10, 20, 30, 40].map((at) => ({ at })), 3); // at 0, 20 and 40
 * ```
 */
export function thinned<F extends { readonly at: number }>(
  frames: readonly F[],
  most: number = MOST_FRAMES,
): F[] {
  if (frames.length <= most) return [...frames];
  const first = frames[0].at, step = (frames.at(-1)!.at - first) / (most - 1);
  const kept: F[] = [];
  let i = 0;
  for (let n = 0; n < most - 1; n++) {
    while (i + 1 < frames.length - 1 && frames[i + 1].at <= first + n * step) i++;
    const due = n === 0 ? frames[0] : frames[i];
    if (kept.at(-1) !== due) kept.push(due);
  }
  return [...kept, frames.at(-1)!];
}

/**
 * Values of a stream as a recording keeps them. The last of them is to be kept beside: `unpackFrame` needs it.
 *
 * @throws EncodeError for what is no data
 * @example
 * ```ts
 * import { packFrames, unpackFrame } from "./frames.ts";
 * const loss = Float64Array.of(0.7, 0.5, 0.4);
 * const frames = packFrames([{ at: 0, value: loss.subarray(0, 1) }, { at: 30, value: loss }]);
 * unpackFrame(frames[0], loss); // Float64Array [0.7]
 * ```
 */
export function packFrames(values: readonly StreamValue[]): Frame[] {
  const last = values.at(-1)?.value, arrays = arraysOf(last);
  return values.map(({ at, value }) => ({ at, value: encode(packed(value, last, arrays)) }));
}

/**
 * The value of a frame.
 *
 * @param last the stream's last value: that of the recording's own `value` event of the name
 * @throws DecodeError, WrongFrame for a frame of another stream
 */
export function unpackFrame(frame: Frame, last: unknown): unknown {
  const { value, lengths } = decode(frame.value) as Packed;
  const root = { value }, arrays = arraysOf(last);
  if (lengths.length !== arrays.length) {
    throw new WrongFrame(`the last value has ${arrays.length} arrays, not ${lengths.length}`);
  }
  for (const [i, length] of lengths.entries()) {
    if (length === null) continue;
    const { path, array } = arrays[i];
    if (array.length < length) {
      throw new WrongFrame(`the last value has no ${length} numbers at ${path.join(".")}`);
    }
    const way = ["value", ...path], parent = way.slice(0, -1).reduce(member, root), key = way.at(-1)!;
    if (typeof parent !== "object" || parent === null || !Object.hasOwn(parent, key)) {
      throw new WrongFrame(`it has no place ${path.join(".")}`);
    }
    (parent as Record<Key, unknown>)[key] = array.subarray(0, length);
  }
  return root.value;
}

interface PlacedArray {
  readonly path: readonly Key[];
  readonly array: Typed;
}

/** The arrays of numbers in a value, each where it is met first. */
function arraysOf(value: unknown): PlacedArray[] {
  const seen = new Set<object>(), found: PlacedArray[] = [];
  const visit = (item: unknown, path: readonly Key[]) => {
    if (typeof item !== "object" || item === null || seen.has(item)) return;
    if (isTyped(item)) {
      found.push({ path, array: item });
      return;
    }
    seen.add(item);
    if (Array.isArray(item)) item.forEach((each, i) => visit(each, [...path, i]));
    else if (isPlain(item)) { for (const [key, each] of Object.entries(item)) visit(each, [...path, key]); }
  };
  visit(value, []);
  return found;
}

function packed(value: unknown, last: unknown, arrays: readonly PlacedArray[]): Packed {
  const lengths: (number | null)[] = arrays.map(() => null);
  const places = new Map(arrays.map(({ path }, i) => [JSON.stringify(path), i]));
  /** each object once: what is shared stays so */
  const copies = new Map<object, unknown>();
  const visit = (item: unknown, whole: unknown, path: Key[]): unknown => {
    if (item === null || typeof item !== "object") return item;
    if (isTyped(item)) {
      const place = places.get(JSON.stringify(path));
      if (place === undefined || !isTyped(whole) || !isPrefix(item, whole)) return item;
      lengths[place] = item.length;
      return null;
    }
    if (copies.has(item)) return copies.get(item);
    const inside = (each: unknown, key: Key) => visit(each, member(whole, key), [...path, key]);
    const copy = Array.isArray(item)
      ? item.map(inside)
      : isPlain(item)
      ? Object.fromEntries(Object.entries(item).map(([key, each]) => [key, inside(each, key)]))
      : item;
    copies.set(item, copy);
    return copy;
  };
  return { value: visit(value, last, []), lengths };
}

/** What an object has of its own under a key. */
function member(of: unknown, key: Key): unknown {
  return typeof of === "object" && of !== null && !isTyped(of) && Object.hasOwn(of, key)
    ? (of as Record<Key, unknown>)[key]
    : undefined;
}

type Typed = Float64Array | Float32Array | Int32Array | Uint32Array | Int16Array | Uint16Array | Uint8Array;

const isTyped = (value: unknown): value is Typed => ArrayBuffer.isView(value) && !(value instanceof DataView);

const isPlain = (value: object): boolean => {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};

/** Compares bits: NaN is itself, and −0 is not 0. */
function isPrefix(short: Typed, long: Typed): boolean {
  if (short.constructor !== long.constructor || short.length > long.length) return false;
  const [a, b] = [words(short, short.byteLength), words(long, short.byteLength)];
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** The first bytes of an array; every element that is 4 bytes or 8 begins where such a word may. */
const words = ({ buffer, byteOffset, BYTES_PER_ELEMENT }: Typed, bytes: number) =>
  BYTES_PER_ELEMENT >= 4
    ? new Int32Array(buffer, byteOffset, bytes / 4)
    : new Uint8Array(buffer, byteOffset, bytes);
