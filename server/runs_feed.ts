/** Tells the pages of the runs what has changed in the store, by whichever process, a few times a second at most. */
import { z } from "zod";
import type { RunRow } from "../lib/store/store.ts";
import { createChangeFeed, type FeedViewer } from "./change_feed.ts";
import type { Listing, RunReader } from "./run_reader.ts";

/** What a page is told: every run, when it missed something; else those that changed. */
export type RunsMessage =
  | { readonly t: "all"; readonly version: number; readonly rows: readonly RunRow[] }
  | {
    readonly t: "changed";
    readonly version: number;
    readonly rows: readonly RunRow[];
    /** ids of runs that are there no more */
    readonly gone: readonly string[];
  };

/** One who is told of some runs only. */
export interface RunsViewer extends FeedViewer {
  /** ids of the runs */
  readonly seen: ReadonlySet<string>;
}

export interface RunsFeed {
  /**
   * upgrades the request; `?version=` says which listing the page has
   * @param viewer default: the owner, who is told of all
   */
  join(request: Request, viewer?: RunsViewer): Promise<Response>;
  /** hangs up on every page */
  close(): void;
}

const Version = z.coerce.number().int().nonnegative();

/** What a viewer is told of it. */
function seenOf(message: RunsMessage, seen: ReadonlySet<string> | undefined): RunsMessage {
  if (seen === undefined) return message;
  const rows = message.rows.filter(({ id }) => seen.has(id));
  return message.t === "all"
    ? { ...message, rows }
    : { ...message, rows, gone: message.gone.filter((id) => seen.has(id)) };
}

/** What of the runs is not as it was. */
export function changesOf(before: Listing, now: Listing): RunsMessage {
  const changed = (row: RunRow, was: RunRow | undefined) =>
    was?.version !== row.version || was.state !== row.state;
  const rows = now.rows.filter((row) => changed(row, before.byId.get(row.id)));
  const gone = before.rows.filter(({ id }) => !now.byId.has(id)).map(({ id }) => id);
  return { t: "changed", version: now.version, rows, gone };
}

/**
 * @param reader of the store that is followed
 * @param everyMs between two looks. Default 300
 * @example
 * ```ts ignore
 * const feed = createRunsFeed(() => reader);
 * ```
 */
export function createRunsFeed(reader: () => Promise<RunReader>, everyMs?: number): RunsFeed {
  /** by what a page has: most have the same, and what changed since is found once */
  let found: { readonly now: Listing; readonly since: Map<Listing, RunsMessage> } | undefined;
  const changes = (before: Listing, now: Listing): RunsMessage => {
    if (found?.now !== now) found = { now, since: new Map() };
    const known = found.since.get(before) ?? changesOf(before, now);
    found.since.set(before, known);
    return known;
  };
  const feed = createChangeFeed<Listing, ReadonlySet<string> | undefined>({
    now: async () => await (await reader()).listing(),
    has(request, { version }) {
      return Version.safeParse(new URL(request.url).searchParams.get("version") ?? "").data === version;
    },
    message(before, now, seen) {
      if (before === null) return seenOf({ t: "all", version: now.version, rows: now.rows }, seen);
      const message = seenOf(changes(before, now), seen);
      const nothing = message.t === "changed" && message.rows.length === 0 &&
        (seen ? message.gone.length === 0 : message.version === before.version);
      return nothing ? null : message;
    },
    everyMs,
  });
  return {
    join: (request, viewer) => feed.join(request, viewer?.seen, viewer),
    close: () => feed.close(),
  };
}
