/** Rendered prose as GitHub-flavoured Markdown: what a page shows as words stays words in every other renderer. */
import { safeAddress } from "../notebook/safe_address.ts";
import { codeFence, codeSpan, escapeMark, markdownTable, markdownText } from "./markdown_text.ts";

type Node = globalThis.Node;

const isElement = (node: Node): node is Element => node.nodeType === 1;
const isText = (node: Node): boolean => node.nodeType === 3;
const childrenOf = (node: Node): Node[] => [...node.childNodes];

/**
 * Markdown of the elements that `markdown` makes: headings, paragraphs, lists, quotes, code, tables, rules, emphasis,
 * links. Of any other element the words are kept. Characters that mean something in Markdown, HTML or formulas are
 * escaped, and a link to anything but http, https, mailto or the page itself keeps only its words.
 * @example
 * ```ts
 * import { parseHTML } from "linkedom";
 * import { htmlMarkdown } from "./html_markdown.ts";
 * const { document } = parseHTML("<div><p>a &lt; b, <strong>1,200</strong> steps</p></div>");
 * htmlMarkdown(document.querySelector("div")!); // "a &lt; b, **1,200** steps"
 * ```
 */
export function htmlMarkdown(element: Element): string {
  const whole = element.cloneNode(true) as Element;
  whole.normalize(); // a parser cuts texts where it likes, and what a character means depends on the next
  return blocks(childrenOf(whole)).join("\n\n");
}

const BLOCKS = new Set(
  "h1 h2 h3 h4 h5 h6 p ul ol blockquote pre table hr div section article header figure".split(" "),
);

const nameOf = (node: Node): string => isElement(node) ? node.localName : "";

/** One text per block; what stands between blocks is a paragraph of its own. */
function blocks(nodes: readonly Node[]): string[] {
  const made: string[] = [];
  let loose: Node[] = [], listBefore = "";
  const settle = () => {
    const words = lines(loose.map(inline).join(""));
    if (words !== "") made.push(words);
    loose = [];
  };
  for (const node of nodes) {
    if (!BLOCKS.has(nameOf(node))) {
      loose.push(node);
      continue;
    }
    settle();
    // a second list right after one of its kind would go on with it: another mark begins another list
    const other = listBefore === nameOf(node);
    const text = block(node as Element, other);
    listBefore = !other && /^[uo]l$/.test(nameOf(node)) ? nameOf(node) : "";
    if (text !== "") made.push(text);
  }
  settle();
  return made;
}

function block(element: Element, other: boolean): string {
  const name = element.localName;
  if (/^h\d$/.test(name)) return `${"#".repeat(Number(name[1]))} ${oneLine(element).replace(/#/g, "\\#")}`;
  if (name === "p") return lines(inlineOf(element));
  if (name === "ul") return list(element, () => other ? "* " : "- ");
  if (name === "ol") {
    const from = Number(element.getAttribute("start") ?? 1);
    return list(element, (index) => `${from + index}${other ? ")" : "."} `);
  }
  if (name === "blockquote") return indented(blocks(childrenOf(element)).join("\n\n"), "> ", "> ");
  if (name === "pre") return fenced(element);
  if (name === "table") return table(element);
  if (name === "hr") return "***";
  return blocks(childrenOf(element)).join("\n\n");
}

/** The first line after `first`, the others after `rest`. */
function indented(text: string, first: string, rest: string): string {
  return text.split("\n").map((line, i) => `${i === 0 ? first : rest}${line}`.trimEnd()).join("\n");
}

function list(element: Element, mark: (index: number) => string): string {
  const items = [...element.children].filter(({ localName }) => localName === "li");
  const loose = items.some((item) => [...item.children].some(({ localName }) => localName === "p"));
  return items.map((item, i) => {
    const before = mark(i), inside = blocks(childrenOf(item));
    return indented(inside.join(loose ? "\n\n" : "\n"), before, " ".repeat(before.length)) ||
      before.trimEnd();
  }).join(loose ? "\n\n" : "\n");
}

function fenced(element: Element): string {
  const code = element.querySelector("code");
  const language = /(?:^| )language-([\w+#.-]{1,40})/.exec(code?.getAttribute("class") ?? "")?.[1] ?? "";
  return codeFence((code ?? element).textContent ?? "", language);
}

function table(element: Element): string {
  const rows = [...element.querySelectorAll("tr")].map((row) => [...row.children]);
  const [head = [], ...body] = rows;
  return markdownTable(
    head.map((cell) => ({
      label: oneLine(cell),
      align: /text-align:\s*(left|right|center)/.exec(cell.getAttribute("style") ?? "")?.[1],
    })),
    body.map((row) => row.map(oneLine)),
  );
}

const oneLine = (element: Element): string => inlineOf(element).replaceAll(/\s*\\?\n\s*/g, " ").trim();
const inlineOf = (element: Element): string => childrenOf(element).map(inline).join("");

function inline(node: Node): string {
  if (isText(node)) return markdownText(node.textContent ?? "");
  if (!isElement(node)) return "";
  const inside = () => inlineOf(node);
  switch (node.localName) {
    case "strong":
    case "b":
      return marked(inside(), "**");
    case "em":
    case "i":
      return marked(inside(), "*");
    case "s":
      return marked(inside(), "~~");
    case "code":
      return codeSpan(node.textContent ?? "");
    case "a":
      return link(node, inside());
    case "br":
      return "\\\n";
    case "script":
    case "style":
    case "template":
      return "";
  }
  return inside();
}

/** Marks bind to words, not to the spaces around them. */
function marked(text: string, mark: string): string {
  const [, before, words, after] = /^(\s*)([^]*?)(\s*)$/.exec(text)!;
  return words === "" ? text : `${before}${mark}${words}${mark}${after}`;
}

function link(element: Element, words: string): string {
  const address = element.getAttribute("href") ?? "";
  if (address === "" || !safeAddress(address)) return words;
  const title = element.getAttribute("title");
  const target = address.replaceAll(/[<>\s]/g, encodeURIComponent).replaceAll(/[\\&]/g, escapeMark);
  return `[${words}](<${target}>${title ? ` "${markdownText(title).replaceAll('"', "&quot;")}"` : ""})`;
}

/** A paragraph: what would begin a heading, list, quote or rule at the start of a line is escaped. */
function lines(text: string): string {
  return text.trim().split(/\s*\n\s*/)
    .map((line) => line.replace(/^([#+>=-])/, "\\$1").replace(/^(\d{1,9})([.)])(?=\s|$)/, "$1\\$2"))
    .join("\n");
}
