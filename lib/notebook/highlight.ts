/** Source as HTML lines with four classes: k keyword, c comment, s string, n number. Runs on the server. */
import core from "highlight.js/lib/core";
import typescript from "highlight.js/lib/languages/typescript";

core.registerLanguage("typescript", typescript);

const CLASSES: Readonly<Record<string, string>> = {
  "hljs-keyword": "k",
  "hljs-comment": "c",
  "hljs-doctag": "c",
  "hljs-string": "s",
  "hljs-regexp": "s",
  "hljs-number": "n",
  "hljs-literal": "n",
};

/**
 * One string of HTML a line; a span never crosses a line.
 * @example
 * ```ts
 * import { highlight } from "./highlight.ts";
 * highlight("const a = 1;"); // ['<span class="k">const</span> a = <span class="n">1</span>;']
 * ```
 */
export function highlight(source: string): string[] {
  const { value } = core.highlight(source, { language: "typescript", ignoreIllegals: true });
  const open: string[] = [];
  const lines = [""];
  for (const [piece] of value.matchAll(/<span class="[^"]*">|<\/span>|[^<]+/g)) {
    if (piece === "</span>") open.pop();
    else if (piece.startsWith("<span")) open.push(classOf(piece, open.at(-1) ?? ""));
    else {
      piece.split("\n").forEach((text, i) => {
        if (i > 0) lines.push("");
        const name = open.at(-1);
        if (text) lines[lines.length - 1] += name ? `<span class="${name}">${text}</span>` : text;
      });
    }
  }
  return lines;
}

/** The class of a span within another; what is computed in a template is plain again. */
function classOf(span: string, outer: string): string {
  const [first] = /(?<=")[^" ]+/.exec(span) ?? [""];
  return first === "hljs-subst" ? "" : CLASSES[first] ?? outer;
}
