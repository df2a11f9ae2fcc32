/** A canvas where nothing can be painted: a script that paints gets through, and the report says what is missing. */
import { method, type Properties, worded } from "./prerender_property.ts";

/** A painter that paints nothing: what only a script can paint is left to where scripts run. */
function painter(canvas: Element): unknown {
  const empty = (width: number, height: number) => ({
    width,
    height,
    data: new Uint8ClampedArray(4 * Math.max(0, width) * Math.max(0, height)),
  });
  const known: Record<string, unknown> = {
    canvas,
    measureText: (text: string) => ({ width: 7 * String(text).length }),
    createImageData: empty,
    getImageData: (_x: number, _y: number, width: number, height: number) => empty(width, height),
    createLinearGradient: () => ({ addColorStop() {} }),
    createRadialGradient: () => ({ addColorStop() {} }),
  };
  return new Proxy(known, {
    get: (target, name) => name in target ? target[name as string] : () => undefined,
  });
}

/** Of a canvas. */
export const CANVAS: Properties = {
  width: worded("width", "300"),
  height: worded("height", "150"),
  getContext: method(function (kind: string) {
    return kind === "2d" ? painter(this) : null;
  }),
  toDataURL: method(() => "data:,"),
};
