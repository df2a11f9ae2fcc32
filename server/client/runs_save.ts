/** Saves the overlay as a file: picture or numbers. */
import type { OverlayView } from "./overlay_view.ts";

const KINDS = {
  svg: (view: OverlayView) => new Blob([view.svg()], { type: "image/svg+xml" }),
  png: (view: OverlayView) => view.png(),
  csv: (view: OverlayView) => new Blob([view.csv()], { type: "text/csv" }),
} as const;

export type SaveKind = keyof typeof KINDS;

/** @param name of the file, without its ending */
export async function saveOverlay(view: OverlayView, kind: SaveKind, name: string): Promise<void> {
  const address = URL.createObjectURL(await KINDS[kind](view));
  const link = document.createElement("a");
  link.href = address;
  link.download = `${name.replace(/[^\w.-]+/g, "-") || "runs"}.${kind}`;
  link.click();
  // the browser reads it after this turn
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
