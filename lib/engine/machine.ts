/** Which machine a measurement belongs to. */
import { cpus } from "node:os";
import { tf } from "./tf.ts";

/** null: this process may not look, so it agrees with any value. Plain data. */
export interface Machine {
  readonly cpu: string | null;
  readonly cores: number;
  readonly tfjs: string;
  readonly deno: string;
  /** path of the libtensorflow; null when there is none or it cannot be looked for */
  readonly library: string | null;
  /** when that file was last changed, in milliseconds */
  readonly libraryTime: number | null;
}

/** This machine, as far as the process may look. */
export function thisMachine(library: string | null): Machine {
  const may = (descriptor: Deno.PermissionDescriptor) =>
    Deno.permissions.querySync(descriptor).state === "granted";
  const readable = library !== null && may({ name: "read", path: library });
  return {
    cpu: may({ name: "sys", kind: "cpus" }) ? cpus()[0]?.model ?? null : null,
    cores: navigator.hardwareConcurrency,
    tfjs: tf.version_core,
    deno: Deno.version.deno,
    library,
    libraryTime: readable ? Deno.statSync(library).mtime?.getTime() ?? null : null,
  };
}

/** Whether measurements of one hold for the other: no part that both know differs. */
export function sameMachine(a: Machine, b: Machine): boolean {
  const agree = <T>(x: T | null, y: T | null) => x === null || y === null || x === y;
  return agree(a.cpu, b.cpu) && a.cores === b.cores && a.tfjs === b.tfjs && a.deno === b.deno &&
    a.library === b.library && agree(a.libraryTime, b.libraryTime);
}
