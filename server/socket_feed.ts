/**
 * Feeds the sockets of viewers. What waits for one of them is held once for all, in pieces; a socket is given the next
 * when the one before has gone, so that slow ones and long frames take no memory of their own.
 */
import { framePieces } from "../lib/notebook/frame_pieces.ts";

export interface SocketFeed {
  send(frame: Uint8Array): void;
  /** bytes that wait to be sent */
  buffered(): number;
}

/** What is given to all sockets at once at most. */
const TURN_BYTES = 1e6;
/** When they are looked at again: soon after some took a piece, else when one may have. */
const SOON_MILLISECONDS = 1;
const LATER_MILLISECONDS = 4;

/** A socket, as far as it is fed. */
export type Fed = Pick<WebSocket, "readyState" | "bufferedAmount"> & {
  send(bytes: Uint8Array<ArrayBuffer>): void;
};

interface Waiting {
  readonly socket: Fed;
  readonly pieces: Uint8Array[];
  bytes: number;
}

/** Those for which pieces wait; who was given some is the last in line. */
const hungry = new Set<Waiting>();
/** Pieces of a frame, which many are sent. */
const cut = new WeakMap<Uint8Array, readonly Uint8Array[]>();
let timer: ReturnType<typeof setTimeout> | undefined;

/**
 * What sends frames to a socket, in order.
 * @example
 * ```ts ignore
 * const { send, buffered } = socketFeed(socket);
 * ```
 */
export function socketFeed(socket: Fed): SocketFeed {
  const waiting: Waiting = { socket, pieces: [], bytes: 0 };
  return {
    send(frame) {
      const pieces = cut.get(frame) ?? framePieces(frame);
      cut.set(frame, pieces);
      if (waiting.pieces.length === 0 && pieces.length === 1) return give(socket, frame);
      waiting.pieces.push(...pieces);
      for (const { length } of pieces) waiting.bytes += length;
      hungry.add(waiting);
      timer ??= setTimeout(turn, 0);
    },
    buffered: () => socket.bufferedAmount + waiting.bytes,
  };
}

/** Gives each socket that has none under way its next piece. */
function turn(): void {
  timer = undefined;
  let given = 0;
  for (const waiting of [...hungry]) {
    if (given >= TURN_BYTES) break;
    const { socket, pieces } = waiting;
    if (socket.readyState !== WebSocket.OPEN) pieces.length = waiting.bytes = 0;
    else if (socket.bufferedAmount === 0) {
      const piece = pieces.shift()!;
      waiting.bytes -= piece.length;
      given += piece.length;
      give(socket, piece);
    } else continue;
    hungry.delete(waiting);
    if (pieces.length > 0) hungry.add(waiting);
  }
  if (hungry.size > 0) timer = setTimeout(turn, given > 0 ? SOON_MILLISECONDS : LATER_MILLISECONDS);
}

function give(socket: Fed, bytes: Uint8Array): void {
  if (socket.readyState === WebSocket.OPEN) socket.send(bytes as Uint8Array<ArrayBuffer>);
}
