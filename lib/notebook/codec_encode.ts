import { BINARY, DEPTH, padded } from "./codec_format.ts";
import { type Path, pathText } from "./codec_path.ts";

/** A value that cannot be sent: where it is, and why. */
export class EncodeError extends Error {
  override readonly name = "EncodeError";
  constructor(readonly path: Path, readonly reason: string) {
    super(`cannot send ${pathText(path)}: ${reason}`);
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
