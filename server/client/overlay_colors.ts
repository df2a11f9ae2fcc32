/** Colours of the page's tokens as numbers, for what cannot read CSS variables: a canvas and a file. */
import { element } from "./element.ts";

export type Rgb = readonly [number, number, number];

/** Colours by their CSS text, in one theme. */
export interface Colors {
  rgb(css: string): Rgb;
  /** `#1b1f24` */
  hex(css: string): string;
}

/**
 * Reads colours as they are inside `host`; `light` in the light theme, whatever the page shows.
 * @param host an element of the document
 */
export function overlayColors(host: Element, theme: "page" | "light"): Colors {
  const pixel = element("canvas", { width: 1, height: 1 }).getContext("2d", { willReadFrequently: true })!;
  const found = new Map<string, Rgb>();
  const read = (css: string): Rgb => {
    const probe = element("span", { hidden: true });
    if (theme === "light") probe.style.colorScheme = "light";
    probe.style.color = css;
    host.append(probe);
    const color = getComputedStyle(probe).color;
    probe.remove();
    // Mixed colours come in other spaces than RGB: a painted pixel tells them all.
    pixel.clearRect(0, 0, 1, 1);
    pixel.fillStyle = color;
    pixel.fillRect(0, 0, 1, 1);
    const [red, green, blue] = pixel.getImageData(0, 0, 1, 1).data;
    return [red, green, blue];
  };
  const rgb = (css: string): Rgb => {
    const known = found.get(css) ?? read(css);
    found.set(css, known);
    return known;
  };
  return {
    rgb,
    hex: (css) => `#${rgb(css).map((part) => part.toString(16).padStart(2, "0")).join("")}`,
  };
}
