/** A report as a Jupyter notebook: nbformat 4.5, as nbformat.readthedocs.io describes it. */
import type { Table } from "../charts/chart.ts";
import { tableText } from "../notebook/print.ts";
import type { CellOutput, TableText } from "./cell_outputs.ts";
import { figureSvg } from "./figure_svg.ts";
import type { Tokens } from "./light_colors.ts";
import type { Recording } from "./recording.ts";
import { type DrawnCells, type ReportBlock, reportBlocks } from "./report_blocks.ts";
import { xmlText } from "./xml_text.ts";

/**
 * The text of an `.ipynb` file: prose as markdown cells, code with what it showed (text, tables as HTML and text,
 * figures as SVG), for the kernel that Deno brings.
 * @param drawn the cells as they were drawn
 * @param tokens colours of the light theme
 * @example
 * ```ts ignore
 * await Deno.writeTextFile("study.ipynb", ipynb(recording, drawn.cells, lightTokens(style)));
 * ```
 */
export function ipynb(recording: Recording, drawn: DrawnCells, tokens: Tokens): string {
  const { notebook, on, began } = recording;
  const taken = new Set<string>();
  const json = {
    metadata: {
      title: notebook.title,
      kernelspec: { name: "deno", display_name: "Deno", language: "typescript" },
      language_info: {
        name: "typescript",
        version: on.deno,
        mimetype: "text/x.typescript",
        file_extension: ".ts",
        codemirror_mode: "typescript",
        pygments_lexer: "typescript",
        nbconvert_exporter: "script",
      },
      plateau: { notebook: notebook.file, recorded: new Date(began).toISOString(), on },
    },
    nbformat: 4,
    nbformat_minor: 5,
    cells: reportBlocks(recording, drawn).map((block) => cellJson(block, idOf(block, taken), tokens)),
  };
  return `${JSON.stringify(json, null, 1)}\n`;
}

/** Up to 64 ASCII letters, digits, `-` and `_`, unique. */
function idOf({ cell }: ReportBlock, taken: Set<string>): string {
  const words = cell.name.normalize("NFKD").toLowerCase().match(/[a-z0-9]+/g)?.join("-") ?? "";
  const base = words.slice(0, 50) || `cell-${cell.id}`;
  const id = taken.has(base) ? `${base}_${cell.id}` : base;
  taken.add(id);
  return id;
}

function cellJson({ cell, source, outputs, log }: ReportBlock, id: string, tokens: Tokens): object {
  const shared = { id, metadata: { name: cell.name }, source: lines(source) };
  if (cell.kind === "markdown") return { cell_type: "markdown", ...shared };
  const metadata = {
    name: cell.name,
    plateau: { place: cell.place },
    ...(cell.hidden ? { jupyter: { source_hidden: true } } : {}),
  };
  const said = log.map(({ level, text }) => ({
    output_type: "stream",
    name: level === "error" || level === "warn" ? "stderr" : "stdout",
    text: lines(`${text}\n`),
  }));
  return {
    cell_type: "code",
    ...shared,
    metadata,
    execution_count: null,
    outputs: [...said, ...outputs.map((output) => outputJson(output, tokens))],
  };
}

/** A text as its lines, each with its end: so a file shows what has changed. */
const lines = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

function outputJson(output: CellOutput, tokens: Tokens): object {
  const shown = (data: Record<string, string>) => ({
    output_type: "display_data",
    data: Object.fromEntries(Object.entries(data).map(([type, text]) => [type, lines(text)])),
    metadata: {},
  });
  switch (output.kind) {
    case "prose":
      return shown({ "text/markdown": output.markdown, "text/plain": output.text });
    case "text":
      return shown({ "text/plain": output.text });
    case "table":
      return shown({
        "text/html": tableHtml(output.table),
        "text/plain": tableText(asTable(output.table), 120),
      });
    case "figure":
      return shown({ "image/svg+xml": figureSvg(output.figure, tokens), "text/plain": output.figure.alt });
    case "inputs":
      return shown({
        "text/plain": output.inputs.map(({ label, value }) => `${label}: ${value}`).join("\n"),
      });
    case "error":
      return {
        output_type: "error",
        ename: output.name,
        evalue: output.lines[0] ?? "",
        traceback: output.lines,
      };
  }
}

function asTable({ caption, columns, rows }: TableText): Table {
  return {
    type: "table",
    ...(caption === "" ? {} : { caption }),
    columns: columns.map(({ label, right }) => ({ label, align: right ? "right" : "left" })),
    rows: rows.map((row) => row.map((text) => ({ text }))),
  };
}

function tableHtml({ caption, columns, rows }: TableText): string {
  const side = (at: number) => columns[at]?.right ? ' style="text-align: right"' : "";
  const row = (tag: string, cells: readonly string[]) =>
    `<tr>${cells.map((text, at) => `<${tag}${side(at)}>${xmlText(text)}</${tag}>`).join("")}</tr>`;
  return [
    "<table>",
    ...(caption === "" ? [] : [`<caption>${xmlText(caption)}</caption>`]),
    `<thead>${row("th", columns.map(({ label }) => label))}</thead>`,
    "<tbody>",
    ...rows.map((cells) => row("td", cells)),
    "</tbody>",
    "</table>",
  ].join("\n");
}
