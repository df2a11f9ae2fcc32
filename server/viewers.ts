/** The sockets of viewers: each is hung up on as soon as one of the links that it came in by is no longer open. */
import { MAX_VIEWERS } from "./limits.ts";
import type { Share, Shares } from "./shares.ts";

export interface Viewers {
  /** whether nobody more may come in by any of these links */
  isFull(shares: readonly Share[]): boolean;
  /** counts a socket until it closes */
  follow(socket: WebSocket, shares: readonly Share[]): void;
  /** hangs up on those whose link is no longer open; done by itself twice a second while there are any */
  look(): void;
  /** hangs up on all */
  close(): void;
}

/** Between two looks at the links; another process may revoke one. */
const EVERY_MS = 500;
/** Code of RFC 6455 for one that may not stay. */
const NOT_ALLOWED = 1008;
/** Places that every link has as long as there are any. */
const LEAST = 50;

/**
 * How many viewers may come in by one link: half of the places that the viewers by other links leave, so that no link
 * takes them all, and at least 50.
 * @param others places that viewers by other links have
 * @example
 * ```ts
 * import { placesOf } from "./viewers.ts";
 * placesOf(0); // 1000 of the 2000
 * placesOf(1000); // 500
 * placesOf(1990); // 50: what there is goes to whoever comes
 * ```
 */
export const placesOf = (others: number): number => Math.max(LEAST, Math.floor((MAX_VIEWERS - others) / 2));

/**
 * @param everyMs between two looks. Default 500
 * @example
 * ```ts ignore
 * const viewers = createViewers(openShares(".plateau/shares.json"));
 * ```
 */
export function createViewers(shares: Pick<Shares, "isOpen">, everyMs = EVERY_MS): Viewers {
  const sockets = new Map<WebSocket, readonly Share[]>();
  /** sockets by each link */
  const taking = new Map<string, number>();
  let timer: ReturnType<typeof setInterval> | undefined;

  function look(): void {
    const ids = new Set([...sockets.values()].flatMap((each) => each.map(({ id }) => id)));
    const closed = new Set([...ids].filter((id) => !shares.isOpen(id)));
    if (closed.size === 0) return;
    for (const [socket, by] of sockets) {
      if (by.some(({ id }) => closed.has(id))) socket.close(NOT_ALLOWED, "the link is no longer open");
    }
  }

  /** Whether a link's share of the places is taken. */
  function isTaken(id: string): boolean {
    const taken = taking.get(id) ?? 0;
    return taken >= placesOf(sockets.size - taken);
  }

  function count(by: readonly Share[], more: 1 | -1): void {
    for (const { id } of by) {
      const taken = (taking.get(id) ?? 0) + more;
      if (taken === 0) taking.delete(id);
      else taking.set(id, taken);
    }
  }

  function left(socket: WebSocket): void {
    const by = sockets.get(socket);
    if (by === undefined) return; // all were hung up on
    count(by, -1);
    sockets.delete(socket);
    if (sockets.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  }

  return {
    isFull: (by) => sockets.size >= MAX_VIEWERS || by.every(({ id }) => isTaken(id)),
    follow(socket, by) {
      sockets.set(socket, by);
      count(by, 1);
      socket.addEventListener("close", () => left(socket));
      timer ??= setInterval(look, everyMs);
    },
    look,
    close() {
      clearInterval(timer);
      timer = undefined;
      for (const socket of sockets.keys()) socket.close();
      sockets.clear();
      taking.clear();
    },
  };
}
