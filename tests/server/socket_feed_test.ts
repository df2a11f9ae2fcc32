/** Sockets that are fed in pieces, with real ones on both sides. */
import assert from "node:assert/strict";
import { decode, encode } from "../../lib/notebook/codec.ts";
import { FrameJoiner } from "../../lib/notebook/frame_pieces.ts";
import { type SocketFeed, socketFeed } from "../../server/socket_feed.ts";

async function until(is: () => boolean) {
  for (const end = Date.now() + 20_000; !is();) {
    assert.ok(Date.now() < end, `not in time: ${is}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** A server that keeps a feed of every socket that opens. */
async function fed(act: (port: number, feeds: { socket: WebSocket; feed: SocketFeed }[]) => Promise<void>) {
  const feeds: { socket: WebSocket; feed: SocketFeed }[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    const { socket, response } = Deno.upgradeWebSocket(request);
    socket.onopen = () => feeds.push({ socket, feed: socketFeed(socket) });
    return response;
  });
  try {
    await act(server.addr.port, feeds);
  } finally {
    for (const { socket } of feeds) socket.close();
    await server.shutdown();
  }
}

/** A page that keeps the values of the frames that it is sent. */
function page(port: number) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/`), joiner = new FrameJoiner(), values: unknown[] = [];
  socket.binaryType = "arraybuffer";
  let largest = 0;
  socket.onmessage = ({ data }) => {
    largest = Math.max(largest, data.byteLength);
    const frame = joiner.take(new Uint8Array(data));
    if (frame !== undefined) values.push(decode(frame));
  };
  const closed = new Promise<void>((resolve) => socket.onclose = () => resolve());
  return { socket, values, largest: () => largest, closed };
}

Deno.test("long frames and short ones reach every page whole and in order, in no large message", () =>
  fed(async (port, feeds) => {
    const pages = Array.from({ length: 20 }, () => page(port));
    await until(() => feeds.length === pages.length);
    const values = [1, new Float64Array(40_000).fill(0.5), "short", new Float64Array(5000), 2, "end"];
    for (const frame of values.map((value) => encode(value))) for (const { feed } of feeds) feed.send(frame);
    await until(() => pages.every((page) => page.values.length === values.length));
    for (const page of pages) {
      assert.deepEqual(page.values, values);
      assert.ok(page.largest() < 20_000);
    }
    await until(() => feeds.every(({ feed }) => feed.buffered() === 0));
    for (const { socket, closed } of pages) {
      socket.close();
      await closed;
    }
  }));

Deno.test("for a page that reads nothing one piece waits in its socket, and when it goes nothing does", () =>
  fed(async (port, feeds) => {
    const stalled = await Deno.connect({ hostname: "127.0.0.1", port });
    const head =
      `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
      `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${btoa("0123456789abcdef")}\r\n\r\n`;
    await stalled.write(new TextEncoder().encode(head));
    await until(() => feeds.length === 1);
    const [{ socket, feed }] = feeds, quick = page(port);
    await until(() => feeds.length === 2);
    const frame = encode(new Float64Array(2_000_000)); // more than the system takes for a socket
    for (const each of feeds) each.feed.send(frame);
    await until(() => quick.values.length === 1); // who reads does not wait for who does not
    assert.ok(feed.buffered() > 1e6);
    assert.ok(socket.bufferedAmount < 20_000, `${socket.bufferedAmount} bytes`);
    stalled.close();
    await until(() => socket.readyState === WebSocket.CLOSED && feed.buffered() === socket.bufferedAmount);
    quick.socket.close();
    await quick.closed;
  }));
