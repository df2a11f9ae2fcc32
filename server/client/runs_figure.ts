/** The overlay of the compared runs, made of their rows and lines. Pure. */
import type { OverlayFigure, OverlayRun } from "../../lib/charts/overlay.ts";
import type { RunRow } from "../../lib/store/store.ts";
import type { Points, RunLine } from "../lines_codec.ts";
import { seedGroups } from "./runs_groups.ts";

/** How the figure is to be seen. */
export type FigureLook = Omit<OverlayFigure, "runs">;

/**
 * The whole of a curve with a part of it in more detail: what lies beside the part stays coarse, so that the picture
 * has no end when it is moved.
 * @example
 * ```ts
 * const coarse = { x: Float64Array.of(0, 4, 8), y: Float64Array.of(3, 2, 1) };
 * const fine = { x: Float64Array.of(3, 4, 5), y: Float64Array.of(2.2, 2, 1.7) };
 * const { x } = refined(coarse, fine); // 0, 3, 4, 5, 8
 * ```
 */
export function refined(coarse: Points, fine: Points | null): Points {
  if (fine === null || fine.x.length === 0) return coarse;
  const first = fine.x[0], last = fine.x.at(-1)!;
  const before = coarse.x.findIndex((x) => x >= first), after = coarse.x.findIndex((x) => x > last);
  const head = before < 0 ? coarse.x.length : before, tail = after < 0 ? coarse.x.length : after;
  const joined = (a: Float64Array, b: Float64Array) => {
    const all = new Float64Array(head + b.length + a.length - tail);
    all.set(a.subarray(0, head));
    all.set(b, head);
    all.set(a.subarray(tail), head + b.length);
    return all;
  };
  return { x: joined(coarse.x, fine.x), y: joined(coarse.y, fine.y) };
}

/** The figure of the runs that have a curve on this axis. `fine`: the same lines within the range that is shown. */
export function runsFigure(
  rows: readonly RunRow[],
  lines: ReadonlyMap<string, RunLine>,
  fine: ReadonlyMap<string, RunLine>,
  look: FigureLook,
): OverlayFigure {
  const groups = look.bands ? seedGroups(rows) : null;
  const runs = rows.flatMap((row): OverlayRun[] => {
    const line = lines.get(row.id);
    if (line === undefined || line.curve === null) return [];
    const detail = fine.get(row.id);
    const raw = line.raw && refined(line.raw, detail?.raw ?? null);
    return [{
      id: row.id,
      name: row.name,
      kind: row.kind,
      ...refined(line.curve, detail?.curve ?? null),
      ...(raw ? { raw } : {}),
      stop: line.stop,
      diverged: row.state === "diverged" || line.last === null && row.state !== "running",
      group: groups?.get(row.id) ?? null,
    }];
  });
  return { ...look, runs };
}
