/** A column of numbers as bytes: bit for bit, under a checksum, and short where the numbers only count. */
import { crc32 } from "node:zlib";

/** First byte of a blob. */
const RAW = 0, COUNTS = 1;
const WIDTH = 8;
/** Bytes before the numbers: the kind, and the checksum of kind and numbers. */
const HEAD = 5;
/** More numbers than any column has: a damaged length must not become an allocation. */
const LONGEST = 2 ** 28;

/**
 * Bytes of a column: `[0][CRC-32][numbers]`, or `[1][CRC-32][first][stride][length]` when every number is
 * first + i × stride, as steps mostly are.
 * @example
 * ```ts
 * const bytes = columnBlob(new Float64Array([1, 2, 3])); // 29 bytes, however many follow
 * ```
 */
export function columnBlob(column: Float64Array): Uint8Array<ArrayBuffer> {
  const stride = strideOf(column);
  const numbers = stride === null ? column : new Float64Array([column[0], stride, column.length]);
  const blob = new Uint8Array(HEAD + numbers.byteLength);
  blob[0] = stride === null ? RAW : COUNTS;
  blob.set(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength), HEAD);
  new DataView(blob.buffer).setUint32(1, checksum(blob), true);
  return blob;
}

/**
 * What `columnBlob` made bytes of.
 * @throws RangeError for bytes that it did not make
 */
export function columnFrom(blob: Uint8Array): Float64Array<ArrayBuffer> {
  if (blob[0] > COUNTS || blob.length % WIDTH !== HEAD) {
    throw new RangeError(`invalid column: ${blob.length} bytes that begin with ${blob[0]}`);
  }
  if (new DataView(blob.buffer, blob.byteOffset).getUint32(1, true) !== checksum(blob)) {
    throw new RangeError("invalid column: its checksum is wrong");
  }
  // a view must begin at a multiple of its width, so the bytes move
  const numbers = new Float64Array((blob.length - HEAD) / WIDTH);
  new Uint8Array(numbers.buffer).set(blob.subarray(HEAD));
  if (blob[0] === RAW) return numbers;
  const [first, stride, length] = numbers;
  if (!(numbers.length === 3 && Number.isInteger(length) && length >= 0 && length <= LONGEST)) {
    throw new RangeError(`invalid column: ${length} numbers`);
  }
  const column = new Float64Array(length);
  for (let i = 0; i < length; i++) column[i] = first + i * stride;
  return column;
}

const checksum = (blob: Uint8Array): number => crc32(blob.subarray(HEAD), blob[0]);

/** The stride of numbers that are exactly first + i × stride; null of others, of −0, which a sum loses, and of so few that it saves nothing. */
function strideOf(column: Float64Array): number | null {
  if (column.length < 4) return null;
  const first = column[0], stride = column[1] - first;
  for (let i = 0; i < column.length; i++) {
    if (!Object.is(first + i * stride, column[i])) return null;
  }
  return stride;
}
