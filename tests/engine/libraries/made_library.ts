/** A shared library made byte by byte: real enough to be loaded, small enough to be damaged everywhere. */

/** x86_64 code: gives the address that lies `distance` bytes behind it. */
const address = (distance: number) => [0x48, 0x8d, 0x05, distance, 0, 0, 0, 0xc3];
/** x86_64 code: an instruction that no processor has. */
const trap = [0x0f, 0x0b];

const loadable = 1, dynamic = 2, stack = 0x6474e551;
const HASH = 0x200, STRINGS = 0x220, SYMBOLS = 0x240, CODE = 0x280, VERSION = 0x290, DYNAMIC = 0x2a0;
const END = 0x300;

export interface MadeLibrary {
  /** what its TF_Version says. Default 2.21.0 */
  readonly version?: string;
  /** default 62: x86_64 */
  readonly machine?: number;
  /** its TF_Version kills the process */
  readonly traps?: boolean;
  /** bytes after the last segment, as names for debuggers lie there. Default none */
  readonly behind?: number;
}

/**
 * An ELF library of one segment with one function, TF_Version, by the System V ABI: header, program headers, hash
 * table, names, symbols, code, dynamic section. It names a list of sections behind its segments, as linkers do.
 */
export function madeLibrary(made: MadeLibrary = {}): Uint8Array<ArrayBuffer> {
  const { version = "2.21.0", machine = 62, traps = false, behind = 0 } = made;
  const bytes = new Uint8Array(END + behind), view = new DataView(bytes.buffer);
  const put16 = (at: number, ...values: number[]) =>
    values.forEach((v, i) => view.setUint16(at + 2 * i, v, true));
  const put32 = (at: number, ...values: number[]) =>
    values.forEach((v, i) => view.setUint32(at + 4 * i, v, true));
  const put64 = (at: number, ...values: number[]) =>
    values.forEach((v, i) => view.setBigUint64(at + 8 * i, BigInt(v), true));
  const text = (at: number, letters: string) => bytes.set(new TextEncoder().encode(letters), at);

  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  put16(16, 3, machine);
  put32(20, 1);
  put64(24, 0, 64, behind ? END : 0);
  put16(52, 64, 56, 3, 64, behind ? 1 : 0, 0);
  const segment = (index: number, type: number, flags: number, at: number, length: number) => {
    put32(64 + 56 * index, type, flags);
    put64(72 + 56 * index, at, at, at, length, length, type === loadable ? 4096 : 8);
  };
  segment(0, loadable, 7, 0, END);
  segment(1, dynamic, 6, DYNAMIC, 6 * 16);
  segment(2, stack, 6, 0, 0);

  put32(HASH, 1, 2, 1, 0, 0); // one bucket, two symbols: the bucket begins and ends with symbol 1
  text(STRINGS, "\0TF_Version\0");
  put32(SYMBOLS + 24, 1); // its name; then global function, in section 1
  bytes[SYMBOLS + 28] = 0x12;
  put16(SYMBOLS + 30, 1);
  put64(SYMBOLS + 32, CODE, 8);
  bytes.set(traps ? trap : address(VERSION - CODE - 7), CODE);
  text(VERSION, version);
  // DT_HASH, DT_STRTAB, DT_SYMTAB, DT_STRSZ, DT_SYMENT, DT_NULL
  put64(DYNAMIC, 4, HASH, 5, STRINGS, 6, SYMBOLS, 10, 12, 11, 24, 0, 0);
  return bytes;
}
