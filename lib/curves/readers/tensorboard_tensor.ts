/** A number that is written as a tensor of one element. */
import { BYTES, FIXED32, FIXED64, key, VARINT, WireFields } from "./wire_format.ts";

/** How an element lies in `tensor_content`, and in the field that lists elements of its kind. */
interface ElementType {
  readonly bytes: number;
  readonly read: (view: DataView) => number;
  /** number of the field, and how one element lies in it */
  readonly field: number;
  readonly wire: typeof VARINT | typeof FIXED32 | typeof FIXED64;
  /** the element that a listed number stands for; default: itself */
  readonly from?: (listed: number) => number;
}

const scratch = new DataView(new ArrayBuffer(8));
/** The number that these 16 bits are. */
function ofBits(bits: number, read: (view: DataView) => number): number {
  scratch.setUint16(0, bits, true);
  return read(scratch);
}
function bfloat16(view: DataView): number {
  scratch.setUint32(0, view.getUint16(0, true) << 16, true);
  return scratch.getFloat32(0, true);
}
const float16 = (view: DataView) => view.getFloat16(0, true);

/** By their numbers in TensorFlow's types.proto. */
const TYPES: ReadonlyMap<number, ElementType> = new Map<number, ElementType>([
  [1, { bytes: 4, read: (view) => view.getFloat32(0, true), field: 5, wire: FIXED32 }],
  [2, { bytes: 8, read: (view) => view.getFloat64(0, true), field: 6, wire: FIXED64 }],
  [3, { bytes: 4, read: (view) => view.getInt32(0, true), field: 7, wire: VARINT }],
  [4, { bytes: 1, read: (view) => view.getUint8(0), field: 7, wire: VARINT }],
  [5, { bytes: 2, read: (view) => view.getInt16(0, true), field: 7, wire: VARINT }],
  [6, { bytes: 1, read: (view) => view.getInt8(0), field: 7, wire: VARINT }],
  [9, { bytes: 8, read: (view) => Number(view.getBigInt64(0, true)), field: 10, wire: VARINT }],
  [10, { bytes: 1, read: (view) => view.getUint8(0), field: 11, wire: VARINT }],
  [14, { bytes: 2, read: bfloat16, field: 13, wire: VARINT, from: (bits) => ofBits(bits, bfloat16) }],
  [17, { bytes: 2, read: (view) => view.getUint16(0, true), field: 7, wire: VARINT }],
  [19, { bytes: 2, read: float16, field: 13, wire: VARINT, from: (bits) => ofBits(bits, float16) }],
  [22, { bytes: 4, read: (view) => view.getUint32(0, true), field: 16, wire: VARINT }],
  [23, {
    bytes: 8,
    read: (view) => Number(view.getBigUint64(0, true)),
    field: 17,
    wire: VARINT,
    from: (listed) => listed < 0 ? listed + 2 ** 64 : listed,
  }],
]);

const DTYPE = key(1, VARINT), SHAPE = key(2, BYTES), CONTENT = key(4, BYTES), DIMENSION = key(2, BYTES);
const tensor = new WireFields(), shape = new WireFields(), inner = new WireFields();

/**
 * The number in a TensorProto of one element, listed or as content. As TensorFlow reads them, a tensor without any
 * element written is 0. Source: TensorFlow, tensor.proto.
 *
 * @returns null for text, complex numbers and tensors of none or several elements; undefined where it is damaged
 */
export function tensorNumber(bytes: Uint8Array, from: number, to: number): number | null | undefined {
  let type: ElementType | undefined, elements = 1, contentFrom = 0, contentTo = 0;
  tensor.begin(bytes, from, to);
  while (tensor.next()) {
    if (tensor.key === DTYPE) type = TYPES.get(tensor.number);
    else if (tensor.key === SHAPE) elements = elementsOf(bytes, tensor.from, tensor.to);
    else if (tensor.key === CONTENT) [contentFrom, contentTo] = [tensor.from, tensor.to];
  }
  if (tensor.damaged || Number.isNaN(elements)) return undefined;
  if (!type || elements !== 1) return null;
  if (contentTo > contentFrom) {
    if (contentTo - contentFrom !== type.bytes) return undefined;
    for (let i = 0; i < type.bytes; i++) scratch.setUint8(i, bytes[contentFrom + i]);
    return type.read(scratch);
  }
  const listed = firstListed(bytes, from, to, type);
  return listed === undefined ? undefined : type.from ? type.from(listed) : listed;
}

/** How many elements a shape has; NaN where it is damaged. */
function elementsOf(bytes: Uint8Array, from: number, to: number): number {
  let elements = 1;
  shape.begin(bytes, from, to);
  while (shape.next()) {
    if (shape.key !== DIMENSION) continue;
    let size = 0;
    inner.begin(bytes, shape.from, shape.to);
    while (inner.next()) if (inner.key === key(1, VARINT)) size = inner.number;
    elements *= size;
  }
  return shape.damaged ? NaN : elements;
}

/** The first element of the list, packed or not; 0 for an empty one, undefined where it is damaged. */
function firstListed(bytes: Uint8Array, from: number, to: number, type: ElementType): number | undefined {
  const { field, wire } = type, packed = key(field, BYTES), single = key(field, wire);
  tensor.begin(bytes, from, to);
  while (tensor.next()) {
    if (tensor.key === single) return elementAt(tensor, wire, tensor.number);
    if (tensor.key !== packed || tensor.from === tensor.to) continue;
    inner.begin(bytes, tensor.from, tensor.to);
    if (wire === VARINT) return inner.nextVarint() ? inner.number : undefined;
    return tensor.to - tensor.from < type.bytes ? undefined : elementAt(tensor, wire, 0);
  }
  return 0;
}

function elementAt(fields: WireFields, wire: ElementType["wire"], number: number): number {
  return wire === VARINT ? number : wire === FIXED32 ? fields.float32() : fields.float64();
}
