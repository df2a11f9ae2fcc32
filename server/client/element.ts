/** Builds document elements without markup strings. */

type Child = Node | string | null | undefined | false;
type Properties = Record<string, string | number | boolean | undefined>;

const SVG = "http://www.w3.org/2000/svg";

function fill<E extends Element>(target: E, attributes: Properties, children: readonly Child[]): E {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    target.setAttribute(name, value === true ? "" : String(value));
  }
  target.append(...children.filter((child): child is Node | string => Boolean(child)));
  return target;
}

/**
 * An HTML element. Attributes that are false or undefined are left out; children that are null, false or "" too.
 * @example
 * ```ts
 * import { element } from "./element.ts";
 * element("button", { type: "button", class: "bare" }, "Run");
 * ```
 */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Properties = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  return fill(document.createElement(tag), attributes, children);
}

/** An SVG element. */
export function svgElement<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Properties = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[K] {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}
