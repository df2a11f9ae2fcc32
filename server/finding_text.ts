/** The finding of an open notebook as text, where its cell runs on the server: what a link to it is announced with. */
import { decode } from "../lib/notebook/codec.ts";
import { printed } from "../lib/notebook/print.ts";
import type { Session } from "../lib/notebook/session.ts";

/** What the cell named "finding" shows last, in one line; null where the server does not know it. */
export function findingText(session: Pick<Session, "page" | "shown">): string | null {
  const page = session.page(), cells = page?.t === "cells" ? page.notebook.cells : [];
  const finding = cells.find(({ name, place }) => name === "finding" && place === "server");
  const shown = finding && session.shown(finding.key);
  if (shown === undefined) return null;
  const text = (decode(shown.values) as unknown[]).map((value) => printed(value)).join(" ");
  return text.replace(/\s+/g, " ").trim() || null;
}
