/**
 * What the cache of cells keeps of a run, as the bytes of a file:
 * `[mark][SHA-256 of all that follows][u32 length of the head][head][values]`, head and values as frames of the codec.
 */
import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { decode, DecodeError, encode, EncodeError } from "./codec.ts";
import type { KeptTrainings, NamedTrainings } from "./kernel_cache_trainings.ts";
import type { FileRead } from "./kernel_reads_file.ts";

/** What a cell gave in an earlier run on the same inputs. */
export interface Kept {
  /** what it defined, by name; of a stream the last value. One that cannot be kept is missing */
  readonly values: Readonly<Record<string, unknown>>;
  /** what it displayed, in order */
  readonly shown: readonly unknown[];
  /** how long it took */
  readonly seconds: number;
}

/** What an entry is of, read before its values are. */
export interface EntryHead {
  readonly cell: string;
  readonly inputs: string;
  readonly files: readonly FileRead[];
  /** names whose values are not in it */
  readonly lacks: readonly string[];
}

const MARK = new TextEncoder().encode("plateau cell 1\n\0");
const HASH = 32;
const HEAD = MARK.length + HASH + 4;

interface Packed {
  readonly kept: Kept;
  readonly trainings: NamedTrainings | null;
}

/** The values of an entry as bytes, and the names whose values are left out. */
export interface PackedValues {
  readonly bytes: Uint8Array;
  readonly lacks: readonly string[];
}

/**
 * Values that would not come back as they are, such as functions and class instances, are left out by name. Null when
 * what was shown, or a training that is named, cannot be kept.
 */
export function packValues(kept: Kept, trainings: KeptTrainings | undefined): PackedValues | null {
  const whole = packed(kept, trainings);
  if (whole) return { bytes: whole, lacks: [] };
  const names = Object.keys(kept.values).filter((name) => packed(kept.values[name], trainings));
  const values = Object.fromEntries(names.map((name) => [name, kept.values[name]]));
  const bytes = packed({ ...kept, values }, trainings);
  return bytes && { bytes, lacks: Object.keys(kept.values).filter((name) => !names.includes(name)) };
}

/** Null when the value would not come back the same. */
function packed(kept: unknown, trainings: KeptTrainings | undefined): Uint8Array | null {
  const all = { kept, trainings: trainings?.named(kept) ?? null };
  try {
    const bytes = encode(all);
    return isDeepStrictEqual(decode(bytes), all) ? bytes : null;
  } catch (error) {
    if (error instanceof EncodeError || error instanceof RangeError) return null; // a RangeError: too much for one frame
    throw error;
  }
}

export function packEntry(head: EntryHead, values: Uint8Array): Uint8Array<ArrayBuffer> {
  const first = encode(head);
  const bytes = new Uint8Array(HEAD + first.length + values.length);
  bytes.set(MARK);
  new DataView(bytes.buffer).setUint32(HEAD - 4, first.length, true);
  bytes.set(first, HEAD);
  bytes.set(values, HEAD + first.length);
  bytes.set(sum(bytes), MARK.length);
  return bytes;
}

/** An entry, its values not yet decoded. */
export interface Entry {
  readonly head: EntryHead;
  /** the values, and what they name of trainings; decoded anew at each call, null when this codec cannot */
  unpack(): Packed | null;
}

/** Null for bytes that are damaged, cut or foreign. */
export function unpackEntry(bytes: Uint8Array): Entry | null {
  if (bytes.length < HEAD || !MARK.every((byte, i) => bytes[i] === byte)) return null;
  if (!sum(bytes).every((byte, i) => bytes[MARK.length + i] === byte)) return null;
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(HEAD - 4, true);
  const head = decoded(bytes.subarray(HEAD, HEAD + length)) as EntryHead | null;
  return head && { head, unpack: () => decoded(bytes.subarray(HEAD + length)) as Packed | null };
}

function decoded(bytes: Uint8Array): unknown {
  try {
    return decode(bytes);
  } catch (error) {
    if (error instanceof DecodeError) return null; // whole, but of another version of the codec
    throw error;
  }
}

const sum = (bytes: Uint8Array): Uint8Array =>
  createHash("sha256").update(bytes.subarray(MARK.length + HASH)).digest();
