import { fitText } from "../charts/text_width.ts";
import { type GraphCell, graphCells } from "./check_graph.ts";
import { layered, type Layout } from "./check_layout.ts";
import type { Notebook, Place } from "./notebook.ts";

const [BOX, GAP, MARGIN, HEAD] = [200, 72, 24, 64];
const [APART, PASSING] = [16, 20];

/** What a cell sends takes a third line. */
const tall = ({ sends }: GraphCell): number => sends.length > 0 ? 62 : 44;

/** Tokens of the pages, as they are in light and in dark; ink only: places are told by words and shapes. */
const STYLE = `
  svg { --page: #ffffff; --sunk: #f6f7f8; --ink: #1b1f24; --ink-2: #4a525c; --ink-3: #5f6771; --edge: #868e98;
    background: var(--page); font: 12px system-ui, "Segoe UI", Roboto, "Liberation Sans", Arial, sans-serif }
  @media (prefers-color-scheme: dark) {
    svg { --page: #14161a; --sunk: #1c1f24; --ink: #e6e8eb; --ink-2: #b4bac2; --ink-3: #949ba5; --edge: #6b7380 }
  }
  text { fill: var(--ink-3) }
  .head { fill: var(--ink); font-size: 15px; font-weight: 650 }
  .name { fill: var(--ink); font-size: 13px; font-weight: 650 }
  .sent { fill: var(--ink-2); font: 11px ui-monospace, Menlo, "DejaVu Sans Mono", "Liberation Mono", monospace }
  .box { fill: var(--page); stroke: var(--edge); stroke-width: 1 }
  .server { fill: var(--sunk); stroke: var(--ink-2); stroke-width: 2 }
  .edge { fill: none; stroke: var(--edge); stroke-width: 1.25 }
  .crossing { stroke: var(--ink); stroke-width: 1.75; stroke-dasharray: 5 3 }`;

/**
 * Draws the graph of a notebook as an SVG that needs nothing else: cells left to right by what they read, the place of
 * each by shape and word, what crosses between server and page named, its edges dashed. Light or dark as its viewer is.
 */
export function graphSvg(notebook: Notebook): string {
  const cells = graphCells(notebook).filter(({ defines, reads, why }) =>
    defines.length > 0 || reads.length > 0 || why !== "only imports"
  );
  const index = new Map(cells.map(({ name }, i) => [name, i]));
  const edges = cells.flatMap((cell, to) =>
    [...new Set(cell.reads.map((read) => read.cell))].map((from) => [index.get(from)!, to] as const)
  );
  const layout = layered(cells.map((cell) => tall(cell) + APART), edges, PASSING);
  const width = Math.max(560, 2 * MARGIN + layout.columns * (BOX + GAP) - GAP);
  const height = HEAD + layout.height + MARGIN;
  const lines = edges.map(([from, to], i) => edgeMarkup(cells[from], cells[to], layout.routes[i]));
  const boxes = cells.map((cell, i) => boxMarkup(cell, layout.places[i]));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${round(height)}" width="${width}" ` +
    `height="${round(height)}" role="img" aria-label="${escaped(`Cells of ${notebook.file}`)}">
<style>${STYLE}
</style>
<text class="head" x="${MARGIN}" y="28">${escaped(notebook.title)}</text>
<text x="${MARGIN}" y="48">${LEGEND}</text>
${[...lines, ...boxes].join("\n")}
</svg>
`;
}

const LEGEND =
  "Heavy: server. Rounded: page. Slanted: input. Double: both sides. Dashed, →: values that cross.";

const WORDS: Readonly<Record<Place, string>> = {
  server: "server",
  browser: "page",
  input: "input",
  both: "both sides",
};

type At = Layout["places"][number];
const left = ({ column }: At): number => MARGIN + column * (BOX + GAP);
const middle = ({ y }: At): number => HEAD + y;

/** A cell's shape, its name, where it runs, and what it sends; bold text takes more room. */
function boxMarkup(cell: GraphCell, at: At): string {
  const { name, line, place, why, sends } = cell;
  const [x, y] = [left(at), middle(at) - tall(cell) / 2];
  const inset = place === "input" ? 18 : 12;
  const text = (kind: string, down: number, words: string, share = 1) =>
    `<text${kind} x="${x + inset}" y="${round(y + down)}">${
      escaped(fitText(words, share * (BOX - 44)))
    }</text>`;
  const sent = sends.map((each) => each.name).join(", ");
  return `<g><title>${
    escaped(`${name}, line ${line}: ${WORDS[place]}, ${why}${sent && `; sends ${sent}`}`)
  }` +
    `</title>${shapeMarkup(place, x, y, tall(cell))}${text(' class="name"', 18, name, 0.85)}` +
    `${text("", 35, `${WORDS[place]}, line ${line}`)}${sent && text(' class="sent"', 53, `→ ${sent}`)}</g>`;
}

function shapeMarkup(place: Place, x: number, y: number, height: number): string {
  const rect = (inset: number, radius: number) =>
    `<rect class="${place === "server" ? "box server" : "box"}" x="${x + inset}" y="${round(y + inset)}" ` +
    `width="${BOX - 2 * inset}" height="${height - 2 * inset}" rx="${radius}"/>`;
  if (place === "server") return rect(0, 0);
  if (place === "browser") return rect(0, 14);
  if (place === "both") return rect(0, 0) + rect(3, 0);
  const corners = [[x + 10, y], [x + BOX, y], [x + BOX - 10, y + height], [x, y + height]];
  return `<path class="box" d="M${corners.map((corner) => corner.map(round).join(" ")).join("L")}Z"/>`;
}

/** The line of what one cell reads of another. */
function edgeMarkup(from: GraphCell, to: GraphCell, route: readonly At[]): string {
  const names = to.reads.filter(({ cell }) => cell === from.name).map(({ name }) => name);
  const side = to.place === "server" ? "server" : "page";
  const crosses = from.sends.some((sent) => sent.to === side && names.includes(sent.name));
  const path = route.map((at, i) => {
    if (i === 0) return `M${left(at) + BOX} ${round(middle(at))}`;
    const [x0, y0] = [left(route[i - 1]) + BOX, round(middle(route[i - 1]))];
    const [x1, y1] = [left(at), round(middle(at))];
    const passes = i < route.length - 1 ? `H${x1 + BOX}` : "";
    return `C${x0 + GAP / 2} ${y0} ${x1 - GAP / 2} ${y1} ${x1} ${y1}${passes}`;
  }).join("");
  const title = `<title>${escaped(`${to.name} reads ${names.join(", ")} of ${from.name}`)}</title>`;
  return `<path class="edge${crosses ? " crossing" : ""}" d="${path}">${title}</path>`;
}

const round = (value: number): number => Math.round(value * 10) / 10;

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
