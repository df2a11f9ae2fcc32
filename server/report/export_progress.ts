/** Where an export stands, in words for a terminal and a page. */
import { clock } from "../../lib/charts/format.ts";
import type { ExportProgress } from "./export_report.ts";

/**
 * `3 of 7 cells, run: step 1,200 of 3,000, 0:12 left`, `7 of 7 cells, 4 of 12 states, 0:09 left`.
 * @example
 * ```ts
 * import { exportProgressText } from "./export_progress.ts";
 * exportProgressText({ stage: "draw" }); // "drawing the cells"
 * ```
 */
export function exportProgressText(progress: ExportProgress): string {
  if (progress.stage !== "record") return progress.stage === "pack" ? "packing" : "drawing the cells";
  const { cells, states, cell, text, secondsLeft } = progress.record;
  const counted = [
    `${cells.done} of ${cells.of} cells`,
    states.of > 0 && `${states.done} of ${states.of} states`,
    secondsLeft !== null && `${clock(secondsLeft)} left`,
  ].filter(Boolean).join(", ");
  const now = cell === "" ? "" : text === "" ? cell : `${cell}: ${text}`;
  return [counted, now].filter(Boolean).join(", ");
}
