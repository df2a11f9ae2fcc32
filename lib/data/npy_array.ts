/** One array in NumPy's format, versions 1 to 3: header and numbers, from bytes. */
import { BadData } from "./bad_data.ts";
import { checkSize } from "./file_bytes.ts";

export interface NpyArray {
  readonly shape: readonly number[];
  /** as NumPy writes it, such as "<f4" */
  readonly dtype: string;
  /** in row-major order, whatever the order in the file */
  readonly values: Float32Array | Float64Array | Int32Array;
}

interface Kind {
  readonly bytes: number;
  readonly make: (length: number) => Float32Array | Float64Array | Int32Array;
  readonly read: (view: DataView, at: number, little: boolean) => number;
}

const single = (length: number) => new Float32Array(length);
const double = (length: number) => new Float64Array(length);
const whole = (length: number) => new Int32Array(length);

const KINDS = new Map<string, Kind>([
  ["b1", { bytes: 1, make: whole, read: (view, at) => Number(view.getUint8(at) !== 0) }],
  ["i1", { bytes: 1, make: whole, read: (view, at) => view.getInt8(at) }],
  ["u1", { bytes: 1, make: whole, read: (view, at) => view.getUint8(at) }],
  ["i2", { bytes: 2, make: whole, read: (view, at, little) => view.getInt16(at, little) }],
  ["u2", { bytes: 2, make: whole, read: (view, at, little) => view.getUint16(at, little) }],
  ["i4", { bytes: 4, make: whole, read: (view, at, little) => view.getInt32(at, little) }],
  ["u4", { bytes: 4, make: double, read: (view, at, little) => view.getUint32(at, little) }],
  ["i8", { bytes: 8, make: double, read: (view, at, little) => Number(view.getBigInt64(at, little)) }],
  ["u8", { bytes: 8, make: double, read: (view, at, little) => Number(view.getBigUint64(at, little)) }],
  ["f2", { bytes: 2, make: single, read: (view, at, little) => view.getFloat16(at, little) }],
  ["f4", { bytes: 4, make: single, read: (view, at, little) => view.getFloat32(at, little) }],
  ["f8", { bytes: 8, make: double, read: (view, at, little) => view.getFloat64(at, little) }],
]);

/** NumPy itself refuses to read a longer one without being told to. */
const LONGEST_HEADER = 10_000;

/**
 * Numbers of any order and byte order. What the header claims is checked against the bytes that there are before
 * anything is allocated; objects, texts and records are refused by name.
 *
 * @param file for errors
 * @throws BadData
 */
export function npyArray(file: string, bytes: Uint8Array, maxBytes: number): NpyArray {
  const { descr, fortran, shape, start } = headerOf(file, bytes);
  const [, order, code] = /^([<>|=])(\w+)$/.exec(descr) ?? [], kind = KINDS.get(code ?? "");
  if (!kind) throw new BadData(file, `dtype ${descr} (numbers: ${[...KINDS.keys()].join(", ")})`);
  const count = shape.reduce((product, size) => product * size, 1), held = bytes.length - start;
  if (count * kind.bytes !== held) {
    throw new BadData(file, `${shape.join(" × ") || 1} numbers of ${kind.bytes} bytes, in ${held} bytes`);
  }
  checkSize(file, "the array", count * kind.make(0).BYTES_PER_ELEMENT, maxBytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, held), values = kind.make(count);
  const placeOf = fortran && shape.length > 1 ? columnMajor(shape) : (i: number) => i;
  for (let i = 0; i < count; i++) values[i] = kind.read(view, placeOf(i) * kind.bytes, order !== ">");
  return { shape, dtype: descr, values };
}

/** Where the element that is number `i` in row-major order lies in column-major order. */
function columnMajor(shape: readonly number[]): (i: number) => number {
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((product, size) => product * size, 1));
  return (i) => {
    let place = 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      place += (i % shape[axis]) * strides[axis];
      i = Math.floor(i / shape[axis]);
    }
    return place;
  };
}

/** The header is a Python dictionary; this is what NumPy writes, and nothing is evaluated. */
const HEADER =
  /^\{'descr': (?:'([^']{1,20})'|(\[.*\])), 'fortran_order': (True|False), 'shape': \(([\d, ]*)\),? *\} *\n?$/s;

function headerOf(file: string, bytes: Uint8Array) {
  const magic = [0x93, ...new TextEncoder().encode("NUMPY")];
  if (!magic.every((byte, i) => bytes[i] === byte)) throw new BadData(file, "not an npy file");
  const wide = bytes[6] >= 2, start = wide ? 12 : 10;
  if (bytes[6] < 1 || bytes[6] > 3) throw new BadData(file, `npy version ${bytes[6]} (1 to 3)`);
  if (bytes.length < start) throw new BadData(file, "ends within its header");
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const length = wide ? view.getUint32(8, true) : view.getUint16(8, true);
  if (length > LONGEST_HEADER) {
    throw new BadData(file, `a header of ${length} bytes (at most ${LONGEST_HEADER})`);
  }
  if (bytes.length < start + length) throw new BadData(file, "ends within its header");
  const text = new TextDecoder().decode(bytes.subarray(start, start + length));
  const parts = HEADER.exec(text);
  if (!parts) throw new BadData(file, "no npy header");
  const shape = parts[4].split(",").map((size) => size.trim()).filter((size) => size !== "").map(Number);
  if (shape.length > 32 || !shape.every(Number.isSafeInteger)) throw new BadData(file, `shape (${parts[4]})`);
  return { descr: parts[1] ?? parts[2], fortran: parts[3] === "True", shape, start: start + length };
}
