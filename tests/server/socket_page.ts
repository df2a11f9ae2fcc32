/** A page without a browser: its socket, and what it received. */
import assert from "node:assert/strict";
import { decode, encode } from "../../lib/notebook/codec.ts";
import type { Event, FromPage, ToPage } from "../../lib/notebook/wire.ts";

/** Opens the socket of a notebook; `headers` have cookie and origin. */
export async function socketPage(address: string, headers: Readonly<Record<string, string>>) {
  const socket = new WebSocket(address, { headers } as unknown as string[]);
  socket.binaryType = "arraybuffer";
  const received: ToPage[] = [];
  const closed = new Promise<number>((resolve) => socket.onclose = ({ code }) => resolve(code));
  socket.onmessage = ({ data }) => received.push(decode(new Uint8Array(data)) as ToPage);
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = () => reject(new Error("the socket was refused"));
  });
  const events = (): Event[] => received.flatMap((each) => each.t === "batch" ? each.events : []);
  /** Waits until there is what is looked for. */
  const until = async <T>(find: () => T | undefined): Promise<T> => {
    for (let round = 0; round < 800; round++) {
      const found = find();
      if (found !== undefined) return found;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    return assert.fail("what was waited for did not come");
  };
  const send = (message: FromPage) => socket.send(encode(message));
  return { socket, received, events, closed, until, send };
}

/** The last value that a page was sent of a name. */
export const lastValue = (events: readonly Event[], name: string) =>
  events.findLast((event) => event.t === "value" && event.name === name);
