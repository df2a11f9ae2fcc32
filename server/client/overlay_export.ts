/** A figure of many runs as a file: vector or picture, always in the light theme. */
import { plot } from "@observablehq/plot";
import type { PlotOptions } from "@observablehq/plot";
import type { Overlay, OverlayCurve, OverlayRange } from "../../lib/charts/overlay.ts";
import { overlayLayout } from "../../lib/charts/overlay_layout.ts";
import type { OverlayLayout } from "../../lib/charts/overlay_layout.ts";
import { overlayGround, overlayTop } from "../../lib/charts/overlay_marks.ts";
import { pathText, traceBand, traceLinks, tracePath } from "../../lib/charts/overlay_path.ts";
import { INK, INK_3, PAGE, palette } from "../../lib/charts/palette.ts";
import { svgElement } from "./element.ts";
import { paintCrowd, paintTold } from "./overlay_canvas.ts";
import type { Colors } from "./overlay_colors.ts";

/** Space for the title above the figure, in CSS pixels. */
const HEAD = 30;
const FONT = "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', 'Liberation Sans', Arial, sans-serif";
/** Device pixels per CSS pixel of a picture. */
const RATIO = 2;
/** A crowd's line has one column per so many pixels, so that a file of a thousand runs can still be opened. */
const CROWD_COLUMN = 2;

/** The drawing that is exported: wide, so that the names have their column. */
export function exportLayout(overlay: Overlay, width: number, range: OverlayRange | null): OverlayLayout {
  return overlayLayout(overlay, { width: Math.max(720, width), narrow: false }, range, overlay.figure.pinned);
}

/** A self-contained vector file: title, axes, lines as paths, symbols, names; no style sheet, no variables. */
export function overlaySvg(layout: OverlayLayout, colors: Colors): string {
  const { overlay: { crowd, curves }, plot: area } = layout;
  const lines = svgElement("svg", {
    x: area.left,
    y: area.top,
    width: area.width,
    height: area.height,
    overflow: "hidden",
    fill: "none",
    "stroke-linejoin": "round",
  });
  const named = new Set(layout.told.map(({ id }) => id));
  const rest = crowd ? curves.filter(({ id }) => !named.has(id)) : [];
  for (const { line } of rest) {
    lines.append(path((pen) => tracePath(line, layout.pixels(1), pen, Math.ceil(area.width / CROWD_COLUMN)), {
      stroke: INK_3,
      "stroke-opacity": 0.4,
    }));
  }
  for (const curve of layout.told) lines.append(...curvePaths(curve, layout));
  return serialised(layout, [drawn(overlayGround(layout)), lines, drawn(overlayTop(layout))], colors);
}

function curvePaths({ band, raw, line, kind, dash }: OverlayCurve, layout: OverlayLayout): SVGPathElement[] {
  const stroke = palette[kind].color, pixels = layout.pixels(1);
  return [
    band && path((pen) => traceBand(band, pixels, pen), { fill: stroke, "fill-opacity": 0.12 }),
    raw && path((pen) => tracePath(raw, pixels, pen), { stroke, "stroke-opacity": 0.3 }),
    path((pen) => tracePath(line, pixels, pen), {
      stroke,
      "stroke-width": 1.6,
      "stroke-dasharray": dash.length > 0 ? dash.join(" ") : undefined,
    }),
    line.links.length > 0 &&
    path((pen) => traceLinks(line, pixels, pen), {
      stroke,
      "stroke-opacity": 0.5,
      "stroke-dasharray": "1 3",
    }),
  ].filter((each) => each instanceof SVGPathElement);
}

function path(
  trace: (pen: ReturnType<typeof pathText>) => void,
  attributes: Record<string, string | number | undefined>,
): SVGPathElement {
  const pen = pathText();
  trace(pen);
  return svgElement("path", { d: pen.text(), ...attributes });
}

/** A picture at twice the size: the lines are painted as on the page. */
export async function overlayPng(layout: OverlayLayout, colors: Colors): Promise<Blob> {
  const { size, height, plot: area, overlay: { crowd } } = layout;
  const canvas = document.createElement("canvas");
  canvas.width = size.width * RATIO;
  canvas.height = (height + HEAD) * RATIO;
  const context = canvas.getContext("2d")!;
  context.drawImage(
    await picture(serialised(layout, [drawn(overlayGround(layout))], colors)),
    0,
    0,
    canvas.width,
    canvas.height,
  );
  for (const paint of crowd ? [paintCrowd, paintTold] : [paintTold]) {
    const lines = document.createElement("canvas");
    lines.width = Math.round(area.width * RATIO);
    lines.height = Math.round(area.height * RATIO);
    paint(lines.getContext("2d")!, layout, RATIO, colors, null);
    context.drawImage(lines, area.left * RATIO, (area.top + HEAD) * RATIO);
  }
  const top = serialised(layout, [drawn(overlayTop(layout))], colors, { ground: false });
  context.drawImage(await picture(top), 0, 0, canvas.width, canvas.height);
  return await new Promise((resolve, reject) =>
    canvas.toBlob(
      (blob) => blob ? resolve(blob) : reject(new Error("the picture could not be made")),
      "image/png",
    )
  );
}

/** A file as an image. A data address: the page allows no other but its own. */
async function picture(svg: string): Promise<HTMLImageElement> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  return image;
}

/** A part of the figure without its style sheet and classes. */
function drawn(options: PlotOptions): SVGSVGElement {
  const node = plot(options);
  const svg = (node instanceof SVGSVGElement ? node : node.querySelector("svg")) as SVGSVGElement;
  for (const style of svg.querySelectorAll("style")) style.remove();
  for (const name of ["class", "font-family", "font-size", "fill"]) svg.removeAttribute(name);
  return svg;
}

function serialised(
  { size, height, overlay: { title, meta, alt } }: OverlayLayout,
  parts: readonly SVGSVGElement[],
  colors: Colors,
  { ground = true } = {},
): string {
  const text = (words: string, x: number, attributes: Record<string, string | number>) =>
    svgElement("text", { x, y: 18, ...attributes }, words);
  const root = svgElement(
    "svg",
    {
      viewBox: `0 0 ${size.width} ${height + HEAD}`,
      width: size.width,
      height: height + HEAD,
      "font-family": FONT,
      "font-size": 12,
      fill: INK_3,
    },
    svgElement("title", {}, alt),
    ground && svgElement("rect", { width: size.width, height: height + HEAD, fill: PAGE }),
    ground && text(title, 4, { fill: INK, "font-weight": 650, "font-size": 13 }),
    ground && text(meta, size.width - 4, { "text-anchor": "end" }),
    svgElement("g", { transform: `translate(0,${HEAD})` }, ...parts),
  );
  root.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  resolveColors(root, colors);
  return new XMLSerializer().serializeToString(root);
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
