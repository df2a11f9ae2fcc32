/** The socket to the server. It comes back by itself, and says what it had so that only the rest is sent. */
import { decode, encode } from "../../lib/notebook/codec.ts";
import { FrameJoiner } from "../../lib/notebook/frame_pieces.ts";
import type { FromPage, ToPage } from "../../lib/notebook/wire.ts";

export interface ConnectionHooks {
  /** messages arrive in order; the next waits until this one is done */
  message(message: ToPage): void | Promise<void>;
  /** signed out: the server does not know this browser, as when another project is served at its address */
  state(state: "connected" | "reconnecting" | "signed out"): void;
}

export interface Connection {
  /** false when there is no connection: then nothing was sent */
  send(message: FromPage): boolean;
}

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5_000;
/** A server that refuses this browser will hardly think otherwise soon, and a crowd may have had the same link. */
const REFUSED_WAIT_MS = 60_000;

/** @param address path of the socket, as `/notebooks/a.ts/live` */
export function connect(address: string, hooks: ConnectionHooks): Connection {
  let socket: WebSocket;
  let last = 0;
  let epoch = "";
  let wait = FIRST_WAIT_MS;
  let queue = Promise.resolve();

  async function receive(frame: Uint8Array): Promise<void> {
    const message = decode(frame) as ToPage;
    if (message.t === "hello") {
      epoch = message.epoch;
      wait = FIRST_WAIT_MS;
    }
    await hooks.message(message);
    if (message.t === "batch") last = message.id;
  }

  /** A socket that is refused does not say why; a request does. */
  async function askWhy(): Promise<void> {
    const answer = await fetch(location.pathname, { method: "HEAD" }).catch(() => null); // null: no server yet
    const { status } = answer ?? {}; // 403: a viewer whose link is closed, and who has another
    if ((status !== 401 && status !== 403) || socket.readyState === WebSocket.OPEN) return;
    hooks.state("signed out");
    openIn(REFUSED_WAIT_MS);
  }

  let timer: ReturnType<typeof setTimeout> | undefined;
  /** Not all pages at once. */
  function openIn(milliseconds: number): void {
    clearTimeout(timer);
    timer = setTimeout(open, milliseconds * (0.75 + Math.random() / 2));
  }

  function open(): void {
    const url = new URL(address, location.href);
    url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    url.searchParams.set("since", String(last));
    url.searchParams.set("epoch", epoch);
    socket = new WebSocket(url);
    socket.binaryType = "arraybuffer";
    const joiner = new FrameJoiner();
    socket.onmessage = (event) => {
      const frame = joiner.take(new Uint8Array(event.data));
      if (frame === undefined) return;
      queue = queue.then(() => receive(frame)).catch((error) => console.error(error));
    };
    let opened = false;
    socket.onopen = () => {
      opened = true;
      hooks.state("connected");
    };
    socket.onclose = () => {
      hooks.state("reconnecting");
      if (!opened) askWhy();
      openIn(wait);
      wait = Math.min(LONGEST_WAIT_MS, wait * 2);
    };
  }

  open();
  return {
    send(message) {
      if (socket.readyState !== WebSocket.OPEN) return false;
      socket.send(encode(message));
      return true;
    },
  };
}
