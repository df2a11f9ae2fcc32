/** The symbol of a policy kind, 10 px, for tables and keys. */
import { palette, type PolicySymbol } from "../../lib/charts/palette.ts";
import type { PolicyKind } from "../../lib/policies/policy.ts";
import { svgElement } from "./element.ts";

/** Each symbol as a path in a box of 10 × 10. */
export const symbolPaths: Readonly<Record<PolicySymbol, string>> = {
  circle: "M.8 5a4.2 4.2 0 1 0 8.4 0a4.2 4.2 0 1 0-8.4 0Z",
  ring: "M1.5 5a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0Z",
  square: "M1.2 1.2h7.6v7.6H1.2Z",
  triangle: "M5 .6 9.6 9H.4Z",
  diamond: "M5 0 9 5 5 10 1 5Z",
  cross: "M3.6.8h2.8v2.8h2.8v2.8H6.4v2.8H3.6V6.4H.8V3.6h2.8Z",
  star: "M5 0 6.3 3.5 10 3.7 7.1 6 8.1 9.6 5 7.6 1.9 9.6 2.9 6 0 3.7 3.7 3.5Z",
  wye: "M3.9 10V5.8L.3 3.7 1.4 1.8 5 3.9 8.6 1.8 9.7 3.7 6.1 5.8V10Z",
};

export function keyMark(kind: PolicyKind): SVGSVGElement {
  const { color, symbol } = palette[kind] ?? palette.other;
  const shape = svgElement("path", { d: symbolPaths[symbol] });
  shape.style.setProperty(symbol === "ring" ? "stroke" : "fill", color);
  if (symbol === "ring") shape.style.setProperty("fill", "none");
  return svgElement("svg", { class: "key", viewBox: "0 0 10 10", "aria-hidden": "true" }, shape);
}
