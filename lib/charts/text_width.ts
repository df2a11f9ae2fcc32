/** How wide a text of chart size is, without a document. */

const NARROW = new Set("il.,:;|!'()[]fjtr ");
const WIDE = new Set("mwMW%@Δ");

/**
 * Width in CSS pixels at 12 px, about what the widest of the page's fonts takes, so that what fits by this
 * measure fits on the page.
 */
export function textWidth(text: string): number {
  let width = 0;
  for (const character of text) width += NARROW.has(character) ? 4.2 : WIDE.has(character) ? 10.5 : 7.25;
  return width;
}

/** The text, or as much of it as fits `width` with an ellipsis. */
export function fitText(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  const characters = [...text];
  while (characters.length > 1 && textWidth(`${characters.join("")}…`) > width) characters.pop();
  return `${characters.join("").trimEnd()}…`;
}
