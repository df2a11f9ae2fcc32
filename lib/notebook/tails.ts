/**
 * Append-only typed arrays, anywhere in plain objects and arrays, travel as tails: a curve that grew by 50 points
 * costs 50 points. What is a tail is decided by comparing bytes with what was sent before, so nothing is guessed.
 */
import { encode, EncodeError, type Path } from "./codec.ts";

type Numbers =
  | Float64Array
  | Float32Array
  | Int32Array
  | Uint32Array
  | Int16Array
  | Uint16Array
  | Int8Array
  | Uint8Array;
type Key = string | number;

/** A value in which each typed array holds only what the receiver lacks: `arrays` says where each begins. */
export interface Packed {
  readonly value: unknown;
  readonly arrays: readonly (readonly [path: readonly Key[], from: number])[];
}

/** A packed value that continues something the receiver does not have. */
export class TailGap extends Error {
  override readonly name = "TailGap";
  constructor(readonly path: Path, readonly have: number, readonly from: number) {
    super(`invalid tail: ${path.join(".")} begins at ${from} (have ${have})`);
  }
}

const isTyped = (value: unknown): value is Numbers =>
  ArrayBuffer.isView(value) && !(value instanceof DataView);
const isPlain = (value: object) => {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};

/** Deeper than this, values are sent whole. */
const DEPTH = 32;

/** Copies plain objects and arrays, each once, and cuts every typed array at `start`. */
function cut(value: unknown, start: (key: string, array: Numbers) => number): Packed {
  const arrays: [Key[], number][] = [];
  const copies = new Map<object, unknown>();
  const visit = (item: unknown, path: Key[]): unknown => {
    if (item === null || typeof item !== "object" || path.length > DEPTH) return item;
    if (isTyped(item)) {
      const from = start(JSON.stringify(path), item);
      arrays.push([path, from]);
      return item.subarray(from);
    }
    if (copies.has(item)) return copies.get(item);
    if (Array.isArray(item)) {
      const copy: unknown[] = [];
      copies.set(item, copy);
      for (let i = 0; i < item.length; i++) copy.push(visit(item[i], [...path, i]));
      return copy;
    }
    if (!isPlain(item)) return item;
    const copy = Object.create(Object.getPrototypeOf(item));
    copies.set(item, copy);
    for (const key of Object.keys(item)) {
      const child = visit((item as Record<string, unknown>)[key], [...path, key]);
      Object.defineProperty(copy, key, {
        value: child,
        writable: true,
        enumerable: true,
        configurable: true,
      });
    }
    return copy;
  };
  return { value: visit(value, []), arrays };
}

/** A typed array that grows at its end; views handed out stay valid. */
class Growing {
  #buffer: Numbers;
  length: number;
  constructor(first: Numbers, readonly generation: number) {
    this.#buffer = first;
    this.length = first.length;
  }
  get view(): Numbers {
    return this.#buffer.subarray(0, this.length);
  }
  get kind(): unknown {
    return this.#buffer.constructor;
  }
  push(tail: Numbers) {
    const length = this.length + tail.length;
    if (length > this.#buffer.length) {
      const Kind = this.#buffer.constructor as { new (length: number): Numbers };
      const larger = new Kind(Math.max(2 * this.#buffer.length, length));
      larger.set(this.view as never);
      this.#buffer = larger;
    }
    this.#buffer.set(tail as never, this.length);
    this.length = length;
  }
}

/**
 * Packs a sequence of values for one receiver. When a packed value could not be delivered, begin again with a new
 * sender: the receiver takes whole arrays at any time.
 */
export class TailSender {
  #sent = new Map<string, Growing>();

  pack(value: unknown): Packed {
    const sent = new Map<string, Growing>();
    const packed = cut(value, (key, array) => {
      const before = this.#sent.get(key);
      if (before && before.kind === array.constructor && isPrefix(before.view, array)) {
        const from = before.length;
        before.push(array.subarray(from) as Numbers);
        sent.set(key, before);
        return from;
      }
      sent.set(key, new Growing(array.slice(), 0));
      return 0;
    });
    this.#sent = sent;
    return packed;
  }
}

/** The bytes of a value as it is packed for a receiver. Throws `EncodeError` with a path that begins with `name`. */
export function encodedTails(sender: TailSender, name: string, value: unknown): Uint8Array<ArrayBuffer> {
  const packed = sender.pack(value);
  try {
    return encode(packed);
  } catch (error) {
    if (error instanceof EncodeError) throw new EncodeError([name, ...error.path.slice(1)], error.reason);
    throw error;
  }
}

/** What a peer holds of one value: by path, which array (its generation) and how much of it. */
export type Held = Map<string, readonly [generation: number, length: number]>;

/** Rebuilds a sequence of packed values, and packs what it holds for further peers. */
export class TailReceiver {
  #held = new Map<string, Growing>();
  #generation = 0;
  /** the last value, whole */
  value: unknown = undefined;

  /** The whole value. Takes ownership of `packed`. Throws `TailGap`. */
  unpack(packed: Packed): unknown {
    const held = new Map<string, Growing>();
    const root = { value: packed.value };
    for (const [path, from] of packed.arrays) {
      const key = JSON.stringify(path);
      const [parent, last] = place(root, path);
      const tail = parent[last];
      if (!isTyped(tail)) throw new TailGap(path, 0, from);
      let array = this.#held.get(key);
      if (from === 0 || !array) {
        if (from !== 0) throw new TailGap(path, 0, from);
        array = new Growing(tail, ++this.#generation);
      } else {
        if (array.length !== from || array.kind !== tail.constructor) {
          throw new TailGap(path, array.length, from);
        }
        array.push(tail);
      }
      held.set(key, array);
      parent[last] = array.view;
    }
    this.#held = held;
    this.value = root.value;
    return this.value;
  }

  /** The last value for a peer that has `have`, which is updated. */
  since(have: Held): Packed {
    const next: Held = new Map();
    const packed = cut(this.value, (key, array) => {
      const mine = this.#held.get(key);
      const [generation, length] = have.get(key) ?? [0, 0];
      next.set(key, [mine?.generation ?? 0, array.length]);
      return mine && mine.generation === generation && length <= array.length ? length : 0;
    });
    have.clear();
    for (const [key, what] of next) have.set(key, what);
    return packed;
  }
}

/** The object that holds the end of a path, followed through own properties only. */
function place(root: object, path: readonly Key[]): [Record<Key, unknown>, Key] {
  let parent = root as Record<Key, unknown>;
  let last: Key = "value";
  for (const key of path) {
    const next: unknown = Object.hasOwn(parent, last) ? parent[last] : undefined;
    if (next === null || typeof next !== "object" || isTyped(next)) throw new TailGap(path, 0, 0);
    [parent, last] = [next as Record<Key, unknown>, key];
  }
  if (!Object.hasOwn(parent, last)) throw new TailGap(path, 0, 0);
  return [parent, last];
}

/** Compares bits, four bytes at a time where it can, so that NaN equals itself and −0 differs from 0. */
function isPrefix(short: Numbers, long: Numbers): boolean {
  if (short.length > long.length) return false;
  const bytes = short.byteLength;
  const wide = bytes % 4 === 0 && short.byteOffset % 4 === 0 && long.byteOffset % 4 === 0;
  const View = wide ? Int32Array : Uint8Array;
  const count = bytes / View.BYTES_PER_ELEMENT;
  const a = new View(short.buffer as ArrayBuffer, short.byteOffset, count);
  const b = new View(long.buffer as ArrayBuffer, long.byteOffset, count);
  for (let i = 0; i < count; i++) if (a[i] !== b[i]) return false;
  return true;
}
