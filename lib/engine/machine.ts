/** Which machine a measurement belongs to. */
import { cpus } from "node:os";
import { tf } from "./tf.ts";

/** Number of the measurement that measure.ts makes. */
const MEASURE = 2;

/** null: this process may not look, so it agrees with any value. Plain data. */
export interface Machine {
  readonly cpu: string | null;
  readonly cores: number;
  readonly tfjs: string;
  readonly deno: string;
  /** which measurement: raised when measure.ts measures something else */
  readonly measure: number;
  /** whether the process may call native code */
  readonly ffi: boolean;
  /** path of the libtensorflow; null when there is none or it cannot be looked for */
  readonly library: string | null;
  /** when that file was last changed, in milliseconds */
  readonly libraryTime: number | null;
  /** the engines that there were to choose from; null when that cannot be looked for */
  readonly choice: readonly string[] | null;
}

/**
 * This machine, as far as the process may look.
 * @param choice the engines that there are to choose from
 */
export function thisMachine(library: string | null, choice: readonly string[]): Machine {
  const may = (descriptor: Deno.PermissionDescriptor) =>
    Deno.permissions.querySync(descriptor).state === "granted";
  const readable = library !== null && may({ name: "read", path: library });
  return {
    cpu: may({ name: "sys", kind: "cpus" }) ? cpus()[0]?.model ?? null : null,
    cores: navigator.hardwareConcurrency,
    tfjs: tf.version_core,
    deno: Deno.version.deno,
    measure: MEASURE,
    ffi: may({ name: "ffi" }),
    library,
    libraryTime: readable ? changedAt(library) : null,
    choice: may({ name: "ffi" }) ? choice : null,
  };
}

function changedAt(file: string): number | null {
  try {
    return Deno.statSync(file).mtime?.getTime() ?? null;
  } catch {
    return null; // it is gone: whoever opens it says so
  }
}

/**
 * Whether measurements kept there and then hold here and now. A process that may do less than the one that
 * measured can still use them, as every engine is tried; one that may do more, or sees a library, measures.
 */
export function holdsFor(kept: Machine, here: Machine): boolean {
  const agree = <T>(x: T | null | undefined, y: T | null | undefined) =>
    (x ?? null) === null || (y ?? null) === null || x === y;
  // who may call native code has looked, and found none
  const library = here.library === kept.library || here.library === null && !here.ffi;
  return agree(kept.cpu, here.cpu) && kept.cores === here.cores && kept.tfjs === here.tfjs &&
    kept.deno === here.deno && kept.measure === here.measure && library &&
    agree(kept.libraryTime, here.libraryTime) && agree(kept.choice?.join(), here.choice?.join()) &&
    (kept.ffi || !here.ffi);
}
