/**
 * A drawn element as HTML that means the same when it is read again, and in which nothing can run. The document's own
 * way to text leaves what stands in comments, styles and text fields as it is, where it could end them.
 */

/** What no report shows: scripts, and what would load something. */
const LEFT_OUT = new Set([
  "script",
  "iframe",
  "object",
  "embed",
  "template",
  "noscript",
  "base",
  "meta",
  "link",
]);
const VOID = /^(area|br|col|hr|img|input|source|track|wbr)$/;
const ELEMENT_NAME = /^[a-z][\w.:-]*$/i;
const ATTRIBUTE_NAME = /^[a-z_:][\w.:-]*$/i;
/** Attributes whose words are ids. */
const ID_NAMES = /^(id|for|list|headers|aria-(labelledby|describedby|controls|owns|details))$/;
/** What says in a figure where something is, and how large: a tenth of a pixel is as fine as anybody sees. */
const GEOMETRY = /^(d|points|transform|viewBox|[xyr]|[cr][xy]|[xy][12]|width|height)$/;
const FRACTION = /(?<![\d.])-?\d*\.\d{2,}(?:e-?\d+)?(?![\d.])/gi;
/** Transforms after which a unit is no pixel any more, or an angle is meant. */
const SCALED = /scale|matrix|skew|rotate/;
/** Said in place of what only a script can paint. */
const CANVAS = "A picture that is drawn where scripts run.";

const TEXT_NODE = 3, ELEMENT_NODE = 1;

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("\u00a0", "&nbsp;").replaceAll("<", "&lt;").replaceAll(
    ">",
    "&gt;",
  );

const quoted = (text: string): string => escaped(text).replaceAll('"', "&quot;");

/**
 * The children of an element as HTML.
 * @param suffix ends each id and what names one, where two drawings of the same stand in one page; default none
 */
export function innerHtml(element: Element, suffix = ""): string {
  return childrenHtml(element, { rename: renaming(element, suffix), pixels: false });
}

/** The element itself as HTML. */
export function outerHtml(element: Element, suffix = ""): string {
  return nodeHtml(element, { rename: renaming(element, suffix), pixels: false });
}

type Rename = (id: string) => string;

interface Within {
  readonly rename: Rename;
  /** inside of a chart, whose units are pixels */
  readonly pixels: boolean;
}

function renaming(element: Element, suffix: string): Rename {
  const ids = new Set(
    suffix === "" ? [] : [...element.querySelectorAll("[id]")].map((each) => each.getAttribute("id")!),
  );
  return (id) => ids.has(id) ? id + suffix : id;
}

const childrenHtml = (element: Element, within: Within): string =>
  [...element.childNodes].map((node) => nodeHtml(node, within)).join("");

/** What is no element and no text leaves nothing. */
function nodeHtml(node: Node, around: Within): string {
  if (node.nodeType === TEXT_NODE) return escaped(String(node.nodeValue ?? ""));
  if (node.nodeType !== ELEMENT_NODE) return "";
  const element = node as Element;
  const name = element.localName;
  if (LEFT_OUT.has(name.toLowerCase())) return "";
  if (!ELEMENT_NAME.test(name)) return childrenHtml(element, around);
  if (name === "canvas") return `<div class="empty">${CANVAS}</div>`;
  const within = { ...around, pixels: inPixels(element, around.pixels) };
  const start = `<${name}${attributesHtml(element, within)}>`;
  if (VOID.test(name)) return start;
  const text = element.textContent ?? "";
  if (name === "style") return `${start}${text.replaceAll("</", "<\\/")}</style>`;
  // a parser takes away the first line break of these
  const line = (name === "pre" || name === "textarea") && text.startsWith("\n") ? "\n" : "";
  return `${start}${line}${childrenHtml(element, within)}</${name}>`;
}

function inPixels(element: Element, around: boolean): boolean {
  const of = (name: string) => element.getAttribute(name);
  if (element.localName === "svg") {
    return element.classList.contains("plot") && of("viewBox") === `0 0 ${of("width")} ${of("height")}`;
  }
  return around && !SCALED.test(of("transform") ?? "");
}

/** In the order of their names, so that the same drawing is the same text. */
function attributesHtml(element: Element, { rename, pixels }: Within): string {
  return [...element.attributes]
    .filter(({ name }) => ATTRIBUTE_NAME.test(name) && !/^on/i.test(name))
    .sort((a, b) => a.name < b.name ? -1 : 1)
    .map(({ name, value }) => {
      const said = renamed(name, String(value), rename);
      return ` ${name}="${quoted(pixels && GEOMETRY.test(name) ? rounded(said) : said)}"`;
    })
    .join("");
}

const rounded = (value: string): string =>
  value.replace(FRACTION, (number) => String(Math.round(10 * Number(number)) / 10));

function renamed(name: string, value: string, rename: Rename): string {
  if (ID_NAMES.test(name)) return value.split(" ").map(rename).join(" ");
  if (/^(xlink:)?href$/.test(name) && value.startsWith("#")) return `#${rename(value.slice(1))}`;
  return value.replace(
    /url\((["']?)#([^)"']+)\1\)/g,
    (_, quote, id) => `url(${quote}#${rename(id)}${quote})`,
  );
}
