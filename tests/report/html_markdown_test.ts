import assert from "node:assert/strict";
import fc from "fast-check";
import { parseHTML } from "linkedom";
import markdownIt from "markdown-it";
import { markdown } from "../../lib/notebook/markdown.ts";
import { htmlMarkdown } from "../../lib/report/html_markdown.ts";
import { markdownTable, markdownText } from "../../lib/report/markdown_text.ts";
import { payloads } from "./payloads.ts";

/** Any renderer: HTML is obeyed, quotes and dashes stay. */
const renderer = markdownIt({ html: true });

function elementOf(html: string): Element {
  const { document } = parseHTML(`<!doctype html><html><body><div>${html}</div></body></html>`);
  return document.querySelector("div")!;
}
/** A page's markup, so that two ways of saying the same are equal. */
const normal = (html: string) =>
  elementOf(html).innerHTML.replaceAll(/\s+/g, " ").replaceAll(/> | </g, (edge) => edge.trim())
    .replaceAll(' rel="noreferrer"', "");

const again = (prose: string) => htmlMarkdown(elementOf(markdown(prose)));

Deno.test("prose of a notebook is the same after it was Markdown again", () => {
  const proses = [
    "# Title\n\nA **bold** and _quiet_ word, `code`, [link](https://example.org/a_(b)).",
    "- one\n- two\n  - deeper\n- three\n\nAfter.",
    "1. one\n2. two\n\n   with a paragraph\n3. three",
    "- a\n- b\n\n* another list",
    "> quoted\n> on two lines\n>\n> - with a list",
    "```ts\nconst a = 1 < 2; // `tick`\n```\n\n````\n```\n````",
    "| a | b |\n|:--|--:|\n| 1 | x\\|y |\n| `c\\|d` | 4 |",
    "one  \ntwo\\\nthree",
    "7\\. not a list\n\\# not a heading\n\\- nor this\n\\+ nor this\n\\> nor this",
    "***both*** ~~gone~~",
    "a_b_c and __init__ and 2 * 3 * 4 and $5 to $6",
    "---\n\nafter the rule",
    "setext\n===\n\nx < y && y > z &amp; &lt;b&gt;",
  ];
  for (const prose of proses) {
    const html = markdown(prose);
    assert.equal(normal(renderer.render(again(prose))), normal(html), again(prose));
  }
});

Deno.test("whatever a text says, it is words and no markup in any renderer", () => {
  const words = (text: string) => text.replaceAll(/\s+/g, " ").trim();
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(..."ab1 \nlt;*_`[]()<>&#+-=~|!\\$.:;/\"'") }), (text) => {
      const element = elementOf("");
      const paragraph = element.ownerDocument.createElement("p");
      paragraph.textContent = text;
      element.append(paragraph);
      const shown = elementOf(renderer.render(htmlMarkdown(element)));
      assert.equal(words(shown.textContent!), words(text));
      assert.equal(shown.querySelectorAll("*").length, words(text) === "" ? 0 : 1, shown.innerHTML);
    }),
    { numRuns: 500 },
  );
});

Deno.test("whatever prose says, as Markdown it has the same words in any renderer", () => {
  const marks = [
    "**",
    "](x)",
    "\n- ",
    "\n1. ",
    "\n> ",
    "\n\n",
    "```\n",
    ..."ab1 \nlt;*_`[]()<>&#+-=~|!\\$.:;/\"'",
  ];
  const words = (html: string) => elementOf(html).textContent!.replaceAll(/\s+/g, "");
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...marks), maxLength: 60 }), (prose) => {
      assert.equal(words(renderer.render(again(prose))), words(markdown(prose)));
    }),
    { numRuns: 300 },
  );
});

Deno.test("an attack in prose is words after it was Markdown, in a renderer that obeys HTML", () => {
  const allowed = new Set(
    "p a em strong s code pre ul ol li blockquote h1 h2 h3 h4 h5 h6 hr br table thead tbody tr th td".split(
      " ",
    ),
  );
  for (const payload of payloads) {
    for (const node of elementOf(renderer.render(again(payload))).querySelectorAll("*")) {
      assert.ok(allowed.has(node.localName), `${payload}: ${node.localName}`);
      for (const { name, value } of [...node.attributes]) {
        assert.ok(["href", "title", "class", "style", "start"].includes(name), `${payload}: ${name}`);
        if (name === "href") assert.doesNotMatch(value, /^\s*(javascript|data|vbscript):/i);
      }
    }
  }
});

Deno.test("cells of a table cannot leave it", () => {
  const text = markdownTable([{ label: markdownText("a|b") }, { label: "n", align: "right" }], [
    [markdownText("x | y\\"), markdownText("`|`")],
  ]);
  const cells = elementOf(renderer.render(text)).querySelectorAll("td, th");
  assert.deepEqual([...cells].map((cell) => cell.textContent), ["a|b", "n", "x | y\\", "`|`"]);
});
