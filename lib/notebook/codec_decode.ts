import { BINARY, DEPTH, padded } from "./codec_format.ts";

/** Bytes that are no frame of this codec. */
export class DecodeError extends Error {
  override readonly name = "DecodeError";
  constructor(readonly reason: string) {
    super(`invalid frame: ${reason}`);
  }
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

/** Errors that arrive as their own kind. */
const ERRORS: ReadonlyMap<string, ErrorConstructor> = new Map<string, ErrorConstructor>([
  ["TypeError", TypeError],
  ["RangeError", RangeError],
  ["SyntaxError", SyntaxError],
  ["ReferenceError", ReferenceError],
  ["EvalError", EvalError],
  ["URIError", URIError],
]);
