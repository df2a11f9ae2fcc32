/** Memory that JavaScript and a PJRT plug-in share: argument structs, texts and lists of addresses. */

/** An address, a number, or memory whose address is meant; null is the null pointer. */
export type Slot = bigint | number | Uint8Array | BigUint64Array | BigInt64Array | null;

const encoder = new TextEncoder(), decoder = new TextDecoder();

/** `count` words of 8 bytes. Short arrays that are made without a buffer lie where the collector moves them. */
export const words = (count: number): BigUint64Array<ArrayBuffer> =>
  new BigUint64Array(new ArrayBuffer(8 * count));

/** The address of memory, which its user keeps alive. */
export function addressOf(memory: ArrayBufferView): bigint {
  if (memory.byteLength === 0) return 0n;
  return BigInt(Deno.UnsafePointer.value(Deno.UnsafePointer.of(memory as Uint8Array<ArrayBuffer>)));
}

/** Memory of 8-byte words from numbers or addresses. */
export function wordsOf(values: readonly (bigint | number)[]): BigUint64Array<ArrayBuffer> {
  const made = words(values.length);
  values.forEach((value, i) => made[i] = BigInt.asUintN(64, BigInt(value)));
  return made;
}

/** A text's bytes, not terminated: PJRT is told lengths. */
export const bytesOf = (text: string): Uint8Array<ArrayBuffer> => encoder.encode(text);

/** A copy of memory of the plug-in's. */
export function copied(address: bigint, length: number): Uint8Array<ArrayBuffer> {
  if (length === 0) return new Uint8Array();
  const pointer = Deno.UnsafePointer.create(address);
  if (pointer === null) throw new RangeError(`invalid memory of a plug-in: ${length} bytes at no address`);
  return new Uint8Array(Deno.UnsafePointerView.getArrayBuffer(pointer, length).slice(0));
}

/** A copy of a text of the plug-in's. */
export const textFrom = (address: bigint, length: bigint): string =>
  decoder.decode(copied(address, Number(length)));

/** Copies of 8-byte words of the plug-in's. */
export const wordsFrom = (address: bigint, count: number): bigint[] =>
  Array.from(new BigUint64Array(copied(address, 8 * count).buffer));

/** Zero words past the fields that are known: a plug-in of a newer interface reads there that nothing is asked. */
const SPARE = 4;
/** The first two words of every argument struct: its size, and a pointer to extensions. */
const HEAD = 2;

/** An argument struct of the interface: each field is one word of 8 bytes, and results are written into it. */
export class Fields {
  readonly memory: BigUint64Array<ArrayBuffer>;
  /** what the struct points to lives as long as it does */
  readonly held: readonly Slot[];

  /** @param spare zero words past the fields */
  constructor(fields: readonly Slot[], spare: number = SPARE) {
    this.held = fields;
    this.memory = words(HEAD + fields.length + spare);
    this.memory[0] = BigInt(this.memory.byteLength);
    fields.forEach((field, i) => this.memory[HEAD + i] = wordOf(field));
  }

  /** The field at an index, as the plug-in has left it. */
  at(index: number): bigint {
    return this.memory[HEAD + index];
  }
}

function wordOf(field: Slot): bigint {
  if (field === null) return 0n;
  return typeof field === "object" ? addressOf(field) : BigInt.asUintN(64, BigInt(field));
}
