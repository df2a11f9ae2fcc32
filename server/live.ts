/** Joins a socket to a session. Frames are the codec's; the session judges what they say. */
import { z } from "zod";
import type { Client, Session } from "../lib/notebook/session.ts";
import { MAX_BODY, MAX_SOCKETS } from "./limits.ts";
import { line } from "./routes/route.ts";
import type { Share } from "./shares.ts";
import { type SocketFeed, socketFeed } from "./socket_feed.ts";
import type { Viewers } from "./viewers.ts";

/** What a page that comes back says it has; anything else is as if it came for the first time. */
const Since = z.object({ id: z.coerce.number().int().nonnegative(), epoch: z.string().min(1).max(100) });

/** Codes of RFC 6455 for a frame that is of the wrong kind, and for one that is too large. */
const WRONG_KIND = 1003;
const TOO_LARGE = 1009;
/** Frames of one page that the session may refuse before the page is hung up on. */
const REFUSALS = 100;

let sockets = 0;

/** Who joins: the owner; or a viewer, by links that stay open. */
export type Joining = { readonly role: "owner" } | {
  readonly role: "viewer";
  readonly shares: readonly Share[];
  readonly viewers: Viewers;
};

/** Upgrades the request and attaches its socket to the session until it closes. */
export function joinSession(request: Request, session: Session, who: Joining): Response {
  const isFull = who.role === "viewer" ? who.viewers.isFull(who.shares) : sockets >= MAX_SOCKETS;
  if (isFull) return line(503, "too many pages are open: close one, or come back later");
  const query = new URL(request.url).searchParams;
  const since = Since.safeParse({ id: query.get("since"), epoch: query.get("epoch") ?? "" });
  const { socket, response } = Deno.upgradeWebSocket(request, { idleTimeout: 30 });
  socket.binaryType = "arraybuffer";
  if (who.role === "viewer") who.viewers.follow(socket, who.shares);
  else sockets++;
  const client: Client = {
    role: who.role,
    ...(who.role === "viewer" ? socketFeed(socket) : ownersFeed(socket)),
    ...(since.success ? { since: since.data } : {}),
  };
  let detach = () => {};
  let refusals = 0;
  socket.onopen = () => detach = session.attach(client);
  socket.onmessage = ({ data }) => {
    if (!(data instanceof ArrayBuffer)) return socket.close(WRONG_KIND, "binary frames only");
    if (data.byteLength > MAX_BODY) return socket.close(TOO_LARGE, "1 MB at most");
    const answer = session.receive(client, new Uint8Array(data));
    if (!answer.ok && ++refusals > REFUSALS) socket.close(WRONG_KIND, answer.why.slice(0, 100));
  };
  socket.onclose = () => {
    if (who.role === "owner") sockets--;
    detach();
  };
  return response;
}

/** Pages of an owner are few: theirs is sent at once, whole. */
const ownersFeed = (socket: WebSocket): SocketFeed => ({
  send(frame) {
    if (socket.readyState === WebSocket.OPEN) socket.send(frame as Uint8Array<ArrayBuffer>);
  },
  buffered: () => socket.bufferedAmount,
});
