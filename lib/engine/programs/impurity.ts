/** Finds what makes two recordings of one function differ: then it is none of tensors alone. */
import type { Attribute, FunctionNode } from "./function_def.ts";
import { NotRecordable } from "./not_recordable.ts";
import type { Recording } from "./record.ts";

/**
 * @param first and second recordings of one function, made with other values of its arguments
 * @throws NotRecordable that names the operation: a constant that changed is a random number of JavaScript's, a clock
 *   or a counter, and would be frozen into the program
 * @example
 * ```ts ignore
 * refuseImpurity(record(binding, { x }, work), record(binding, { x }, work));
 * ```
 */
export function refuseImpurity(first: Recording, second: Recording): void {
  if (first.captures.some(({ id }, i) => id !== second.captures[i]?.id)) {
    throw new NotRecordable("a tensor made outside changes from call to call", "make it once");
  }
  const action = "draw random numbers by dropout layers, and read no clock";
  const at = first.nodes.findIndex((node, i) => !same(node, second.nodes[i]));
  if (at < 0 && first.nodes.length === second.nodes.length) {
    if (first.results.every(({ from }, i) => from === second.results[i]?.from)) return;
    throw new NotRecordable("the result is now one tensor, now another", action);
  }
  const node = first.nodes[at] ?? second.nodes[first.nodes.length];
  const user = first.nodes.find(({ inputs }) => inputs.some((input) => input.startsWith(`${node.name}:`)));
  throw new NotRecordable(
    node.op === "Const"
      ? `a value that changes from call to call enters ${user?.op ?? "the result"}`
      : `the operations change from call to call, first at ${node.op}`,
    action,
  );
}

function same(a: FunctionNode, b: FunctionNode | undefined): boolean {
  return b !== undefined && a.op === b.op && `${a.inputs}` === `${b.inputs}` &&
    Object.entries(a.attributes).every(([name, value]) => sameAttribute(value, b.attributes[name]));
}
function sameAttribute(a: Attribute, b: Attribute | undefined): boolean {
  if (b === undefined) return false;
  if (!("constant" in a)) return JSON.stringify(a) === JSON.stringify(b);
  if (!("constant" in b)) return false;
  const { bytes } = a.constant, other = b.constant.bytes;
  return `${a.constant.shape}` === `${b.constant.shape}` && bytes.length === other.length &&
    bytes.every((byte, i) => byte === other[i]);
}
