/** The finding of an open notebook as text, where its cell runs on the server: what a link to it is announced with. */
import { decode } from "../lib/notebook/codec.ts";
import { printed } from "../lib/notebook/print.ts";
import type { Session } from "../lib/notebook/session.ts";
import type { ToPage } from "../lib/notebook/wire.ts";

/** What the cell named "finding" shows last, in one line; null where the server does not know it. */
export function findingText(session: Pick<Session, "attach">): string | null {
  const told: ToPage[] = [];
  const send = (frame: Uint8Array) => void told.push(decode(frame) as ToPage);
  session.attach({ role: "viewer", send, buffered: () => 0 })(); // the first messages are sent at once
  const cells = told.flatMap((each) => each.t === "cells" ? each.notebook.cells : []);
  const finding = cells.find(({ name, place }) => name === "finding" && place === "server");
  const events = told.flatMap((each) => each.t === "batch" ? each.events : []);
  const shown = events.findLast((event) => event.t === "show" && event.cell === finding?.key);
  if (shown?.t !== "show") return null;
  const text = (decode(shown.values) as unknown[]).map((value) => printed(value)).join(" ");
  return text.replace(/\s+/g, " ").trim() || null;
}
