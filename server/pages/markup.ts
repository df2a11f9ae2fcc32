/** HTML as a value: text is escaped when it is put in, and only markup stays markup. */

/** Markup that is safe to send as it stands. */
export class Markup {
  constructor(readonly text: string) {}
  toString(): string {
    return this.text;
  }
}

type Part = Markup | string | number | null | undefined | false | readonly Part[];

const ESCAPES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text for an element or a quoted attribute. */
export function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character]);
}

function textOf(part: Part): string {
  if (part === null || part === undefined || part === false) return "";
  if (part instanceof Markup) return part.text;
  if (typeof part === "object") return part.map(textOf).join("");
  return escapeText(String(part));
}

/**
 * A template of markup. Strings and numbers are escaped, markup and lists of it are put in as they are, and
 * null, undefined and false leave nothing.
 * @example
 * ```ts
 * import { html } from "./markup.ts";
 * html`<p>${"a < b"}</p>`.text; // "<p>a &lt; b</p>"
 * ```
 */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  let text = strings[0];
  parts.forEach((part, index) => text += textOf(part) + strings[index + 1]);
  return new Markup(text);
}

/** Markup made elsewhere and known to be safe: rendered markdown, highlighted source. */
export function trusted(text: string): Markup {
  return new Markup(text);
}
