/** The sockets of viewers: each is hung up on as soon as one of the links that it came in by is no longer open. */
import { MAX_VIEWERS } from "./limits.ts";
import type { Share, Shares } from "./shares.ts";

export interface Viewers {
  /** whether no more may come in */
  isFull(): boolean;
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

/**
 * @param everyMs between two looks. Default 500
 * @example
 * ```ts ignore
 * const viewers = createViewers(openShares(".plateau/shares.json"));
 * ```
 */
export function createViewers(shares: Pick<Shares, "isOpen">, everyMs = EVERY_MS): Viewers {
  const sockets = new Map<WebSocket, readonly Share[]>();
  let timer: ReturnType<typeof setInterval> | undefined;

  function look(): void {
    const ids = new Set([...sockets.values()].flatMap((each) => each.map(({ id }) => id)));
    const closed = new Set([...ids].filter((id) => !shares.isOpen(id)));
    if (closed.size === 0) return;
    for (const [socket, by] of sockets) {
      if (by.some(({ id }) => closed.has(id))) socket.close(NOT_ALLOWED, "the link is no longer open");
    }
  }

  function left(socket: WebSocket): void {
    sockets.delete(socket);
    if (sockets.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  }

  return {
    isFull: () => sockets.size >= MAX_VIEWERS,
    follow(socket, by) {
      sockets.set(socket, by);
      socket.addEventListener("close", () => left(socket));
      timer ??= setInterval(look, everyMs);
    },
    look,
    close() {
      clearInterval(timer);
      timer = undefined;
      for (const socket of sockets.keys()) socket.close();
      sockets.clear();
    },
  };
}
