/**
 * A document for a page's script where there is no browser: linkedom's, with what that lacks. What an input has or a
 * list has chosen is an attribute here, so that it is still there when the document is read as text.
 */
import * as linkedom from "linkedom";
import { pageSize } from "./prerender_size.ts";
import { classes, giveClasses, svgRoot } from "./prerender_classes.ts";
import { patchControls } from "./prerender_controls.ts";

export interface PageDocument {
  readonly document: Document;
  /** what a script finds as its globals */
  readonly globals: Readonly<Record<string, unknown>>;
  /** texts of the style sheets that scripts have made, in their order */
  styles(): readonly string[];
  /** makes the page so wide; tells observers at the next `settle` */
  resize(width: number): void;
  /** tells observers of sizes that have changed; whether there were any */
  settle(): boolean;
}

/** A sheet that a script makes: only its text is needed. */
class StyleSheet {
  text = "";
  replaceSync(text: string): void {
    this.text = text;
  }
  replace(text: string): Promise<this> {
    this.text = text;
    return Promise.resolve(this);
  }
  insertRule(rule: string): number {
    this.text += `\n${rule}`;
    return 0;
  }
}

/** Nothing is stored: another report of the same file must not find it. */
function storage(): Record<string, unknown> {
  const kept = new Map<string, string>();
  return {
    getItem: (name: string) => kept.get(String(name)) ?? null,
    setItem: (name: string, value: string) => void kept.set(String(name), String(value)),
    removeItem: (name: string) => void kept.delete(String(name)),
    clear: () => kept.clear(),
  };
}

/** A report is opened from a disk. */
function address(): URL {
  const url = new URL("file:///report.html");
  return Object.assign(url, { assign() {}, replace() {}, reload() {} });
}

/** What is thrown and caught by nobody is told by the machine's own events, all else by those of the document. */
function events(view: Window): Record<string, unknown> {
  const own = globalThis, strayed = new Set(["error", "unhandledrejection"]);
  const { addEventListener, removeEventListener, dispatchEvent, Event } = own;
  const to = (type: string, one: typeof addEventListener, other: typeof addEventListener) =>
    strayed.has(type) ? one.bind(own) : other;
  return {
    addEventListener: (type: string, ...given: [EventListener]) =>
      to(type, addEventListener, view.addEventListener)(type, ...given),
    removeEventListener: (type: string, ...given: [EventListener]) =>
      to(type, removeEventListener, view.removeEventListener)(type, ...given),
    dispatchEvent: (event: Event) =>
      event instanceof Event ? dispatchEvent.call(own, event) : view.dispatchEvent(event),
  };
}

/**
 * @param html of the whole page; none of its scripts run
 * @param width CSS pixels of every element that is shown
 */
export function pageDocument(html: string, width: number): PageDocument {
  giveClasses(linkedom.parseHTML("<!doctype html>").document);
  patchControls();
  const { document } = linkedom.parseHTML(html);
  const size = pageSize(width);
  const sheets: StyleSheet[] = [];
  const nothing = () => {};
  const place = address();
  Object.defineProperties(document, {
    adoptedStyleSheets: { value: sheets },
    activeElement: { get: () => document.body },
    hidden: { value: false },
    visibilityState: { value: "visible" },
    readyState: { value: "complete" },
    location: { value: place },
    fonts: { value: { ready: Promise.resolve(), addEventListener: nothing } },
  });
  const view = document.defaultView!;
  return {
    document,
    globals: {
      ...classes,
      ...size.globals,
      ...events(view),
      document,
      MutationObserver: view.MutationObserver,
      Image: view.Image,
      customElements: view.customElements,
      SVGSVGElement: svgRoot,
      CSSStyleSheet: StyleSheet,
      CSS: { escape: (text: string) => text.replace(/[^\w-]/g, (each) => `\\${each}`), supports: () => true },
      location: place,
      history: { state: null, pushState: nothing, replaceState: nothing },
      localStorage: storage(),
      sessionStorage: storage(),
      getSelection: () => null,
      ...Object.fromEntries(
        ["scrollTo", "scrollBy", "scroll", "print", "alert", "focus"].map((n) => [n, nothing]),
      ),
      confirm: () => false,
      prompt: () => null,
      scrollX: 0,
      scrollY: 0,
    },
    styles: () => sheets.map(({ text }) => text),
    resize: size.resize,
    settle: size.settle,
  };
}
