/** The dialog in which an owner shares what a page shows: links for viewers, which are listed and revoked here. */
import { leftText } from "../expiry.ts";
import type { Share } from "../shares.ts";
import type { Scope } from "../shares_file.ts";
import { ago } from "../pages/words.ts";
import { address } from "./address.ts";
import { announce } from "./announce.ts";
import { element } from "./element.ts";

/** What is shared. */
export interface Shareable {
  readonly scope: Scope;
  /** as people call it */
  readonly name: string;
  /** further ways to give it away, below the links; default none */
  readonly more?: Node;
}

/** A link as the server lists it. */
type Listed = Share & { readonly address: string };

const EXPIRIES = [["1 hour", 3600], ["1 day", 86_400], ["7 days", 604_800], ["30 days", 2_592_000], [
  "1 year",
  31_536_000,
]] as const;
const CHOSEN = "7 days";
const COPIED_MS = 2000;

/** What the server answers; an error is its one line. */
async function ask<T>(path: string, body?: unknown): Promise<T> {
  const answer = await fetch(
    address(path),
    body === undefined ? {} : {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    },
  ).catch(() => null);
  if (answer === null) throw new Error("No connection to the server.");
  if (!answer.ok) throw new Error((await answer.text()).trim());
  return await answer.json();
}

const nameOf = ({ scope }: Listed): string => "run" in scope ? `run ${scope.run}` : scope.notebook;
const same = (a: Scope, b: Scope): boolean => JSON.stringify(a) === JSON.stringify(b);

/** The address of a link that was made, to be copied: it is shown this once. */
function madeLink(path: string): HTMLElement {
  const text = new URL(address(path), location.href).href;
  const box = element("input", { type: "text", readonly: true, value: text, "aria-label": "Link" });
  const copy = element("button", { type: "button" }, "Copy link");
  copy.addEventListener("click", async () => {
    box.select();
    try {
      await navigator.clipboard.writeText(text);
      copy.textContent = "Copied";
      setTimeout(() => copy.textContent = "Copy link", COPIED_MS);
    } catch {
      copy.textContent = "Selected: copy it by hand"; // no clipboard
    }
  });
  return element("p", { class: "made" }, box, copy);
}

/** Opens the dialog. */
export function shareView(what: Shareable, dialog: HTMLDialogElement): void {
  const expiry = element(
    "select",
    { "aria-label": "The link expires after" },
    ...EXPIRIES.map(([words, seconds]) =>
      element("option", { value: seconds, selected: words === CHOSEN }, words)
    ),
  );
  const make = element("button", {}, "Make a link"), made = element("div", { "aria-live": "polite" });
  const form = element("form", { class: "acts" }, element("label", {}, "Open for ", expiry), make);
  const list = element("div", { class: "links" }), fault = element("p", { class: "fault", role: "status" });
  const close = element("button", { type: "button" }, "Close");

  /** Does what a button says; what is wrong is said under it. */
  async function act(pressed: HTMLButtonElement | null, work: () => Promise<void>): Promise<void> {
    fault.textContent = "";
    if (pressed) pressed.disabled = true;
    await work().catch((error: Error) => fault.textContent = error.message);
    if (pressed) pressed.disabled = false;
  }

  function draw(shares: readonly Listed[]): void {
    const ordered = [
      ...shares.filter((each) => same(each.scope, what.scope)),
      ...shares.filter((each) => !same(each.scope, what.scope)),
    ];
    list.replaceChildren(...(ordered.length === 0 ? [] : [linksTable(ordered, revoke)]));
  }

  const read = () => ask<{ shares: Listed[] }>("/shares").then(({ shares }) => draw(shares));
  const revoke = (id: string, pressed: HTMLButtonElement) =>
    act(pressed, async () => {
      draw((await ask<{ shares: Listed[] }>("/shares/revoke", { id })).shares);
      announce("link revoked");
      close.focus();
    });

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    act(make, async () => {
      const asked = { scope: what.scope, seconds: Number(expiry.value) };
      const { path } = await ask<{ path: string }>("/shares", asked);
      made.replaceChildren(madeLink(path));
      await read();
    });
  });
  close.addEventListener("click", () => dialog.close());
  dialog.replaceChildren(
    element("h2", {}, `Share ${what.name}`),
    element(
      "p",
      {},
      "Who has a link sees this as it is and as it changes, and moves what the page itself computes. They start nothing, and see nothing else.",
    ),
    form,
    made,
    fault,
    list,
    ...(what.more ? [what.more] : []),
    element("div", { class: "acts" }, close),
  );
  dialog.showModal();
  act(null, read);
}

function linksTable(shares: readonly Listed[], revoke: (id: string, pressed: HTMLButtonElement) => void) {
  const now = Date.now();
  const rows = shares.map((share) => {
    const button = element(
      "button",
      { type: "button", class: "bare", "aria-label": `Revoke ${share.id}` },
      "Revoke",
    );
    button.addEventListener("click", () => revoke(share.id, button));
    return element(
      "tr",
      {},
      element("td", { class: "mono" }, nameOf(share)),
      element("td", { class: "mono" }, share.id),
      element("td", {}, ago(share.created, now)),
      element("td", {}, leftText(share.until - now)),
      element("td", {}, button),
    );
  });
  const heads = ["shows", "link", "made", "expires in"].map((words) =>
    element("th", { scope: "col" }, words)
  );
  return element(
    "table",
    {},
    element("thead", {}, element("tr", {}, ...heads, element("td"))),
    element("tbody", {}, ...rows),
  );
}
