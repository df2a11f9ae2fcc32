/** A drawn figure as a vector file that needs nothing else: no style sheet, no variables, and nothing that runs. */
import { INK, INK_3, PAGE } from "../charts/palette.ts";
import { fitText, textWidth } from "../charts/text_width.ts";
import { lightColor, type Tokens } from "./light_colors.ts";
import { xmlText } from "./xml_text.ts";

/** A figure as it stands on the page. */
export interface Figure {
  readonly title: string;
  /** one line of metadata beside the title; empty: none */
  readonly meta: string;
  /** the figure in a sentence, for those who do not see it */
  readonly alt: string;
  /** its drawing */
  readonly svg: Element;
}

/** Space for the title above the drawing, in CSS pixels. */
const HEAD = 30;
const FONT = "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', 'Liberation Sans', Arial, sans-serif";

/** Elements that are kept, as the standard writes them. Of the others nothing is, but what stands in a link. */
const ELEMENTS = names(
  "svg g path line rect circle ellipse polyline polygon text tspan title desc defs use symbol clipPath mask pattern " +
    "marker linearGradient radialGradient stop image",
);

const ATTRIBUTES = names(
  "id x y x1 y1 x2 y2 dx dy cx cy r rx ry fx fy d points width height viewBox preserveAspectRatio transform " +
    "fill fill-opacity fill-rule stroke stroke-width stroke-opacity stroke-dasharray stroke-dashoffset stroke-linecap " +
    "stroke-linejoin stroke-miterlimit opacity color clip-path clip-rule mask overflow visibility display " +
    "vector-effect paint-order shape-rendering image-rendering text-rendering mix-blend-mode text-anchor " +
    "dominant-baseline alignment-baseline baseline-shift font-family font-size font-weight font-style " +
    "font-variant letter-spacing rotate textLength lengthAdjust offset stop-color stop-opacity gradientUnits " +
    "gradientTransform spreadMethod clipPathUnits maskUnits maskContentUnits patternUnits patternContentUnits " +
    "patternTransform refX refY markerWidth markerHeight markerUnits orient marker-start marker-mid marker-end " +
    "href aria-label aria-hidden role",
);

/** Parsers differ in the case that they keep. */
function names(list: string): ReadonlyMap<string, string> {
  return new Map(list.split(" ").map((name) => [name.toLowerCase(), name]));
}

/**
 * A vector file in the colours of the light theme, with the title above the drawing.
 * @param tokens of the page's style sheet
 * @throws RangeError `unknown colour: --p-none`
 */
export function figureSvg({ title, meta, alt, svg }: Figure, tokens: Tokens): string {
  const [width, height] = sizeOf(svg);
  const head = title === "" && meta === "" ? 0 : HEAD;
  const name = fitText(title, (width - 8) * 0.9);
  const rest = width - 8 - 1.15 * textWidth(name) - 16;
  const color = (css: string) => lightColor(css, tokens);
  const words = (text: string, more: string) =>
    text === "" ? "" : `<text y="18" ${more}>${xmlText(text)}</text>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height + head}" width="${width}" ` +
    `height="${height + head}" role="img" aria-label="${xmlText(alt)}" font-family="${xmlText(FONT)}" ` +
    `font-size="12" fill="${color(INK_3)}" style="font-variant-numeric: tabular-nums">`,
    `<title>${xmlText(alt)}</title>`,
    `<rect width="${width}" height="${height + head}" fill="${color(PAGE)}"/>`,
    words(name, `x="4" fill="${color(INK)}" font-weight="650" font-size="13"`),
    rest < 40 ? "" : words(fitText(meta, rest), `x="${width - 4}" text-anchor="end"`),
    `<svg y="${head}" width="${width}" height="${height}" viewBox="${
      xmlText(viewBox(svg, width, height))
    }" ` +
    `overflow="visible"${attributes(svg, color, KEPT_ON_ROOT)}>${children(svg, color)}</svg>`,
    "</svg>",
    "",
  ].filter((line, i, all) => line !== "" || i === all.length - 1).join("\n");
}

/** The page's own font and ink take the place of the drawing's. */
const KEPT_ON_ROOT = (name: string) => /^(text-anchor|fill|stroke|opacity)/.test(name);

function sizeOf(svg: Element): [number, number] {
  const [, , wide, high] = viewBox(svg, 640, 400).split(/[\s,]+/).map(Number);
  const size = (name: string, otherwise: number) => {
    const given = Number(svg.getAttribute(name) ?? NaN);
    const value = Number.isFinite(given) && given > 0 ? given : otherwise;
    return Math.min(20_000, Math.max(1, value || 1));
  };
  return [size("width", wide), size("height", high)];
}

const viewBox = (svg: Element, width: number, height: number): string =>
  svg.getAttribute("viewBox") ?? svg.getAttribute("viewbox") ?? `0 0 ${width} ${height}`;

type Color = (css: string) => string;

function children(element: Element, color: Color): string {
  return [...element.childNodes].map((node) => {
    if (node.nodeType === 3) return xmlText(node.textContent ?? "");
    return node.nodeType === 1 ? drawn(node as Element, color) : "";
  }).join("");
}

function drawn(element: Element, color: Color): string {
  const given = element.localName.toLowerCase();
  if (given === "a") return `<g>${children(element, color)}</g>`;
  const name = ELEMENTS.get(given);
  if (name === undefined) return "";
  const space = name === "text" ? ' xml:space="preserve"' : "";
  const inside = children(element, color);
  const start = `<${name}${attributes(element, color)}${space}`;
  return inside === "" ? `${start}/>` : `${start}>${inside}</${name}>`;
}

function attributes(element: Element, color: Color, wanted: (name: string) => boolean = () => true): string {
  return [...element.attributes].map(({ name: given, value }) => {
    const name = ATTRIBUTES.get(given.toLowerCase().replace(/^xlink:/, ""));
    if (name === undefined || !wanted(name)) return "";
    const kept = keptValue(element.localName, name, value, color);
    return kept === undefined ? "" : ` ${name}="${xmlText(kept)}"`;
  }).join("");
}

/** A value without variables; undefined where it would fetch something. */
function keptValue(element: string, name: string, value: string, color: Color): string | undefined {
  if (name === "href") {
    const inside = /^#[\w.:-]+$/.test(value);
    const picture = element === "image" && /^data:image\/(png|jpeg|gif|webp);base64,[\w+/=]*$/.test(value);
    return inside || picture ? value : undefined;
  }
  if (/url\(/i.test(value) && !/^\s*url\((["']?)#[\w.:-]+\1\)\s*$/i.test(value)) return undefined;
  if (value === "currentColor") return color(INK_3);
  return /var\(|color-mix\(/.test(value) ? color(value) : value;
}
