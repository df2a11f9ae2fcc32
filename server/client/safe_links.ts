/** Links in drawn nodes: their addresses may come from data. */
import { safeAddress } from "../../lib/notebook/safe_address.ts";

/** Takes addresses that a click must not follow from the links in a node; the words and marks in them stay. */
export function safeLinks(node: Element): void {
  for (const link of [node, ...node.querySelectorAll("a")]) {
    if (link.localName !== "a") continue;
    for (const { name, value } of [...link.attributes]) {
      if (/^(xlink:)?href$/.test(name) && !safeAddress(value)) link.removeAttribute(name);
    }
  }
}
