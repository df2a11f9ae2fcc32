/** A figure of many runs as a file: vector or picture, always in the light theme. */
import type { Overlay, OverlayCurve, OverlayRange } from "../../lib/charts/overlay.ts";
import { overlayLayout } from "../../lib/charts/overlay_layout.ts";
import type { OverlayLayout } from "../../lib/charts/overlay_layout.ts";
import { overlayGround, overlayTop } from "../../lib/charts/overlay_marks.ts";
import { pathText, traceBand, traceLinks, tracePath } from "../../lib/charts/overlay_path.ts";
import { INK_3, palette } from "../../lib/charts/palette.ts";
import { svgElement } from "./element.ts";
import { paintCrowd, paintTold } from "./overlay_canvas.ts";
import type { Colors } from "./overlay_colors.ts";
import { FILE_HEAD, PICTURE_RATIO, plainSvg, pngBlob, svgFile, svgImage } from "./svg_file.ts";

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
  return fileOf(layout, [plainSvg(overlayGround(layout)), lines, plainSvg(overlayTop(layout))], colors);
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
  canvas.width = size.width * PICTURE_RATIO;
  canvas.height = (height + FILE_HEAD) * PICTURE_RATIO;
  const context = canvas.getContext("2d")!;
  context.drawImage(
    await svgImage(fileOf(layout, [plainSvg(overlayGround(layout))], colors)),
    0,
    0,
    canvas.width,
    canvas.height,
  );
  for (const paint of crowd ? [paintCrowd, paintTold] : [paintTold]) {
    const lines = document.createElement("canvas");
    lines.width = Math.round(area.width * PICTURE_RATIO);
    lines.height = Math.round(area.height * PICTURE_RATIO);
    paint(lines.getContext("2d")!, layout, PICTURE_RATIO, colors, null);
    context.drawImage(lines, area.left * PICTURE_RATIO, (area.top + FILE_HEAD) * PICTURE_RATIO);
  }
  const top = fileOf(layout, [plainSvg(overlayTop(layout))], colors, { ground: false });
  context.drawImage(await svgImage(top), 0, 0, canvas.width, canvas.height);
  return await pngBlob(canvas);
}

const fileOf = (
  { size, height, overlay }: OverlayLayout,
  parts: readonly SVGSVGElement[],
  colors: Colors,
  options?: { readonly ground: boolean },
): string => svgFile(overlay, { width: size.width, height }, parts, colors, options);
