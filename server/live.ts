/** Joins a socket to a session. Frames are the codec's; the session judges what they say. */
import { z } from "zod";
import { decode } from "../lib/notebook/codec.ts";
import type { Session } from "../lib/notebook/session.ts";
import { MAX_BODY, MAX_SOCKETS } from "./limits.ts";
import { line } from "./routes/route.ts";

const Message = z.discriminatedUnion("t", [
  z.strictObject({ t: z.literal("set"), name: z.string().max(200), value: z.unknown() }),
  z.strictObject({ t: z.literal("run"), cells: z.array(z.string().max(200)).max(10_000).optional() }),
  z.strictObject({ t: z.literal("interrupt") }),
  z.strictObject({ t: z.literal("restart") }),
]);

const Query = z.object({
  since: z.coerce.number().int().nonnegative().catch(0),
  epoch: z.string().max(100).catch(""),
});

/** Codes of RFC 6455 for a frame that is not understood, and for one that is too large. */
const UNREADABLE = 1007;
const TOO_LARGE = 1009;

let sockets = 0;

/** What a frame says, or null when it is none of ours. */
export function readMessage(data: unknown): z.infer<typeof Message> | null {
  if (!(data instanceof ArrayBuffer)) return null;
  try {
    return Message.parse(decode(new Uint8Array(data)));
  } catch {
    return null;
  }
}

/** Upgrades the request and attaches its socket to the session as the owner, until it closes. */
export function joinSession(request: Request, session: Session): Response {
  if (sockets >= MAX_SOCKETS) return line(503, `too many pages: ${MAX_SOCKETS} at most`);
  const { socket, response } = Deno.upgradeWebSocket(request, { idleTimeout: 30 });
  socket.binaryType = "arraybuffer";
  const query = Query.parse(Object.fromEntries(new URL(request.url).searchParams));
  sockets++;
  const client = {
    role: "owner" as const,
    send: (frame: Uint8Array<ArrayBuffer>) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(frame);
    },
    buffered: () => socket.bufferedAmount,
  };
  let detach = () => {};
  socket.onopen = () => detach = session.attach(client, query);
  socket.onmessage = (event) => {
    if (event.data instanceof ArrayBuffer && event.data.byteLength > MAX_BODY) {
      return socket.close(TOO_LARGE, "frame too large: 1 MB at most");
    }
    const message = readMessage(event.data);
    if (message === null) return socket.close(UNREADABLE, "unknown message");
    session.receive(client, message);
  };
  socket.onclose = () => {
    sockets--;
    detach();
  };
  return response;
}
