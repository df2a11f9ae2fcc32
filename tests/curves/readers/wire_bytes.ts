/** Protocol buffers, written: what the readers are tested with. */

export function joined(...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** A 64-bit number, seven bits a byte; a negative one takes ten. */
export function varint(value: number | bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Uint8Array.of(...bytes, Number(rest));
}

export function number(field: number, value: number | bigint): Uint8Array {
  return joined(varint(field * 8), varint(value));
}

export function float64(field: number, value: number): Uint8Array {
  return joined(varint(field * 8 + 1), of(8, (view) => view.setFloat64(0, value, true)));
}

export function float32(field: number, value: number): Uint8Array {
  return joined(varint(field * 8 + 5), of(4, (view) => view.setFloat32(0, value, true)));
}

/** A text, bytes, or a message of these fields. */
export function content(field: number, ...inner: (string | Uint8Array | readonly number[])[]): Uint8Array {
  const bytes = joined(...inner.map((part) => typeof part === "string" ? utf8.encode(part) : part));
  return joined(varint(field * 8 + 2), varint(bytes.length), bytes);
}
const utf8 = new TextEncoder();

/** Some bytes, set through a view. */
export function of(length: number, set: (view: DataView) => void): Uint8Array {
  const view = new DataView(new ArrayBuffer(length));
  set(view);
  return new Uint8Array(view.buffer);
}
