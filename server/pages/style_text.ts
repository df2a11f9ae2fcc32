/** A style sheet inside a page. */
import { type Markup, trusted } from "./markup.ts";

/**
 * The text of a `<style>` element: nothing in a sheet ends the element.
 * @example
 * ```ts
 * import { styleText } from "./style_text.ts";
 * styleText(`a::after { content: "</style>" }`).text; // `a::after { content: "\\3c /style>" }`
 * ```
 */
export const styleText = (sheet: string): Markup => trusted(sheet.replaceAll(/<(?=\/|!--)/g, "\\3c "));
