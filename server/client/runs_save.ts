/** Saves the overlay as a file: picture or numbers. */
import type { OverlayView } from "./overlay_view.ts";
import { saveFile } from "./save_file.ts";

const KINDS = {
  svg: (view: OverlayView) => new Blob([view.svg()], { type: "image/svg+xml" }),
  png: (view: OverlayView) => view.png(),
  csv: (view: OverlayView) => new Blob([view.csv()], { type: "text/csv" }),
} as const;

export type SaveKind = keyof typeof KINDS;

/** @param name of the file, without its ending */
export async function saveOverlay(view: OverlayView, kind: SaveKind, name: string): Promise<void> {
  saveFile(await KINDS[kind](view), `${name || "runs"}.${kind}`);
}
