/** `plateau figure`: one figure of a report as a file. */
import { dirname, extname } from "node:path";
import { atomicWrite } from "../../lib/checkpoints/atomic_write.ts";
import { Misuse } from "../../lib/command_line.ts";
import { drawnReport } from "../../lib/report/drawn_report.ts";
import { type Figure, figureSvg } from "../../lib/report/figure_svg.ts";
import { reportText } from "../../lib/report/read_report.ts";
import { inLine } from "../../lib/store/runs_text.ts";
import { sizeText } from "../pages/size_text.ts";
import { figurePng } from "./figure_png.ts";
import { checkOutputs } from "./output_files.ts";

export interface FigureOptions {
  /** path of the report */
  readonly report: string;
  /** name of the cell; undefined: the figures are listed */
  readonly cell?: string;
  /** which of the cell's figures, as it was typed; undefined: its only one */
  readonly number?: string;
  /** path of the file to write, which ends in .svg or .png; undefined: figures are listed */
  readonly output?: string;
  /** what was written, or the list; default standard output */
  readonly out?: (line: string) => void;
}

/**
 * Writes a figure of a report, or lists those that there are.
 * @returns the exit code
 * @throws Misuse for a report that is not there and for a file name of another kind; NotAReport; Error in one line for a
 * cell or a figure that is not there
 * @example
 * ```ts ignore
 * await figureCommand({ report: "report.html", cell: "curves", output: "curves.svg" });
 * ```
 */
export async function figureCommand(options: FigureOptions): Promise<number> {
  const { report, cell, output, out = console.log } = options;
  const kind = kindOf(cell, output);
  const { outputs, tokens } = drawnReport(reportText(await bytesOf(report)));
  const figures = new Map([...outputs].map(([name, shown]) => [
    name,
    shown.flatMap((each) => each.kind === "figure" ? [each.figure] : []),
  ]));
  if (cell === undefined || output === undefined) {
    const all = cell === undefined ? figures : new Map([[cell, figuresOf(figures, cell)]]);
    for (const line of listed(all)) out(line);
    return 0;
  }
  const figure = chosen(figuresOf(figures, cell), cell, options.number);
  const svg = figureSvg(figure, tokens);
  const bytes = kind === ".png" ? await figurePng(svg) : new TextEncoder().encode(svg);
  await Deno.mkdir(dirname(output), { recursive: true });
  atomicWrite(output, bytes);
  out(`${output}  ${sizeText(bytes.length)}`);
  return 0;
}

async function bytesOf(report: string): Promise<Uint8Array> {
  try {
    return await Deno.readFile(report);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw new Misuse(`missing file: ${report}`);
    throw error;
  }
}

function kindOf(cell: string | undefined, output: string | undefined): string {
  if (cell === undefined) {
    if (output !== undefined) throw new Misuse("missing option: --cell");
    return "";
  }
  if (output === undefined) return ""; // the cell's figures are listed
  const kind = extname(output).toLowerCase();
  if (kind !== ".svg" && kind !== ".png") throw new Misuse(`invalid -o: ${output} (a .svg or .png file)`);
  checkOutputs({ "-o": output });
  return kind;
}

const nameOf = ({ title, alt }: Figure): string => inLine(title || alt);

function listed(figures: ReadonlyMap<string, readonly Figure[]>): string[] {
  const lines = [...figures].flatMap(([cell, all]) =>
    all.map((figure, i) => [inLine(cell), all.length > 1 ? String(i + 1) : "", nameOf(figure)])
  );
  if (lines.length === 0) return ["no figures"];
  const wide = (column: number) => Math.max(...lines.map((line) => line[column].length));
  return lines.map(([cell, number, name]) => `${cell.padEnd(wide(0))}  ${number.padEnd(wide(1))}  ${name}`);
}

function figuresOf(figures: ReadonlyMap<string, readonly Figure[]>, cell: string): readonly Figure[] {
  const all = figures.get(cell);
  const having = [...figures].filter(([, some]) => some.length > 0).map(([name]) => inLine(name));
  const has = having.length === 0 ? "no cell has figures" : `figures are in ${having.join(", ")}`;
  if (all === undefined) throw new Error(`unknown cell: ${cell} (${has})`);
  if (all.length === 0) throw new Error(`no figure: cell ${cell} (${has})`);
  return all;
}

function chosen(all: readonly Figure[], cell: string, number: string | undefined): Figure {
  if (number === undefined && all.length > 1) {
    const names = all.map((figure, i) => `${i + 1} ${nameOf(figure)}`).join(", ");
    throw new Misuse(`missing option: --number (cell ${cell} has ${names})`);
  }
  const at = Number(number ?? 1);
  if (Number.isInteger(at) && at >= 1 && at <= all.length) return all[at - 1];
  throw new Misuse(`invalid --number: ${number} (a whole number from 1 to ${all.length})`);
}
