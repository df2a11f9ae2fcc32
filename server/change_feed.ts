/** Tells pages what has changed, a few times a second at most. Nothing is looked at while nobody listens. */
import { MAX_SOCKETS } from "./limits.ts";
import { line } from "./routes/route.ts";

/** One who is no owner: how many of them may come in is not the feed's to say. */
export interface FeedViewer {
  /** whether no more may come in */
  isFull(): boolean;
  /** told of the socket before anything is sent */
  entered(socket: WebSocket): void;
}

export interface FeedOptions<State, Who> {
  /** how things stand; the same object as long as nothing has changed */
  now(): Promise<State>;
  /** whether a page that asks has this state already */
  has(request: Request, now: State): boolean;
  /**
   * what a page is told, which becomes JSON
   * @param before what it has; null: nothing
   * @returns null: nothing
   */
  message(before: State | null, now: State, who: Who): unknown;
  /** between two looks; one that takes long is followed by a longer pause. Default 300 */
  readonly everyMs?: number;
}

export interface ChangeFeed<Who> {
  /**
   * upgrades the request
   * @param viewer default: the owner
   */
  join(request: Request, who: Who, viewer?: FeedViewer): Promise<Response>;
  /** hangs up on every page */
  close(): void;
}

/** How often it is looked while a page listens. */
const EVERY_MS = 300;
/** A pause is at least so many times as long as the look before it. */
const PAUSE = 4;
/** Bytes that may wait for one page: one that is slower is told later, all changes at once. */
const MOST_WAITING = 1_000_000;
/** Code of RFC 6455 for a server that cannot go on. */
const FAILED = 1011;

/**
 * One look serves all pages.
 * @example
 * ```ts ignore
 * const feed = createChangeFeed({ now, has: () => false, message: (_, now) => now });
 * ```
 */
export function createChangeFeed<State, Who>(
  { now, has, message, everyMs = EVERY_MS }: FeedOptions<State, Who>,
): ChangeFeed<Who> {
  const told = new Map<WebSocket, { readonly state: State; readonly who: Who; readonly isOwner: boolean }>();
  let owners = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function tell(socket: WebSocket, before: State | null, state: State): void {
    const { who, isOwner } = told.get(socket)!, said = message(before, state, who);
    told.set(socket, { state, who, isOwner });
    if (said !== null && socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(said));
  }

  /** The next is planned when it is done. */
  async function look(): Promise<void> {
    const began = performance.now();
    try {
      const state = await now();
      for (const [socket, { state: before }] of told) {
        if (before !== state && socket.bufferedAmount <= MOST_WAITING) tell(socket, before, state);
      }
    } catch (error) {
      const why = (error as Error).message, short = new TextEncoder().encode(why).length <= 123;
      for (const [socket, { isOwner }] of told) socket.close(FAILED, short && isOwner ? why : "");
    }
    const pause = Math.max(everyMs, PAUSE * (performance.now() - began));
    timer = told.size > 0 ? setTimeout(look, pause) : undefined;
  }

  return {
    async join(request, who, viewer) {
      const state = await now(), isOwner = viewer === undefined;
      // asked when nothing more is waited for: those that come at once are counted one after another
      if (isOwner && owners >= MAX_SOCKETS) return line(503, `too many pages: ${MAX_SOCKETS} at most`);
      if (viewer?.isFull()) return line(503, "too many pages are open: come back later");
      const { socket, response } = Deno.upgradeWebSocket(request, { idleTimeout: 30 });
      if (isOwner) owners++;
      else viewer.entered(socket);
      socket.onopen = () => {
        told.set(socket, { state, who, isOwner });
        if (!has(request, state)) tell(socket, null, state);
        timer ??= setTimeout(look, everyMs);
      };
      socket.onclose = () => {
        told.delete(socket);
        if (isOwner) owners--;
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
