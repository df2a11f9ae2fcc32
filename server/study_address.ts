/** Where the pages of a study are. Its name may be any text; an address may not. */

/** Characters that a path cannot carry, or that would be taken for folders; and what marks the others. */
const STRANGE = /[~/\\\p{Cc}\p{Cs}]|^\.+$/gu;

const marked = (characters: string): string =>
  [...characters].map((each) => `~${each.codePointAt(0)!.toString(16).padStart(4, "0")}`).join("");

/**
 * The path of a study's page.
 * @example
 * ```ts
 * import { studyPath } from "./study_address.ts";
 * const path = studyPath("digits, batch 32"); // "/studies/digits%2C%20batch%2032"
 * ```
 */
export const studyPath = (name: string): string =>
  `/studies/${encodeURIComponent(name.replace(STRANGE, marked))}`;

/**
 * The name of the study that a path's last part means.
 * @param part decoded
 */
export const studyNamed = (part: string): string =>
  part.replace(/~([0-9a-f]{4})/g, (_, code) => String.fromCharCode(parseInt(code, 16)));
