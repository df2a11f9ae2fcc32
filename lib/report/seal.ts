/** The hash over a whole report: any changed byte of the file is found. */
import { createHash } from "node:crypto";
import { DamagedReport, MANIFEST_OPENING, readSections } from "./sections.ts";

/** What stands before the 64 digits, once in a file. */
const BEFORE = `${MANIFEST_OPENING}{"sha256":"`;
const DIGITS = 64;

/**
 * Writes the SHA-256 of a file into its manifest, whose first member it is: the hash of the text in UTF-8 without these
 * 64 digits.
 *
 * @param html whole, its manifest's `sha256` empty
 * @throws NotAReport, DamagedReport where a part is missing or there twice
 * @example
 * ```ts ignore
 * await Deno.writeTextFile("report.html", sealReport(page));
 * ```
 */
export function sealReport(html: string): string {
  readSections(html);
  const at = placeIn(html);
  if (html[at] !== '"') throw new Error("invalid report: it is sealed already");
  return html.slice(0, at) + hashOf(html) + html.slice(at);
}

/**
 * Whether a file is byte for byte what was sealed.
 * @throws DamagedReport where there is no place for the hash
 */
export function isSealed(html: string): boolean {
  const at = placeIn(html), digits = html.slice(at, at + DIGITS);
  return digits === hashOf(html.slice(0, at) + html.slice(at + DIGITS));
}

/** The hash that a file has; empty until it is sealed. @throws DamagedReport where there is no place for it */
export function sealOf(html: string): string {
  const at = placeIn(html);
  return html[at] === '"' ? "" : html.slice(at, at + DIGITS);
}

function placeIn(html: string): number {
  const at = html.indexOf(BEFORE);
  if (at === -1) throw new DamagedReport("manifest", "it does not begin with a hash");
  return at + BEFORE.length;
}

/** SHA-256 in hexadecimal; of a text as UTF-8. */
export const hashOf = (content: string | Uint8Array): string =>
  createHash("sha256").update(content).digest("hex");
