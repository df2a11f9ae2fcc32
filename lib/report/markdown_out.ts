/** A report as GitHub-flavoured Markdown, with its figures as files beside it. */
import type { CellOutput } from "./cell_outputs.ts";
import { figureSvg } from "./figure_svg.ts";
import { codeFence, markdownTable, markdownText } from "./markdown_text.ts";
import type { Tokens } from "./light_colors.ts";
import type { Recording } from "./recording.ts";
import { type DrawnCells, type ReportBlock, reportBlocks } from "./report_blocks.ts";

export interface MarkdownOut {
  readonly text: string;
  /** texts of the figures' files, by their path from the Markdown file */
  readonly files: ReadonlyMap<string, string>;
}

/**
 * Prose, code and what it showed, in the order of the notebook but for title and finding, which stand first.
 * @param drawn the cells as they were drawn
 * @param tokens colours of the light theme
 * @param folder where the figures are, from the Markdown file, as `study_files`
 * @example
 * ```ts ignore
 * const { text, files } = markdownOut(recording, drawn.cells, lightTokens(style), "study_files");
 * ```
 */
export function markdownOut(
  recording: Recording,
  drawn: DrawnCells,
  tokens: Tokens,
  folder: string,
): MarkdownOut {
  const files = new Map<string, string>();
  const keep = (cell: string, svg: string) => {
    const name = cell.normalize("NFKD").toLowerCase().match(/[a-z0-9]+/g)?.join("-").slice(0, 60) ?? "figure";
    let path = `${folder}/${name}.svg`;
    for (let copy = 2; files.has(path); copy++) path = `${folder}/${name}-${copy}.svg`;
    files.set(path, svg);
    return path;
  };
  const texts = answerFirst(reportBlocks(recording, drawn)).flatMap((block) =>
    blockTexts(block, (output) => outputText(output, (svg) => keep(block.cell.name, svg), tokens))
  );
  return { text: `${[...texts, madeLine(recording)].join("\n\n")}\n`, files };
}

/** The title and the answer come first; whatever stood before them, as the imports, follows. */
function answerFirst(blocks: readonly ReportBlock[]): ReportBlock[] {
  const title = blocks.find(({ cell, source }) => cell.kind === "markdown" && /^# /m.test(source));
  const finding = blocks.find(({ cell }) => cell.kind === "code" && cell.name === "finding");
  const first = [title, finding].filter((block) => block !== undefined);
  return [...first, ...blocks.filter((block) => !first.includes(block))];
}

function blockTexts(block: ReportBlock, textOf: (output: CellOutput) => string): string[] {
  const { cell, source, outputs, log } = block;
  if (cell.kind === "markdown") return source === "" ? [] : [source];
  const outs = outputs.map(textOf).filter(Boolean);
  // what the answer is comes before how it was computed
  const code = cell.hidden || source === "" ? [] : [codeFence(source, "ts")];
  const said = log.length === 0 ? [] : [codeFence(log.map(({ text }) => text).join("\n"), "text")];
  return cell.name === "finding" ? [...outs, ...said] : [...code, ...said, ...outs];
}

function outputText(output: CellOutput, keep: (svg: string) => string, tokens: Tokens): string {
  switch (output.kind) {
    case "prose":
      return output.markdown;
    case "text":
      return codeFence(output.text, "text");
    case "table": {
      const { caption, columns, rows } = output.table;
      const heads = columns.map(({ label, right }) => ({
        label: cellText(label),
        align: right ? "right" : undefined,
      }));
      const table = markdownTable(heads, rows.map((row) => row.map(cellText)));
      return caption === "" ? table : `**${cellText(caption)}**\n\n${table}`;
    }
    case "figure":
      return `![${cellText(output.figure.alt)}](<${keep(figureSvg(output.figure, tokens))}>)`;
    case "inputs":
      return output.inputs.map(({ label, value }) => `- ${cellText(label)}: ${cellText(value)}`).join("\n");
    case "error":
      return `> **${cellText(output.name)}** ${output.lines.map(cellText).join("\\\n> ")}`;
  }
}

const cellText = (text: string): string => markdownText(text.replaceAll(/\s+/g, " ").trim());

function madeLine({ notebook, on, began }: Recording): string {
  const day = new Date(began).toISOString().slice(0, 10);
  const engine = on.engine === "" ? "" : `, ${[on.engine, on.version].filter(Boolean).join(" ")}`;
  return `***\n\n${markdownText(`Recorded on ${day} from ${notebook.file}${engine}, Deno ${on.deno}.`)}`;
}
