/** Attributes of ops, as TensorFlow.js' native backend tells them to its addon. */
import { cName } from "../libraries/c_text.ts";
import type { NativeCalls, Status } from "./native_symbols.ts";

/** The numbers that it tells kinds of attributes by. */
export const attributeTypes = {
  string: 0,
  int: 1,
  float: 2,
  bool: 3,
  type: 4,
  shape: 5,
  resource: 6,
} as const;

export interface OpAttribute {
  readonly name: string;
  /** one of `attributeTypes` */
  readonly type: number;
  readonly value: boolean | number | string | readonly number[] | object;
}

/** Sets an attribute of an op that is being made; `opName` is for the message. */
export function setAttribute(
  calls: NativeCalls,
  status: Status,
  op: Deno.PointerValue,
  opName: string,
  { name, type, value }: OpAttribute,
): void {
  const key = cName(name);
  if (type === attributeTypes.type) {
    if (!Array.isArray(value)) calls.TFE_OpSetAttrType(op, key, value as number);
    else calls.TFE_OpSetAttrTypeList(op, key, Int32Array.from(value), value.length);
  } else if (type === attributeTypes.bool) calls.TFE_OpSetAttrBool(op, key, value ? 1 : 0);
  else if (type === attributeTypes.int) {
    if (!Array.isArray(value)) calls.TFE_OpSetAttrInt(op, key, BigInt(value as number));
    else calls.TFE_OpSetAttrIntList(op, key, BigInt64Array.from(value, BigInt), value.length);
  } else if (type === attributeTypes.float) calls.TFE_OpSetAttrFloat(op, key, value as number);
  else if (type === attributeTypes.string) {
    const text = new TextEncoder().encode(value as string);
    calls.TFE_OpSetAttrString(op, key, text, BigInt(text.length));
  } else if (type === attributeTypes.shape) {
    const lengths = BigInt64Array.from(value as number[], BigInt);
    calls.TFE_OpSetAttrShape(op, key, lengths, lengths.length, status.handle);
    status.check(opName);
  } else throw new Error(`unsupported attribute: ${name} of ${opName} (type ${type})`);
}
