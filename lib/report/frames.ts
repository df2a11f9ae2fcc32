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

/** A value without the arrays that begin the array in the same place of the last value: where each is, how long. */
interface Packed {
  readonly value: unknown;
  readonly prefixes: readonly (readonly [path: readonly Key[], length: number])[];
}

/** A frame that says what its stream's last value has not. */
export class WrongFrame extends Error {
  override readonly name = "WrongFrame";
  constructor(readonly path: readonly Key[]) {
    super(`invalid frame: the last value has no such array at ${path.join(".") || "its top"}`);
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
  const last = values.at(-1)?.value;
  return values.map(({ at, value }) => ({ at, value: encode(packed(value, last)) }));
}

/**
 * The value of a frame.
 *
 * @param last the stream's last value: that of the recording's own `value` event of the name
 * @throws DecodeError, WrongFrame for a frame of another stream
 */
export function unpackFrame(frame: Frame, last: unknown): unknown {
  const { value, prefixes } = decode(frame.value) as Packed;
  const root = { value };
  for (const [path, length] of prefixes) {
    const whole = path.reduce(member, last), parent = ["value", ...path.slice(0, -1)].reduce(member, root);
    if (!isTyped(whole) || whole.length < length) throw new WrongFrame(path);
    const prefix = whole.subarray(0, length);
    if (path.length === 0) return prefix;
    const place = parent as Record<Key, unknown>, key = path.at(-1)!;
    if (typeof place !== "object" || place === null || !Object.hasOwn(place, key)) throw new WrongFrame(path);
    place[key] = prefix;
  }
  return root.value;
}

function packed(value: unknown, last: unknown): Packed {
  const prefixes: [Key[], number][] = [];
  /** each object once: what is shared stays so */
  const copies = new Map<object, unknown>();
  const visit = (item: unknown, whole: unknown, path: Key[]): unknown => {
    if (item === null || typeof item !== "object") return item;
    if (isTyped(item)) {
      if (!isTyped(whole) || !isPrefix(item, whole)) return item;
      prefixes.push([path, item.length]);
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
  return { value: visit(value, last, []), prefixes };
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
