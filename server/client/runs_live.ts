/** Holds the line to the server over which it tells what changed of the runs. It comes back by itself. */
import type { RunsMessage } from "../runs_feed.ts";
import { address } from "./address.ts";

export interface LiveHooks {
  /** version of the listing that the page has */
  version(): number;
  message(message: RunsMessage): void;
  connected(yes: boolean): void;
}

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5_000;

export function followRuns(hooks: LiveHooks): void {
  let wait = FIRST_WAIT_MS;
  function open(): void {
    const url = new URL(address("/runs/live"), location.href);
    url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    url.searchParams.set("version", String(hooks.version()));
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
