/** Small grey images of the data, in rows. */
import * as Plot from "@observablehq/plot";
import type { PlotOptions, RenderFunction } from "@observablehq/plot";
import type { Chart, Size } from "./chart.ts";
import { thousands } from "./format.ts";
import { ERROR, GRID, INK, INK_2 } from "./palette.ts";

export interface ImagesOptions {
  /** grey values, image after image, each row by row; the darkest ink is the highest value of all */
  readonly pixels: ArrayLike<number>;
  /** pixels of one image */
  readonly width: number;
  readonly height: number;
  /** what each image is, in order */
  readonly labels: readonly (string | number)[];
  /** what a model took each image for; where it differs from the label, it is said */
  readonly predicted?: readonly (string | number)[];
  /** default `Images` */
  readonly title?: string;
}

/** Shades drawn: one path each, however many images there are. */
const SHADES = 12;
const IMAGE = 48;
const GAP = 24;
const LABEL = 20;

/**
 * Images as vector squares in ink, so that they follow the theme and print. The image count is the number of
 * labels.
 *
 * Errors: `invalid pixels: 100 values (2 images of 8 × 8 are 128)`, `invalid predicted: 1 value (2 images)`.
 *
 * @example
 * ```ts
 * import { images } from "./images.ts";
 * images({ pixels: [0, 16, 16, 0], width: 2, height: 2, labels: ["diagonal"] }).alt;
 * ```
 */
export function images(options: ImagesOptions): Chart {
  const { pixels, width, height, labels, predicted, title = "Images" } = options;
  const needed = width * height * labels.length;
  if (!(Number.isInteger(width) && width > 0 && Number.isInteger(height) && height > 0)) {
    throw new RangeError(`invalid size: ${width} × ${height} (whole numbers, at least 1)`);
  }
  if (pixels.length !== needed) {
    throw new RangeError(
      `invalid pixels: ${pixels.length} values (${labels.length} images of ${width} × ${height} are ${needed})`,
    );
  }
  if (predicted !== undefined && predicted.length !== labels.length) {
    throw new RangeError(`invalid predicted: ${predicted.length} values (${labels.length} images)`);
  }
  const wrong =
    labels.filter((label, index) => predicted !== undefined && differs(label, predicted[index])).length;
  const count = `${thousands(labels.length)} ${
    labels.length === 1 ? "image" : "images"
  } of ${width} × ${height}`;
  const meta = predicted === undefined ? count : `${count}, ${wrong} taken for something else`;
  return {
    type: "chart",
    title,
    meta,
    alt: `${title}: ${meta}; ${labels.slice(0, 12).join(", ")}${labels.length > 12 ? ", …" : ""}.`,
    options: (size) => draw(options, size),
    text: (columns) => [title, meta].map((line) => [...line].slice(0, columns).join("")).join("\n"),
    ...(labels.length === 0 ? { empty: "No images to show." } : {}),
  };
}

function draw({ pixels, width, height, labels, predicted }: ImagesOptions, size: Size): PlotOptions {
  const scale = IMAGE / Math.max(width, height);
  const perRow = Math.max(1, Math.floor((size.width + GAP) / (IMAGE + GAP)));
  const left = (image: number) => (image % perRow) * (IMAGE + GAP);
  const top = (image: number) => Math.floor(image / perRow) * (IMAGE + LABEL + 12);
  const paths = shadePaths({ pixels, width, height, labels }, scale, left, top);
  const texts = labels.map((label, index) => ({
    x: left(index) + width * scale / 2,
    y: top(index) + IMAGE + 4,
    wrong: predicted !== undefined && differs(label, predicted[index]),
    text: predicted !== undefined && differs(label, predicted[index])
      ? `${label} as ${predicted[index]}`
      : String(label),
  }));
  const rows = Math.ceil(labels.length / perRow);
  return {
    className: "plot",
    width: size.width,
    height: Math.max(1, rows * (IMAGE + LABEL + 12)),
    margin: 0,
    axis: null,
    x: { type: "identity" },
    y: { type: "identity" },
    marks: [
      pathsMark(paths),
      Plot.text(texts, {
        x: "x",
        y: "y",
        text: "text",
        lineAnchor: "top",
        fill: (label: { wrong: boolean }) => label.wrong ? ERROR : INK_2,
      }),
    ],
  };
}

/** One path per shade: every pixel of that shade as a square. Shade 0 is the ground of each image. */
function shadePaths(
  { pixels, width, height, labels }: ImagesOptions,
  scale: number,
  left: (image: number) => number,
  top: (image: number) => number,
): string[] {
  let [low, high] = [Infinity, -Infinity];
  for (let index = 0; index < pixels.length; index++) {
    low = Math.min(low, pixels[index]);
    high = Math.max(high, pixels[index]);
  }
  const paths: string[] = Array.from({ length: SHADES + 1 }, () => "");
  labels.forEach((_, image) => {
    paths[0] += `M${left(image)},${top(image)}h${width * scale}v${height * scale}h${-width * scale}Z`;
    for (let pixel = 0; pixel < width * height; pixel++) {
      const value = pixels[image * width * height + pixel];
      const shade = high > low ? Math.round((value - low) / (high - low) * SHADES) : 0;
      if (!(shade > 0)) continue;
      const x = left(image) + (pixel % width) * scale;
      const y = top(image) + Math.floor(pixel / width) * scale;
      paths[shade] += `M${x},${y}h${scale}v${scale}h${-scale}Z`;
    }
  });
  return paths;
}

/** A mark of Plot that draws given paths; the document is Plot's, and only there when it draws. */
function pathsMark(paths: readonly string[]): RenderFunction {
  return (_index, _scales, _values, _dimensions, context) => {
    const svg = "http://www.w3.org/2000/svg";
    const group = context.document.createElementNS(svg, "g");
    group.setAttribute("shape-rendering", "crispEdges");
    paths.forEach((shape, shade) => {
      if (shape === "") return;
      const path = context.document.createElementNS(svg, "path");
      path.setAttribute("d", shape);
      path.setAttribute("fill", shade === 0 ? GRID : INK);
      if (shade > 0) path.setAttribute("fill-opacity", (shade / SHADES).toFixed(3));
      group.append(path);
    });
    return group;
  };
}

function differs(label: string | number, predicted: string | number): boolean {
  return String(label) !== String(predicted);
}
