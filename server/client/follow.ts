/** Holds the line to the server over which it tells what changed. It comes back by itself. */
import { address } from "./address.ts";

export interface LiveHooks<Message> {
  /** of what the page has; default: it has nothing */
  version?(): number;
  message(message: Message): void;
  connected(yes: boolean): void;
}

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5_000;

/** @param path of the socket, as `/runs/live` */
export function follow<Message>(path: string, hooks: LiveHooks<Message>): void {
  let wait = FIRST_WAIT_MS;
  function open(): void {
    const url = new URL(address(path), location.href);
    url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    if (hooks.version) url.searchParams.set("version", String(hooks.version()));
    const socket = new WebSocket(url);
    socket.onopen = () => {
      wait = FIRST_WAIT_MS;
      hooks.connected(true);
    };
    socket.onmessage = ({ data }) => hooks.message(JSON.parse(data));
    socket.onclose = () => {
      hooks.connected(false);
      setTimeout(open, wait * (0.75 + Math.random() / 2));
      wait = Math.min(LONGEST_WAIT_MS, wait * 2);
    };
  }
  open();
}
