/** The curve of a run with its stop, as a picture for messages that hold a share link. */
import { overlayLine } from "../lib/charts/overlay_line.ts";
import { type Pixels, rasterise } from "../lib/charts/overlay_raster.ts";
import { rowAt } from "../lib/curves/axis.ts";
import type { LastRun } from "./pages/last_run.ts";
import { png } from "./png.ts";

/** As the services that show such pictures want them, in pixels. */
export const PICTURE_WIDTH = 1200;
export const PICTURE_HEIGHT = 630;

/** Red, green and blue, 0 to 255. */
export type Rgb = readonly [number, number, number];

export interface PictureColors {
  readonly paper: Rgb;
  readonly line: Rgb;
  readonly stop: Rgb;
}

const MARGIN = 90;
const THICK = 6;
const DOT = 15;
/** Paper around the dot, so that it stands out from the line. */
const RIM = 5;
/** Room of one column of the raster: differences reach beyond the last pixel. */
const BEYOND = 2;
/** Share of the steps after which a curve has left its first fall, which would flatten the rest. */
const FALLEN = 0.1;

/** Rows of the curve after its first fall that have a value; null where they are too few to draw. */
function drawnRows({ x, y }: LastRun): number[] | null {
  const all = Array.from({ length: x.length }, (_, row) => row);
  const from = Math.max(0, rowAt(x, x[x.length - 1] * FALLEN));
  const rows = all.slice(from).filter((row) => Number.isFinite(y[row]));
  return rows.length < 2 || x[rows[0]] === x[rows.at(-1)!] ? null : rows;
}

/** Whether a run has a picture. */
export const hasPicture = (run: LastRun): boolean => drawnRows(run) !== null;

/**
 * The picture as PNG: the curve after its first fall, its highest and lowest value at the margins, and a dot where it
 * stopped. Null for a curve with fewer than two points to draw.
 * @example
 * ```ts
 * import { sharePicture } from "./share_picture.ts";
 * const run = { kind: "patience", step: 3, saved: null, x: [1, 2, 3], y: [0.5, 0.3, 0.28] } as const;
 * sharePicture(run, { paper: [255, 255, 255], line: [27, 31, 36], stop: [184, 64, 15] });
 * ```
 */
export function sharePicture(run: LastRun, colors: PictureColors): Uint8Array<ArrayBuffer> | null {
  const { x, y, step } = run, rows = drawnRows(run);
  if (rows === null) return null;
  const right = x[rows.at(-1)!], left = x[rows[0]];
  const pixels = fitted(left, right, rows.map((row) => y[row]));
  const stop = rows.reduce((a, b) => Math.abs(x[b] - step) <= Math.abs(x[a] - step) ? b : a);
  const rgb = new Uint8Array(PICTURE_WIDTH * PICTURE_HEIGHT * 3);
  const line = overlayLine(rows.map((row) => x[row]), rows.map((row) => y[row]), false, false);
  paintLine(rgb, rasterise([line], pixels, THICK), colors);
  paintDot(rgb, pixels.ax * x[stop] + pixels.bx, pixels.ay * y[stop] + pixels.by, colors);
  return png(PICTURE_WIDTH, PICTURE_HEIGHT, rgb);
}

/** Fits the values into the picture's margins; a flat line lies in its middle. */
function fitted(left: number, right: number, values: readonly number[]): Pixels {
  const low = values.reduce((a, b) => Math.min(a, b)), high = values.reduce((a, b) => Math.max(a, b));
  const ax = (PICTURE_WIDTH - 2 * MARGIN) / (right - left);
  const ay = high === low ? 0 : -(PICTURE_HEIGHT - 2 * MARGIN) / (high - low);
  const by = high === low ? PICTURE_HEIGHT / 2 : MARGIN - ay * high;
  return { ax, bx: MARGIN - ax * left, ay, by, width: PICTURE_WIDTH, height: PICTURE_HEIGHT };
}

const mixed = (paper: number, ink: number, share: number) => Math.round(paper + (ink - paper) * share);

/** @param cover columns, each as differences from the pixel above */
function paintLine(rgb: Uint8Array, cover: Float32Array, { paper, line }: PictureColors): void {
  for (let column = 0; column < PICTURE_WIDTH; column++) {
    let covered = 0;
    for (let row = 0; row < PICTURE_HEIGHT; row++) {
      covered += cover[column * (PICTURE_HEIGHT + BEYOND) + row];
      const share = Math.min(1, Math.max(0, covered)), at = (row * PICTURE_WIDTH + column) * 3;
      for (let part = 0; part < 3; part++) rgb[at + part] = mixed(paper[part], line[part], share);
    }
  }
}

function paintDot(rgb: Uint8Array, x: number, y: number, { paper, stop }: PictureColors): void {
  const reach = DOT + RIM + 1;
  for (let row = Math.floor(y - reach); row <= y + reach; row++) {
    for (let column = Math.floor(x - reach); column <= x + reach; column++) {
      const away = Math.hypot(column + 0.5 - x, row + 0.5 - y), at = (row * PICTURE_WIDTH + column) * 3;
      const rim = Math.min(1, Math.max(0, DOT + RIM - away)), dot = Math.min(1, Math.max(0, DOT - away));
      for (let part = 0; part < 3; part++) {
        rgb[at + part] = mixed(mixed(rgb[at + part], paper[part], rim), stop[part], dot);
      }
    }
  }
}
