/**
 * Values as bytes, structured-clone style, the same in Deno and the browser:
 * `[u32 head length][head: JSON][padding to 8][bytes of typed arrays, each padded to 8]`.
 * In the head a string, boolean, null or finite number stands for itself, a plain object for itself,
 * and everything else is an array that begins with a tag. Composites are numbered in the order in which
 * they are met, so that a shared reference is `["ref", number]`; one to what contains it is refused.
 */

const DEPTH = 200;
const ALIGN = 8;

type TypedArray = ArrayBufferView & { readonly length: number };
type BytesConstructor = { new (buffer: ArrayBuffer): ArrayBufferView; readonly BYTES_PER_ELEMENT?: number };

const BINARY: ReadonlyMap<string, BytesConstructor> = new Map<string, BytesConstructor>([
  ["Float64Array", Float64Array],
  ["Float32Array", Float32Array],
  ["Int32Array", Int32Array],
  ["Uint32Array", Uint32Array],
  ["Int16Array", Int16Array],
  ["Uint16Array", Uint16Array],
  ["Int8Array", Int8Array],
  ["Uint8Array", Uint8Array],
  ["Uint8ClampedArray", Uint8ClampedArray],
  ["BigInt64Array", BigInt64Array],
  ["BigUint64Array", BigUint64Array],
  ["DataView", DataView],
]);

const ERRORS: ReadonlyMap<string, ErrorConstructor> = new Map<string, ErrorConstructor>([
  ["TypeError", TypeError],
  ["RangeError", RangeError],
  ["SyntaxError", SyntaxError],
  ["ReferenceError", ReferenceError],
  ["EvalError", EvalError],
  ["URIError", URIError],
]);

export type Path = readonly (string | number)[];

/** A path as people write it: `model.layers[0].f`. */
export function pathText(path: Path): string {
  return path.map((part, i) =>
    typeof part === "number"
      ? `[${part}]`
      : /^(?:[\p{ID_Start}$_][\p{ID_Continue}$]*|(?:key|get)\(.*\))$/u.test(part)
      ? (i ? "." : "") + part
      : `["${part}"]`
  ).join("") || "value";
}

/** A value that cannot be sent: where it is, and why. */
export class EncodeError extends Error {
  override readonly name = "EncodeError";
  constructor(readonly path: Path, readonly reason: string) {
    super(`cannot send ${pathText(path)}: ${reason}`);
  }
}

/** Bytes that are no frame of this codec. */
export class DecodeError extends Error {
  override readonly name = "DecodeError";
  constructor(readonly reason: string) {
    super(`invalid frame: ${reason}`);
  }
}

/**
 * Bytes of a value. Typed arrays, Map, Set, Date, bigint, NaN, ±Infinity, −0, undefined, RegExp, Error, shared and
 * cyclic references arrive as they were; a view on a larger buffer arrives as a buffer of its own.
 * Throws `EncodeError` with the path for functions, symbols, class instances and more than 200 levels.
 * @example
 * ```ts
 * import { decode, encode } from "./codec.ts";
 * decode(encode({ loss: new Float64Array([0.7, 0.5]), at: new Map([["step", 2]]) }));
 * ```
 */
export function encode(value: unknown, name?: string): Uint8Array<ArrayBuffer> {
  const encoder = new Encoder();
  const head = new TextEncoder().encode(JSON.stringify(encoder.node(value, name ? [name] : [])));
  const base = padded(4 + head.length);
  const frame = new Uint8Array(base + encoder.size);
  new DataView(frame.buffer).setUint32(0, head.length, true);
  frame.set(head, 4);
  for (const { at, bytes } of encoder.blocks) frame.set(bytes, base + at);
  return frame;
}

/**
 * The value in a frame. Every length, offset and reference is checked before it is used; keys such as `__proto__`
 * stay plain names. Throws `DecodeError`.
 */
export function decode(frame: Uint8Array): unknown {
  if (frame.length < 4) throw new DecodeError(`${frame.length} bytes`);
  const headLength = new DataView(frame.buffer, frame.byteOffset).getUint32(0, true);
  if (headLength > frame.length - 4) throw new DecodeError(`head of ${headLength} in ${frame.length} bytes`);
  let head: unknown;
  try {
    head = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(frame.subarray(4, 4 + headLength)));
  } catch {
    throw new DecodeError("head is not JSON");
  }
  return new Decoder(frame.subarray(Math.min(frame.length, padded(4 + headLength)))).value(head, 0);
}

/** Whether two values are the same data. Values that cannot be sent are equal only to themselves. */
export function sameData(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  const plain = samePlain(a, b);
  if (plain !== undefined) return plain;
  try {
    const [x, y] = [encode(a), encode(b)];
    return x.length === y.length && x.every((byte, i) => byte === y[i]);
  } catch {
    return false;
  }
}

/** For two flat objects of strings, numbers and the like, which need no bytes to be compared; undefined for any others. */
function samePlain(a: object, b: object): boolean | undefined {
  const flat = (object: object) =>
    Object.getPrototypeOf(object) === Object.prototype &&
    Object.values(object).every((value) => value === null || PRIMITIVE.has(typeof value));
  if (!flat(a) || !flat(b)) return undefined;
  const [left, right] = [Object.entries(a), Object.entries(b)];
  return left.length === right.length &&
    left.every(([key, value], i) => key === right[i][0] && Object.is(value, right[i][1]));
}

const PRIMITIVE = new Set(["string", "number", "boolean", "bigint", "undefined"]);
const padded = (length: number) => Math.ceil(length / ALIGN) * ALIGN;

class Encoder {
  readonly blocks: { at: number; bytes: Uint8Array }[] = [];
  size = 0;
  readonly #seen = new Map<object, number>();
  /** what the value at hand lies in */
  readonly #open = new Set<object>();

  node(value: unknown, path: Path): unknown {
    switch (typeof value) {
      case "string":
      case "boolean":
        return value;
      case "number":
        return Number.isFinite(value) && !Object.is(value, -0)
          ? value
          : ["n", Object.is(value, -0) ? "-0" : String(value)];
      case "undefined":
        return ["u"];
      case "bigint":
        return ["big", value < 0n ? "-" : "", (value < 0n ? -value : value).toString(16)];
      case "function":
        throw new EncodeError(
          path,
          `it is a function (${
            value.name || "anonymous"
          }); put it in a cell of functions only, or in a module that both sides import`,
        );
      case "symbol":
        throw new EncodeError(path, "it is a symbol");
    }
    return value === null ? null : this.#reference(value as object, path);
  }

  #reference(value: object, path: Path): unknown {
    const known = this.#seen.get(value);
    if (this.#open.has(value)) throw new EncodeError(path, "it contains itself; send data without cycles");
    if (known !== undefined) return ["ref", known];
    this.#seen.set(value, this.#seen.size);
    if (path.length > DEPTH) {
      throw new EncodeError(path.slice(0, 8), `it is nested more than ${DEPTH} levels deep`);
    }
    this.#open.add(value);
    const node = this.#composite(value, path);
    this.#open.delete(value);
    return node;
  }

  #composite(value: object, path: Path): unknown {
    if (Array.isArray(value)) return ["a", ...Array.from(value, (item, i) => this.node(item, [...path, i]))];
    if (ArrayBuffer.isView(value)) return this.#bytes(value, path);
    if (value instanceof ArrayBuffer) return this.#block("ArrayBuffer", new Uint8Array(value));
    if (value instanceof Date) return ["d", this.node(value.getTime(), path)];
    if (value instanceof RegExp) return ["r", value.source, value.flags];
    if (value instanceof Map) {
      return [
        "m",
        ...[...value].flatMap((
          [key, item],
          i,
        ) => [this.node(key, [...path, `key(${i})`]), this.node(item, [...path, `get(${text(key)})`])]),
      ];
    }
    if (value instanceof Set) return ["s", ...[...value].map((item, i) => this.node(item, [...path, i]))];
    if (value instanceof Error) {
      const cause = value.cause === undefined ? [] : [this.node(value.cause, [...path, "cause"])];
      return ["e", String(value.name), String(value.message), String(value.stack ?? ""), ...cause];
    }
    return this.#plain(value, path);
  }

  #plain(value: object, path: Path): unknown {
    const prototype = Object.getPrototypeOf(value);
    if (prototype !== null && prototype !== Object.prototype && Object.getPrototypeOf(prototype) !== null) {
      throw new EncodeError(path, instance(prototype));
    }
    if (prototype !== null && prototype !== Object.prototype && prototype.constructor?.name !== "Object") {
      throw new EncodeError(path, instance(prototype));
    }
    // without a prototype, so that a key named __proto__ is a key
    const node: Record<string, unknown> = Object.create(null);
    for (const key of Object.keys(value)) {
      node[key] = this.node((value as Record<string, unknown>)[key], [...path, key]);
    }
    return node;
  }

  #bytes(view: ArrayBufferView, path: Path): unknown {
    const kind = Object.prototype.toString.call(view).slice(8, -1);
    if (!BINARY.has(kind)) throw new EncodeError(path, `it is a ${kind}`);
    return this.#block(kind, new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
  }

  #block(kind: string, bytes: Uint8Array): unknown {
    const at = this.size;
    this.blocks.push({ at, bytes });
    this.size = padded(at + bytes.length);
    return ["t", kind, at, bytes.length];
  }
}

function instance(prototype: object): string {
  const kind = prototype.constructor?.name || "class";
  if (/Tensor|Variable$/.test(kind)) return `it is a ${kind}; send its numbers: await tensor.data()`;
  if (kind === "Promise") return "it is a Promise; await it first";
  return `it is a ${kind} instance; class instances stay on their side: send plain data`;
}

const text = (key: unknown) =>
  typeof key === "string" ? JSON.stringify(key) : typeof key === "object" ? "object" : String(key);

class Decoder {
  readonly #seen: unknown[] = [];
  /** of those seen, what is not complete yet */
  readonly #open = new Set<unknown>();
  constructor(readonly blocks: Uint8Array) {}

  value(node: unknown, depth: number): unknown {
    if (node === null || typeof node !== "object") return node;
    if (depth > DEPTH + 1) throw new DecodeError(`nested more than ${DEPTH} levels deep`);
    const at = this.#seen.length, value = this.#made(node, depth);
    this.#open.delete(this.#seen[at]);
    return value;
  }

  #keep<T>(value: T): T {
    this.#seen.push(value);
    this.#open.add(value);
    return value;
  }

  #made(node: object, depth: number): unknown {
    if (!Array.isArray(node)) return this.#plain(node as Record<string, unknown>, depth);
    const [tag, first, second] = node;
    switch (tag) {
      case "u":
        return undefined;
      case "n":
        return this.#number(first);
      case "big":
        if (!/^-?$/.test(String(first)) || !/^[0-9a-f]+$/.test(String(second))) {
          throw new DecodeError("bad bigint");
        }
        return first === "-" ? -BigInt(`0x${second}`) : BigInt(`0x${second}`);
      case "ref":
        if (!Number.isInteger(first) || first < 0 || first >= this.#seen.length) {
          throw new DecodeError(`bad reference ${first}`);
        }
        if (this.#open.has(this.#seen[first])) {
          throw new DecodeError(`reference ${first} to what contains it`);
        }
        return this.#seen[first];
      default:
        return this.#composite(tag, node, depth + 1);
    }
  }

  #number(word: unknown): number {
    const number = { "-0": -0, NaN, Infinity, "-Infinity": -Infinity }[String(word)];
    if (number === undefined) throw new DecodeError(`bad number ${word}`);
    return number;
  }

  #plain(node: Record<string, unknown>, depth: number): object {
    const object: Record<string, unknown> = this.#keep({});
    for (const key of Object.keys(node)) {
      const value = this.value(node[key], depth + 1);
      if (key === "__proto__") {
        Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
      } else object[key] = value;
    }
    return object;
  }

  #composite(tag: unknown, node: unknown[], depth: number): unknown {
    const keep = <T>(value: T): T => this.#keep(value);
    switch (tag) {
      case "a": {
        const array = keep([] as unknown[]);
        for (let i = 1; i < node.length; i++) array.push(this.value(node[i], depth));
        return array;
      }
      case "t":
        return keep(this.#bytes(node));
      case "d":
        return keep(new Date(this.value(node[1], depth) as number));
      case "r":
        return keep(regExp(node[1], node[2]));
      case "m": {
        const map = keep(new Map());
        for (let i = 1; i + 1 < node.length; i += 2) {
          const key = this.value(node[i], depth);
          map.set(key, this.value(node[i + 1], depth));
        }
        return map;
      }
      case "s": {
        const set = keep(new Set());
        for (let i = 1; i < node.length; i++) set.add(this.value(node[i], depth));
        return set;
      }
      case "e":
        return this.#error(node, depth, keep);
    }
    throw new DecodeError(`unknown tag ${JSON.stringify(tag)?.slice(0, 40)}`);
  }

  #error(node: unknown[], depth: number, keep: <T>(value: T) => T): Error {
    const [, name, message, stack] = node.map(String);
    const error = keep(new (ERRORS.get(name) ?? Error)(message));
    const hidden = { writable: true, enumerable: false, configurable: true };
    if (error.name !== name) Object.defineProperty(error, "name", { ...hidden, value: name });
    Object.defineProperty(error, "stack", { ...hidden, value: stack });
    if (node.length > 4) {
      Object.defineProperty(error, "cause", { ...hidden, value: this.value(node[4], depth) });
    }
    return error;
  }

  #bytes([, kind, at, length]: unknown[]): ArrayBuffer | ArrayBufferView {
    const { blocks } = this;
    const whole = (n: unknown): n is number => Number.isInteger(n) && (n as number) >= 0;
    if (!whole(at) || !whole(length) || at + length > blocks.length) {
      throw new DecodeError(`bytes ${at}+${length} of ${blocks.length}`);
    }
    const constructor = BINARY.get(String(kind));
    if (!constructor && kind !== "ArrayBuffer") throw new DecodeError(`unknown array ${kind}`);
    if (length % (constructor?.BYTES_PER_ELEMENT ?? 1)) throw new DecodeError(`${length} bytes in a ${kind}`);
    const buffer = blocks.slice(at, at + length).buffer as ArrayBuffer;
    return constructor ? new constructor(buffer) : buffer;
  }
}

function regExp(source: unknown, flags: unknown): RegExp {
  try {
    return new RegExp(String(source), String(flags));
  } catch {
    throw new DecodeError("bad regular expression");
  }
}

export type { TypedArray };
