/** Protocol buffers as they are on the wire, read field by field within bounds. */

/** Wire types: how a field is laid down. */
export const VARINT = 0, FIXED64 = 1, BYTES = 2, FIXED32 = 5;

/** A field's number and wire type in one, as they are written. */
export function key(field: number, wire: number): number {
  return field * 8 + wire;
}

const nothing = new Uint8Array(0);
const scratch = new DataView(new ArrayBuffer(8));

/**
 * The fields of one message, one after the other. What is read never leaves the message, whatever lengths it claims;
 * a message that is not well formed ends early, with `damaged` set. Start it anew for each message.
 * Source: Protocol Buffers, Encoding.
 *
 * @example
 * ```ts
 * import { key, VARINT, WireFields } from "./wire_format.ts";
 *
 * const fields = new WireFields().begin(Uint8Array.of(0x08, 0x96, 0x01), 0, 3);
 * console.assert(fields.next() && fields.key === key(1, VARINT) && fields.number === 150);
 * ```
 */
export class WireFields {
  #bytes: Uint8Array = nothing;
  /** of the field at hand, see `key()` */
  key = 0;
  /** a varint, as a signed number; beyond 2⁵³ it is rounded */
  number = 0;
  /** where the content of the field lies, unless it is a varint */
  from = 0;
  to = 0;
  /** whether the message breaks the format */
  damaged = false;
  #at = 0;
  #end = 0;

  /** @param to at most the length of `bytes` */
  begin(bytes: Uint8Array, from: number, to: number): this {
    this.#bytes = bytes;
    this.#at = from;
    this.#end = to;
    this.damaged = false;
    return this;
  }

  /** Goes to the next field; false when there is none. */
  next(): boolean {
    if (this.#at >= this.#end) return false;
    const tag = this.#varint();
    this.key = tag;
    if (this.damaged || tag < 8 || tag > 0xffffffff) return this.#damage();
    switch (tag & 7) {
      case VARINT:
        this.number = this.#varint();
        return !this.damaged;
      case FIXED64:
        return this.#content(8);
      case BYTES: {
        const length = this.#varint();
        return this.damaged ? false : this.#content(length);
      }
      case FIXED32:
        return this.#content(4);
      default:
        return this.#damage();
    }
  }

  /** The numbers of a packed field, one after the other, as `number`: for a reader begun on its content. */
  nextVarint(): boolean {
    if (this.#at >= this.#end) return false;
    this.number = this.#varint();
    return !this.damaged;
  }

  float32(at: number = this.from): number {
    const bytes = this.#bytes;
    scratch.setUint32(0, bytes[at] | bytes[at + 1] << 8 | bytes[at + 2] << 16 | bytes[at + 3] << 24);
    return scratch.getFloat32(0);
  }

  float64(at: number = this.from): number {
    const bytes = this.#bytes;
    scratch.setUint32(4, bytes[at] | bytes[at + 1] << 8 | bytes[at + 2] << 16 | bytes[at + 3] << 24);
    scratch.setUint32(0, bytes[at + 4] | bytes[at + 5] << 8 | bytes[at + 6] << 16 | bytes[at + 7] << 24);
    return scratch.getFloat64(0);
  }

  #content(length: number): boolean {
    if (length < 0 || length > this.#end - this.#at) return this.#damage();
    this.from = this.#at;
    this.to = this.#at += length;
    return true;
  }

  #damage(): false {
    this.damaged = true;
    this.#at = this.#end;
    return false;
  }

  #varint(): number {
    const bytes = this.#bytes;
    const first = this.#at < this.#end ? bytes[this.#at] : 255;
    if (first < 128) {
      this.#at++;
      return first;
    }
    return this.#longVarint();
  }

  /** 64 bits in two halves, seven bits a byte, the lowest first. */
  #longVarint(): number {
    let low = 0, high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.#at >= this.#end) break;
      const byte = this.#bytes[this.#at++], bits = byte & 127;
      if (shift < 32) low |= bits << shift;
      if (shift === 28) high = bits >>> 4;
      else if (shift > 28) high |= bits << shift - 32;
      if (byte < 128) return high * 2 ** 32 + (low >>> 0);
    }
    this.#damage();
    return 0;
  }
}
