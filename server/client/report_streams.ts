/** The streams of a recording as a reader can replay them: of a cell that streams its names, and of what follows from them. */
import { decode } from "../../lib/notebook/codec.ts";
import type { Packed } from "../../lib/notebook/tails.ts";
import type { PageCell } from "../../lib/notebook/wire.ts";
import { unpackFrame } from "../../lib/report/frames.ts";
import type { Frame, Recording } from "../../lib/report/recording.ts";

export interface ReportStream {
  /** the cell that streams */
  readonly cell: PageCell;
  /** names that move with it, its own first */
  readonly names: readonly string[];
  /** milliseconds since its first value at which something moves, ascending */
  readonly times: readonly number[];
  /** how many values there were, where not every one is kept */
  readonly of?: number;
  /** the values of all names at one of the times, by its place in `times` */
  at(place: number): ReadonlyMap<string, unknown>;
}

/**
 * One for each cell that waits for a stream and has more than one value of it. A name that was computed from two streams
 * moves with both.
 */
export function reportStreams({ notebook, events, streams, thinned = {} }: Pick<
  Recording,
  "notebook" | "events" | "streams" | "thinned"
>): ReportStream[] {
  const values = new Map(events.flatMap((event) => event.t === "value" ? [[event.name, event.value]] : []));
  const last = new Map<string, unknown>();
  const lastOf = (name: string) => {
    if (!last.has(name)) last.set(name, (decode(values.get(name)!) as Packed).value);
    return last.get(name);
  };
  return notebook.cells.filter(({ lives }) => lives.length > 0).flatMap((cell) => {
    const names = below(cell, notebook.cells).filter((name) => streams[name]?.length > 0 && values.has(name));
    const own = names.filter((name) => cell.defines.includes(name));
    const timed = own.length > 0 ? own : names;
    const times = [...new Set(timed.flatMap((name) => streams[name].map(({ at }) => at)))]
      .sort((a, b) => a - b);
    if (times.length < 2) return [];
    const at = (place: number) =>
      new Map(names.map((name) => {
        const frame = place === times.length - 1
          ? streams[name].at(-1)!
          : frameAt(streams[name], times[place]);
        return [name, unpackFrame(frame, lastOf(name))];
      }));
    const of = Math.max(0, ...timed.map((name) => thinned[name] ?? 0));
    return [{ cell, names, times, at, ...(of > times.length ? { of } : {}) }];
  });
}

/** What a cell defines, and what is computed from that. */
function below(cell: PageCell, cells: readonly PageCell[]): string[] {
  const names = new Set(cell.defines);
  let before: number;
  do {
    before = names.size;
    for (const { reads, defines } of cells) {
      if (reads.some((name) => names.has(name))) { for (const name of defines) names.add(name); }
    }
  } while (names.size > before);
  return [...names];
}

/** The last frame that was there; the first when none was yet. */
function frameAt(frames: readonly Frame[], time: number): Frame {
  return frames.findLast(({ at }) => at <= time) ?? frames[0];
}
