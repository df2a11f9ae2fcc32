/** Texts inside a plot as data, so that each can be placed clear of those before it. */
import type { Markish } from "@observablehq/plot";
import { note } from "./frame.ts";
import { type Bounds, labelBox, type LabelPlace } from "./place_labels.ts";
import { textWidth } from "./text_width.ts";

/** Height of one text, in CSS pixels. */
export const TEXT_HEIGHT = 15;
/** Two texts nearer than this look like one. */
const CLEAR = 4;

export interface PlacedText extends Omit<LabelPlace, "away"> {
  readonly text: string;
  /** the place it belongs to, in the units of the axes */
  readonly x: number;
  readonly y: number;
  readonly fill: string;
}

/** What the text covers with the room around it, in CSS pixels; `pixel` is where its place lies. */
export function roomOf(placed: PlacedText, pixel: { readonly x: number; readonly y: number }): Bounds {
  const size = { width: textWidth(placed.text), height: TEXT_HEIGHT };
  const { left, right, top, bottom } = labelBox({ ...pixel, ...size }, { ...placed, away: false });
  return { left: left - CLEAR, right: right + CLEAR, top: top - CLEAR, bottom: bottom + CLEAR };
}

/** The text as a mark. */
export function drawText({ text, x, y, fill, dx, dy, anchor }: PlacedText): Markish {
  return note(text, x, y, { fill, dx, dy, textAnchor: anchor });
}
