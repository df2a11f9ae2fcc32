/** Sizes where nothing is laid out: every element that is shown is as wide as the page, and observers hear of it. */
import * as linkedom from "linkedom";

/** Height that is said of everything; charts have their own. */
const HEIGHT = 400;
/** Pixels of a letter in a text that a script measures. */
const LETTER = 7;

interface Observed {
  readonly tell: (entries: readonly unknown[]) => void;
  readonly elements: Map<Element, number>;
}

export interface PageSize {
  readonly globals: Readonly<Record<string, unknown>>;
  resize(width: number): void;
  /** tells observers whose elements have another width now; whether there were any */
  settle(): boolean;
}

/** @param width CSS pixels */
export function pageSize(width: number): PageSize {
  const observed = new Set<Observed>();
  const widthOf = (element: Element): number =>
    element.isConnected && element.closest("[hidden]") === null ? width : 0;
  const rect = (element: Element) => {
    const wide = widthOf(element), high = wide === 0 ? 0 : HEIGHT;
    return { x: 0, y: 0, left: 0, top: 0, right: wide, bottom: high, width: wide, height: high };
  };

  class ResizeObserver {
    readonly #observed: Observed;
    constructor(told: (entries: readonly unknown[], observer: unknown) => void) {
      this.#observed = { tell: (entries) => told(entries, this), elements: new Map() };
      observed.add(this.#observed);
    }
    observe(element: Element): void {
      this.#observed.elements.set(element, -1);
    }
    unobserve(element: Element): void {
      this.#observed.elements.delete(element);
    }
    disconnect(): void {
      this.#observed.elements.clear();
    }
  }

  /** All is in view: it may be printed. */
  class IntersectionObserver {
    constructor(readonly told: (entries: readonly unknown[], observer: unknown) => void) {}
    observe(target: Element): void {
      queueMicrotask(() => this.told([{ target, isIntersecting: true, intersectionRatio: 1 }], this));
    }
    unobserve(): void {}
    disconnect(): void {}
  }

  patchSizes(rect);
  return {
    globals: {
      ResizeObserver,
      IntersectionObserver,
      matchMedia: (query: string) => mediaQuery(query, () => width),
      getComputedStyle: (element: HTMLElement) => element.style,
      devicePixelRatio: 1,
      innerWidth: width,
      innerHeight: 900,
    },
    resize: (to) => void (width = to),
    settle() {
      let changed = false;
      for (const { tell, elements } of observed) {
        const entries = [];
        for (const [target, before] of elements) {
          if (before === widthOf(target)) continue;
          elements.set(target, widthOf(target));
          entries.push({ target, contentRect: rect(target) });
        }
        if (entries.length > 0) tell(entries);
        changed ||= entries.length > 0;
      }
      return changed;
    },
  };
}

/** A page that shows light colours, moves nothing by itself, and is so wide. */
function mediaQuery(media: string, width: () => number) {
  const [, bound, pixels] = /\((min|max)-width:\s*(\d+)px\)/.exec(media) ?? [];
  const matches = () => {
    if (bound === "max") return width() <= Number(pixels);
    if (bound === "min") return width() >= Number(pixels);
    return /prefers-reduced-motion:\s*reduce|prefers-color-scheme:\s*light|screen/.test(media);
  };
  return {
    media,
    get matches() {
      return matches();
    },
    addEventListener() {},
    removeEventListener() {},
  };
}

function patchSizes(rect: (element: Element) => object): void {
  const { prototype } = linkedom.Element, { prototype: svg } = linkedom.SVGElement;
  const of = (side: "width" | "height") => ({
    configurable: true,
    get(this: Element) {
      return (rect(this) as Record<string, number>)[side];
    },
  });
  for (const kind of ["client", "offset", "scroll"]) {
    Object.defineProperty(prototype, `${kind}Width`, of("width"));
    Object.defineProperty(prototype, `${kind}Height`, of("height"));
  }
  const method = (value: unknown) => ({ configurable: true, writable: true, value });
  Object.defineProperties(prototype, {
    getBoundingClientRect: method(function (this: Element) {
      return rect(this);
    }),
    getClientRects: method(function (this: Element) {
      return [rect(this)];
    }),
    checkVisibility: method(function (this: Element) {
      return this.closest("[hidden]") === null;
    }),
    scrollIntoView: method(() => {}),
    setPointerCapture: method(() => {}),
    releasePointerCapture: method(() => {}),
  });
  const measured = function (this: Element) {
    return LETTER * (this.textContent ?? "").length;
  };
  Object.defineProperties(svg, {
    getBBox: method(function (this: Element) {
      return { x: 0, y: 0, width: measured.call(this), height: 12 };
    }),
    getComputedTextLength: method(measured),
    getTotalLength: method(() => 0),
  });
}
