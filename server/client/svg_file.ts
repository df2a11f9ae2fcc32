/** A figure as a file of its own: vector or picture, without style sheet and variables. */
import { plot } from "@observablehq/plot";
import type { PlotOptions } from "@observablehq/plot";
import { INK, INK_3, PAGE } from "../../lib/charts/palette.ts";
import { svgElement } from "./element.ts";
import type { Colors } from "./overlay_colors.ts";

/** Space for the title above the figure, in CSS pixels. */
export const FILE_HEAD = 30;
/** Device pixels per CSS pixel of a picture. */
export const PICTURE_RATIO = 2;
const FONT = "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', 'Liberation Sans', Arial, sans-serif";

/** What is written above the figure, and said to those who do not see it. */
export interface FileWords {
  readonly title: string;
  readonly meta?: string;
  readonly alt: string;
}

/** A plot without its style sheet and classes. */
export function plainSvg(options: PlotOptions): SVGSVGElement {
  const node = plot(options);
  // keys stand before the plot
  const svg = node instanceof SVGSVGElement ? node : [...node.querySelectorAll("svg")].at(-1)!;
  for (const style of svg.querySelectorAll("style")) style.remove();
  for (const name of ["class", "font-family", "font-size", "fill"]) svg.removeAttribute(name);
  return svg;
}

/**
 * A self-contained vector file.
 * @param size of the figure below the title, in CSS pixels
 * @param parts drawn over each other
 * @param options `ground` false: without paper and title, to be laid over another; default true
 */
export function svgFile(
  { title, meta = "", alt }: FileWords,
  { width, height }: { readonly width: number; readonly height: number },
  parts: readonly SVGSVGElement[],
  colors: Colors,
  { ground = true } = {},
): string {
  const text = (words: string, x: number, attributes: Record<string, string | number>) =>
    svgElement("text", { x, y: 18, ...attributes }, words);
  const root = svgElement(
    "svg",
    {
      viewBox: `0 0 ${width} ${height + FILE_HEAD}`,
      width,
      height: height + FILE_HEAD,
      "font-family": FONT,
      "font-size": 12,
      fill: INK_3,
    },
    svgElement("title", {}, alt),
    ground && svgElement("rect", { width, height: height + FILE_HEAD, fill: PAGE }),
    ground && text(title, 4, { fill: INK, "font-weight": 650, "font-size": 13 }),
    ground && text(meta, width - 4, { "text-anchor": "end" }),
    svgElement("g", { transform: `translate(0,${FILE_HEAD})` }, ...parts),
  );
  root.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  resolveColors(root, colors);
  return new XMLSerializer().serializeToString(root);
}

/** A vector file as an image. A data address: the page allows no other but its own. */
export async function svgImage(svg: string): Promise<HTMLImageElement> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  return image;
}

/** What is painted on a canvas, as a file. */
export function pngBlob(canvas: HTMLCanvasElement): Promise<Blob> {
  return new Promise((resolve, reject) =>
    canvas.toBlob(
      (blob) => blob ? resolve(blob) : reject(new Error("the picture could not be made")),
      "image/png",
    )
  );
}

/** Colours as they are in the light theme, in the place of variables; runs of spaces kept. */
function resolveColors(root: SVGSVGElement, colors: Colors): void {
  for (const node of [root, ...root.querySelectorAll("*")]) {
    for (const { name, value } of [...node.attributes]) {
      if (/var\(|color-mix\(/.test(value)) node.setAttribute(name, colors.hex(value));
      if (value === "currentColor") node.setAttribute(name, colors.hex(INK_3));
    }
    node.removeAttribute("style");
    if (node.localName === "text") {
      node.setAttributeNS("http://www.w3.org/XML/1998/namespace", "xml:space", "preserve");
    }
  }
}
