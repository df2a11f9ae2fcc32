const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/**
 * A text as content or quoted attribute of HTML and XML. Characters that an XML file may not hold are left out.
 * @example
 * ```ts
 * import { xmlText } from "./xml_text.ts";
 * xmlText('a < "b"'); // "a &lt; &quot;b&quot;"
 * ```
 */
export const xmlText = (text: string): string =>
  text
    .replaceAll(/(?![\t\n\r])\p{Cc}|[\ufffe\uffff]|\p{Surrogate}/gu, "")
    .replaceAll(/[&<>"]/g, (character) => ENTITIES[character]);
