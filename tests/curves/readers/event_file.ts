/** Event files, written: framed records of events. */
import { crc32c, masked } from "../../../lib/curves/readers/crc32c.ts";
import { content, float32, float64, joined, number, of } from "./wire_bytes.ts";

/** A record of these bytes. */
export function framed(data: Uint8Array): Uint8Array {
  return joined(headerOf(data.length), data, checksum(data));
}

/** The header of a record that claims this length. */
export function headerOf(length: number): Uint8Array {
  const bytes = of(8, (view) => view.setBigUint64(0, BigInt(length), true));
  return joined(bytes, checksum(bytes));
}

function checksum(bytes: Uint8Array): Uint8Array {
  return of(4, (view) => view.setUint32(0, masked(crc32c(bytes)), true));
}

/** An event with these values of a summary; a step of 0 is left out, as protocol buffers do. */
export function eventOf(step: number, values: readonly Uint8Array[], wall = 1000 + step): Uint8Array {
  const at = step === 0 ? new Uint8Array(0) : number(2, step);
  return framed(joined(float64(1, wall), at, content(5, ...values.map((value) => content(1, value)))));
}

/** A value as `add_scalar` writes it. */
export function simple(tag: string, value: number): Uint8Array {
  return joined(content(1, tag), float32(2, value));
}

/** A value as a tensor, of these fields. */
export function tensor(tag: string, fields: readonly Uint8Array[], plugin?: string): Uint8Array {
  const metadata = plugin === undefined ? [] : [content(9, content(1, content(1, plugin)))];
  return joined(content(1, tag), content(8, ...fields), ...metadata);
}

export const version = framed(joined(float64(1, 1000), content(3, "brain.Event:2")));

/** What a restart writes. */
export function sessionStart(step: number): Uint8Array {
  return framed(joined(float64(1, 1000 + step), number(2, step), content(7, number(1, 1))));
}
