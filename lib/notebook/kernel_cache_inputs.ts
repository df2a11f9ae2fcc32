/** A name for what a cell reads: the same for the same data, and for nothing else. */
import { createHash, type Hash } from "node:crypto";
import { encode, EncodeError } from "./codec.ts";

/** The cell that defines a name, where it only declares functions and classes. */
export interface Declared {
  readonly key: string;
  /** what that cell reads in turn, by name */
  readonly reads: Readonly<Record<string, unknown>>;
}

export interface InputsOptions {
  /** what beside its reads a cell depends on */
  readonly stamp: string;
  /** functions cannot be compared: those of a cell that only declares them are known by that cell; default: none is */
  readonly declared?: (name: string) => Declared | undefined;
}

/**
 * A hash of values by name; null when one of them cannot be compared with what it will be in another run. Values are
 * hashed anew each time, as a stream may grow one and the same array.
 */
export function inputsHash(reads: Readonly<Record<string, unknown>>, options: InputsOptions): string | null {
  const hash = createHash("sha256");
  add(hash, options.stamp);
  try {
    addReads(hash, reads, options);
  } catch (error) {
    if (error instanceof EncodeError || error instanceof RangeError) return null; // a RangeError: too much for one frame
    throw error;
  }
  return hash.digest("hex").slice(0, 32);
}

function addReads(hash: Hash, reads: Readonly<Record<string, unknown>>, options: InputsOptions) {
  for (const name of Object.keys(reads).sort()) {
    add(hash, name);
    const declared = options.declared?.(name);
    if (declared) {
      add(hash, `cell ${declared.key}`);
      addReads(hash, declared.reads, options);
    } else add(hash, encode(reads[name]));
  }
  add(hash, "end");
}

/** With its length first, so that two parts never read as two others. */
function add(hash: Hash, part: string | Uint8Array) {
  const bytes = typeof part === "string" ? new TextEncoder().encode(part) : part;
  hash.update(`${typeof part} ${bytes.length}:`).update(bytes);
}
