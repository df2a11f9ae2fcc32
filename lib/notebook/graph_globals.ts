/** Names that only a page has. A cell that uses one draws in the page. */
const PAGE_NAMES = new Set(
  ("document window frames history screen visualViewport requestAnimationFrame cancelAnimationFrame " +
    "requestIdleCallback cancelIdleCallback getComputedStyle matchMedia getSelection innerWidth innerHeight " +
    "devicePixelRatio scrollTo scrollBy Node NodeList NodeFilter Element Document DocumentFragment Image " +
    "MouseEvent PointerEvent KeyboardEvent WheelEvent UIEvent FocusEvent InputEvent DragEvent TouchEvent " +
    "ResizeObserver IntersectionObserver MutationObserver XMLSerializer CanvasRenderingContext2D Path2D " +
    "OffscreenCanvas Range Selection ShadowRoot Text Comment StyleSheet customElements speechSynthesis")
    .split(" "),
);
const PAGE_FAMILIES = /^(HTML|SVG|DOM|CSS|WebGL|Media|Audio|IDB)\w*$/;

/** Names that only the server has. */
const SERVER_NAMES = new Set(["Deno", "process", "Buffer", "require", "__dirname", "__filename"]);

/** Names of both sides that reach out of the program. */
const OUTWARD_NAMES = new Set(
  ("console fetch WebSocket EventSource XMLHttpRequest Worker BroadcastChannel localStorage sessionStorage indexedDB " +
    "caches alert confirm prompt").split(" "),
);

export const isOutwardGlobal = (name: string): boolean => OUTWARD_NAMES.has(name);

export const isPageGlobal = (name: string): boolean =>
  !(name in globalThis) && (PAGE_NAMES.has(name) || PAGE_FAMILIES.test(name));

export const isServerGlobal = (name: string): boolean => SERVER_NAMES.has(name);

/** Whether some side gives the name without a declaration. */
export const isGlobal = (name: string): boolean =>
  name in globalThis || isPageGlobal(name) || isServerGlobal(name);
