import type { Side } from "./notebook.ts";

export interface Marker {
  readonly title: string;
  readonly markdown: boolean;
  readonly hidden: boolean;
  readonly auto: boolean;
  readonly worker: boolean;
  readonly pin?: Side;
  /** what is wrong with the flags, in one line each */
  readonly faults: readonly string[];
}

/** What may stand in the square brackets of a marker. */
export const FLAGS = ["markdown", "server", "browser", "hidden", "auto", "worker"];

/**
 * Reads the text of a line comment as a cell marker, `%% title [flags]`; undefined when it is none. The flags may
 * stand before the title too, as other tools write them.
 *
 * @example
 * ```ts
 * import { marker } from "./parse_marker.ts";
 * marker(" %% learning curves [browser, hidden]")?.title; // "learning curves"
 * marker(" an ordinary comment"); // undefined
 * ```
 */
export function marker(comment: string): Marker | undefined {
  const match = /^ ?%%(?:\s+|(?=\[)|$)(?:\[([^\]]*)\])?\s*(.*?)\s*(?:\[([^\]]*)\])?\s*$/.exec(comment);
  if (!match) return undefined;
  const [, before = "", title, after = ""] = match;
  const flags = `${before} ${after}`.split(/[\s,]+/).filter(Boolean);
  const has = (flag: string) => flags.includes(flag);
  const faults = flags.filter((flag) => !FLAGS.includes(flag))
    .map((flag) => `unknown flag: ${flag} (has ${FLAGS.join(", ")})`);
  if (has("server") && has("browser")) {
    faults.push("invalid flags: server and browser (a cell runs on one side)");
  }
  if (has("worker") && has("browser")) {
    faults.push("invalid flags: worker and browser (a worker is a thread of the kernel)");
  }
  const [running] = ["worker", "server", "browser", "auto"].filter(has);
  if (has("markdown") && running) faults.push(`invalid flags: markdown and ${running} (prose does not run)`);
  const pin = has("server") || has("worker")
    ? "server" as const
    : has("browser")
    ? "browser" as const
    : undefined;
  const [markdown, hidden, auto, worker] = [has("markdown"), has("hidden"), has("auto"), has("worker")];
  return { title, markdown, hidden, auto, worker, pin, faults };
}
