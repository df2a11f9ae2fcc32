/** The C library, for what Deno has no call for or asks a right for that a kernel is not given. */

/** Calls that are not everywhere are null there: macOS has no mallopt and statx, glibc before 2.34 no dlopen. */
const signatures = {
  getenv: { parameters: ["buffer"], result: "pointer" },
  setenv: { parameters: ["buffer", "buffer", "i32"], result: "i32" },
  geteuid: { parameters: [], result: "u32" },
  open: { parameters: ["buffer", "i32"], result: "i32" },
  create: { name: "open", parameters: ["buffer", "i32", "u32"], result: "i32" },
  read: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  write: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  rename: { parameters: ["buffer", "buffer"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
  dup: { parameters: ["i32"], result: "i32" },
  dup2: { parameters: ["i32", "i32"], result: "i32" },
  mkdir: { parameters: ["buffer", "u32"], result: "i32" },
  access: { parameters: ["buffer", "i32"], result: "i32" },
  unlink: { parameters: ["buffer"], result: "i32" },
  opendir: { parameters: ["buffer"], result: "pointer" },
  readdir: { parameters: ["pointer"], result: "pointer" },
  closedir: { parameters: ["pointer"], result: "i32" },
  statx: { parameters: ["i32", "buffer", "i32", "u32", "buffer"], result: "i32", optional: true },
  mallopt: { parameters: ["i32", "i32"], result: "i32", optional: true },
  dlopen: { parameters: ["buffer", "i32"], result: "pointer", optional: true },
} as const satisfies Deno.ForeignLibraryInterface;

type Libc = Deno.DynamicLibrary<typeof signatures>["symbols"];

let opened: Libc | null = null;

/**
 * The C library of Linux (glibc) or macOS, opened once and kept. Needs `--allow-ffi` in full, and no other right.
 *
 * @throws Error from Deno.dlopen on a system without it
 * @example
 * ```ts ignore
 * import { libc } from "./libc.ts";
 * console.log(libc().geteuid());
 * ```
 */
export function libc(): Libc {
  const file = Deno.build.os === "darwin" ? "/usr/lib/libSystem.dylib" : "libc.so.6";
  return opened ??= Deno.dlopen(file, signatures).symbols;
}
