/**
 * What the cache of cells keeps of a run, as the bytes of a file:
 * `[mark][SHA-256 of all that follows][u32 length of the head][head][values]`, head and values as frames of the codec.
 */
import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { decode, DecodeError, encode, EncodeError } from "./codec.ts";
import type { Level } from "./kernel_output.ts";
import type { FileRead } from "./kernel_reads_file.ts";

/** What a cell gave in an earlier run on the same inputs. */
export interface Kept {
  /** what it defined, by name; of a stream the last value */
  readonly values: Readonly<Record<string, unknown>>;
  /** what it displayed, in order */
  readonly shown: readonly unknown[];
  /** default none */
  readonly logs?: readonly { readonly level: Level; readonly text: string }[];
  /** how long it took */
  readonly seconds: number;
}

/** What an entry is of, read before its values are. */
export interface EntryHead {
  readonly cell: string;
  readonly inputs: string;
  readonly files: readonly FileRead[];
}

const MARK = new TextEncoder().encode("plateau cell 1\n\0");
const HASH = 32;
const HEAD = MARK.length + HASH + 4;

/** Null when what would come back is not what was given: functions, class instances, objects without a prototype. */
export function packValues(kept: Kept): Uint8Array | null {
  let values: Uint8Array;
  try {
    values = encode(kept);
  } catch (error) {
    if (error instanceof EncodeError || error instanceof RangeError) return null; // a RangeError: too much for one frame
    throw error;
  }
  return isDeepStrictEqual(decode(values), kept) ? values : null;
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

/** The parts of an entry; `kept` is decoded when it is asked for. Null for bytes that are damaged, cut or foreign. */
export function unpackEntry(bytes: Uint8Array): { readonly head: EntryHead; readonly kept: Kept } | null {
  if (bytes.length < HEAD || !MARK.every((byte, i) => bytes[i] === byte)) return null;
  if (!sum(bytes).every((byte, i) => bytes[MARK.length + i] === byte)) return null;
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(HEAD - 4, true);
  try {
    const head = decode(bytes.subarray(HEAD, HEAD + length)) as EntryHead;
    return {
      head,
      get kept() {
        return decode(bytes.subarray(HEAD + length)) as Kept;
      },
    };
  } catch (error) {
    if (error instanceof DecodeError) return null;
    throw error;
  }
}

const sum = (bytes: Uint8Array): Uint8Array =>
  createHash("sha256").update(bytes.subarray(MARK.length + HASH)).digest();
