/**
 * The curves of many runs in one body: a header in JSON, then columns of Float64. Curves that share their x share its
 * column. All numbers are little-endian:
 *
 *     u32 length of the header | header, filled up to 8 bytes with spaces | columns one after another
 */
import type { missing } from "../lib/curves/convert.ts";
import type { Spacing } from "../lib/curves/spacing.ts";

/** One polyline. */
export interface Points {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** What is drawn of one run. */
export interface RunLine {
  readonly id: string;
  /** the run's own name of the metric; null when it has none */
  readonly tag: string | null;
  /** what must be known before it can stand on the axis that was asked for; empty when it stands there */
  readonly missing: ReturnType<typeof missing>;
  /** the curve, smoothed if that was asked for; null when there is none on this axis */
  readonly curve: Points | null;
  /** every value of it is there: none was left out for the pixels */
  readonly whole: boolean;
  /** the same before smoothing; null when nothing was smoothed */
  readonly raw: Points | null;
  /** where its last value stands; null when the run has not ended, or ended without a finite value */
  readonly stop: { readonly x: number; readonly y: number } | null;
  /** last value recorded, never smoothed; null when it is not finite */
  readonly last: number | null;
  /** how far its values are apart; null when there are fewer than two, of a range, and of many runs */
  readonly spacing: Spacing | null;
}

interface Header {
  readonly lengths: readonly number[];
  readonly lines: readonly (Omit<RunLine, "curve" | "raw"> & {
    /** numbers of the columns */
    readonly curve: readonly [x: number, y: number] | null;
    readonly raw: readonly [x: number, y: number] | null;
  })[];
}

/** Bit for bit but for NaNs, of columns of one length. */
function equal(a: Float64Array, b: Float64Array): boolean {
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false;
  return true;
}

/** Columns by number; one that is already there is not put in again. */
class Columns {
  readonly all: Float64Array[] = [];
  readonly #alike = new Map<string, number[]>();

  put(values: Float64Array): number {
    return this.all.push(values) - 1;
  }

  share(values: Float64Array): number {
    const key = `${values.length} ${values[0]} ${values.at(-1)}`;
    const alike = this.#alike.get(key) ?? [];
    const same = alike.find((each) => equal(this.all[each], values));
    if (same !== undefined) return same;
    alike.push(this.all.length);
    this.#alike.set(key, alike);
    return this.put(values);
  }
}

/**
 * The body of an answer.
 * @example
 * ```ts
 * const body = encodeLines([]);
 * const lines = decodeLines(body.buffer); // []
 * ```
 */
export function encodeLines(lines: readonly RunLine[]): Uint8Array<ArrayBuffer> {
  const columns = new Columns();
  const place = (points: Points | null): [number, number] | null =>
    points === null ? null : [columns.share(points.x), columns.put(points.y)];
  const placed = lines.map((line) => ({ ...line, curve: place(line.curve), raw: place(line.raw) }));
  const header: Header = { lengths: columns.all.map(({ length }) => length), lines: placed };
  const text = new TextEncoder().encode(JSON.stringify(header));
  const begin = Math.ceil((4 + text.length) / 8) * 8;
  const body = new Uint8Array(begin + 8 * header.lengths.reduce((sum, length) => sum + length, 0));
  new DataView(body.buffer).setUint32(0, begin - 4, true);
  body.fill(0x20, 4, begin);
  body.set(text, 4);
  let at = begin;
  for (const { buffer, byteOffset, byteLength } of columns.all) {
    body.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += byteLength;
  }
  return body;
}

/** The lines of a body; their columns are views of it. */
export function decodeLines(body: ArrayBuffer): RunLine[] {
  const size = new DataView(body).getUint32(0, true);
  const { lengths, lines }: Header = JSON.parse(new TextDecoder().decode(new Uint8Array(body, 4, size)));
  let at = 4 + size;
  const columns = lengths.map((length) => {
    const column = new Float64Array(body, at, length);
    at += 8 * length;
    return column;
  });
  const points = (place: readonly [number, number] | null): Points | null =>
    place === null ? null : { x: columns[place[0]], y: columns[place[1]] };
  return lines.map((line) => ({ ...line, curve: points(line.curve), raw: points(line.raw) }));
}
