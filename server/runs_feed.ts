/** Tells the pages of the runs what has changed in the store, by whichever process, a few times a second at most. */
import { z } from "zod";
import type { RunRow } from "../lib/store/store.ts";
import { MAX_SOCKETS } from "./limits.ts";
import { line } from "./routes/route.ts";
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
export interface RunsViewer {
  /** ids of the runs */
  readonly seen: ReadonlySet<string>;
  /** whether no more may come in */
  isFull(): boolean;
  /** told of the socket before anything is sent */
  entered(socket: WebSocket): void;
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

/** What a page has. */
interface Told {
  readonly listing: Listing;
  /** ids of the runs that it is told of; undefined: all */
  readonly seen?: ReadonlySet<string>;
}

/** How often the store is asked for its version while a page listens. */
const EVERY_MS = 300;
/** Bytes that may wait for one page: one that is slower is told later, all changes at once. */
const MOST_WAITING = 1_000_000;
/** Code of RFC 6455 for a server that cannot go on. */
const FAILED = 1011;

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
export function createRunsFeed(reader: () => Promise<RunReader>, everyMs = EVERY_MS): RunsFeed {
  const told = new Map<WebSocket, Told>();
  let owners = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function tell(socket: WebSocket, all: RunsMessage, listing: Listing): void {
    const { listing: before, seen } = told.get(socket)!, message = seenOf(all, seen);
    const nothing = message.t === "changed" && message.rows.length === 0 &&
      (seen ? message.gone.length === 0 : message.version === before.version);
    told.set(socket, { listing, seen });
    if (nothing) return;
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
  }

  /** One look serves all pages: most have the same listing. The next is planned when it is done. */
  async function look(): Promise<void> {
    try {
      const now = await (await reader()).listing();
      const changes = new Map<Listing, RunsMessage>();
      for (const [socket, { listing: before }] of told) {
        if (before === now || socket.bufferedAmount > MOST_WAITING) continue;
        if (!changes.has(before)) changes.set(before, changesOf(before, now));
        tell(socket, changes.get(before)!, now);
      }
    } catch (error) {
      const why = (error as Error).message, short = new TextEncoder().encode(why).length <= 123;
      for (const [socket, { seen }] of told) socket.close(FAILED, short && seen === undefined ? why : "");
    }
    timer = told.size > 0 ? setTimeout(look, everyMs) : undefined;
  }

  return {
    async join(request, viewer) {
      const has = Version.safeParse(new URL(request.url).searchParams.get("version") ?? "");
      const now = await (await reader()).listing();
      // asked when nothing more is waited for: those that come at once are counted one after another
      if (viewer === undefined && owners >= MAX_SOCKETS) {
        return line(503, `too many pages: ${MAX_SOCKETS} at most`);
      }
      if (viewer?.isFull()) return line(503, "too many pages are open: come back later");
      const { socket, response } = Deno.upgradeWebSocket(request, { idleTimeout: 30 });
      if (viewer === undefined) owners++;
      else viewer.entered(socket);
      socket.onopen = () => {
        told.set(socket, { listing: now, seen: viewer?.seen });
        if (has.data !== now.version) tell(socket, { t: "all", version: now.version, rows: now.rows }, now);
        timer ??= setTimeout(look, everyMs);
      };
      socket.onclose = () => {
        told.delete(socket);
        if (viewer === undefined) owners--;
      };
      return response;
    },
    close() {
      clearTimeout(timer);
      timer = undefined;
      for (const socket of told.keys()) socket.close();
      told.clear();
    },
  };
}
