/**
 * Classes of elements, as a script asks for them by `instanceof`. linkedom has most, but makes forms, tables and others
 * without theirs.
 */
import * as linkedom from "linkedom";

type ElementClass = { readonly prototype: Element; new (document: Document): Element };

/** Elements that share the class of another. */
const SHARED: Readonly<Record<string, string>> = {
  th: "td",
  thead: "tbody",
  tfoot: "tbody",
  colgroup: "col",
};

/** All classes of linkedom, by name. */
export const classes: Readonly<Record<string, unknown>> = Object.fromEntries(
  Object.entries(linkedom).filter(([name, value]) => /^[A-Z]/.test(name) && typeof value === "function"),
);

/** The root of a drawing, which linkedom has no class for. */
export const svgRoot = {
  [Symbol.hasInstance]: (value: unknown): boolean =>
    value instanceof linkedom.SVGElement && (value as Element).localName === "svg",
};

/** Every element that the document makes from here on has its class. */
export function giveClasses(document: Document): void {
  const made = document.createElement;
  const missing = new Map<string, object>();
  for (const [name, found] of Object.entries(classes)) {
    if (!/^HTML.+Element$/.test(name)) continue;
    const { prototype } = found as ElementClass;
    const { localName } = new (found as ElementClass)(document);
    if (!(made.call(document, localName) instanceof (found as ElementClass))) {
      missing.set(localName, prototype);
    }
  }
  for (const [name, like] of Object.entries(SHARED)) {
    if (missing.has(like)) missing.set(name, missing.get(like)!);
  }
  const make = function (this: Document, name: string, ...given: [ElementCreationOptions?]): Element {
    const element = made.call(this, name, ...given), prototype = missing.get(element.localName);
    return prototype === undefined ? element : Object.setPrototypeOf(element, prototype);
  };
  Object.defineProperty(Object.getPrototypeOf(document), "createElement", {
    configurable: true,
    value: make,
  });
}
