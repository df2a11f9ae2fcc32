/** A recording as a list of blocks, cell by cell: what every way out of a report is written from. */
import type { Event, PageCell } from "../notebook/wire.ts";
import { type CellOutput, cellOutputs } from "./cell_outputs.ts";
import { cellSource } from "./cell_source.ts";
import type { Recording } from "./recording.ts";

/** Cells as they were drawn before any script ran, by their keys. `error`: why a cell is not as in the page. */
export type DrawnCells = Readonly<Record<string, { readonly wide: string; readonly error?: string }>>;

export interface ReportBlock {
  readonly cell: PageCell;
  /** program text, or prose as Markdown */
  readonly source: string;
  readonly outputs: readonly CellOutput[];
  /** lines that the cell printed, the level of each as it was said */
  readonly log: readonly { readonly level: string; readonly text: string }[];
}

/**
 * Every cell of a recording in the order of the file, with what it shows and printed. A code cell that was not drawn
 * says so.
 * @example
 * ```ts ignore
 * const blocks = reportBlocks(recording, drawn.cells);
 * ```
 */
export function reportBlocks(recording: Recording, drawn: DrawnCells): ReportBlock[] {
  const failed = new Set(
    recording.events.flatMap((event) => event.t === "state" && event.state === "error" ? [event.cell] : []),
  );
  return recording.notebook.cells.map((cell) => ({
    cell,
    source: cellSource(cell),
    outputs: cell.kind === "markdown" ? [] : outputsOf(cell, drawn[cell.key], failed.has(cell.key)),
    log: recording.events.filter((event): event is Event & { t: "log" } =>
      event.t === "log" && event.cell === cell.key
    ).map(({ level, text }) => ({ level, text })),
  }));
}

function outputsOf(cell: PageCell, drawn: DrawnCells[string] | undefined, failed: boolean): CellOutput[] {
  if (drawn === undefined) return cell.hidden ? [] : [notDrawn("it was left out")];
  const outputs = cellOutputs(drawn.wide, failed || drawn.error !== undefined);
  if (drawn.error === undefined || outputs.some(({ kind }) => kind === "error")) return outputs;
  return [...outputs, notDrawn(drawn.error)];
}

const notDrawn = (why: string): CellOutput => ({ kind: "error", name: "NotDrawn", lines: [why] });
