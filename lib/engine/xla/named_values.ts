/** Options and facts by name, as PJRT_NamedValue structs of seven words. */
import { addressOf, bytesOf, copied, textFrom, words } from "./pjrt_memory.ts";

/** A number with `float` goes as one though it is whole. */
export type NamedValue = string | number | boolean | { readonly float: number };
/** Options of a client, as its plug-in names them: `memory_fraction`, `preallocate`, `allocator` of a GPU. */
export type ClientOptions = Readonly<Record<string, NamedValue>>;

/** PJRT_NamedValue_Type */
const STRING = 0n, INT = 1n, FLOAT = 3n, BOOL = 4n;
const WORDS = 7;

const bitsOf = (value: number) => BigInt(new Uint32Array(Float32Array.of(value).buffer)[0]);

/** Options, and the memory that they point to. */
export function namedValues(
  options: ClientOptions,
): { readonly list: BigUint64Array; readonly held: Uint8Array[] } {
  const entries = Object.entries(options), list = words(entries.length * WORDS), held: Uint8Array[] = [];
  const kept = (text: string) => {
    const bytes = bytesOf(text);
    held.push(bytes);
    return [addressOf(bytes), BigInt(bytes.length)] as const;
  };
  for (const [i, [name, value]] of entries.entries()) {
    const [address, length] = kept(name);
    const [kind, word, size] = typeof value === "string"
      ? [STRING, ...kept(value)]
      : typeof value === "boolean"
      ? [BOOL, BigInt(value), 1n]
      : typeof value === "object"
      ? [FLOAT, bitsOf(value.float), 1n]
      : Number.isInteger(value)
      ? [INT, BigInt.asUintN(64, BigInt(value)), 1n]
      : [FLOAT, bitsOf(value), 1n];
    list.set([56n, 0n, address, length, kind, word, size], i * WORDS);
  }
  return { list, held };
}

/** The whole numbers and texts among facts that a plug-in tells, as `{ cuda_version: 13000 }`. */
export function factsFrom(address: bigint, count: number): Readonly<Record<string, number | string>> {
  const facts: Record<string, number | string> = {};
  let at = address;
  for (let i = 0; i < count; i++) {
    const fact = new BigUint64Array(copied(at, 8 * WORDS).buffer), kind = BigInt.asUintN(32, fact[4]);
    const name = textFrom(fact[2], fact[3]);
    if (kind === STRING) facts[name] = textFrom(fact[5], fact[6]);
    else if (kind === INT) facts[name] = Number(BigInt.asIntN(64, fact[5]));
    at += fact[0] >= BigInt(8 * WORDS) ? fact[0] : BigInt(8 * WORDS);
  }
  return facts;
}
