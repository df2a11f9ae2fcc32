/** What is done to the compared runs: choose all that are shown, tag, delete. Deleting asks first. */
import type { RunRow } from "../../lib/store/store.ts";
import { count } from "../pages/words.ts";
import { address } from "./address.ts";
import { announce } from "./announce.ts";
import { element } from "./element.ts";
import { shareView } from "./share_view.ts";

export interface ActsHooks {
  chooseShown(): void;
  chooseNone(): void;
  /** after something was done: the list as the server has it now */
  listed(listing: { version: number; rows: RunRow[] }): void;
}

/** What the acts are about. */
export interface ActsOn {
  readonly compared: readonly RunRow[];
  /** runs that the filter finds */
  readonly shown: number;
  /** all that are shown are compared already */
  readonly all: boolean;
}

export interface Acts {
  show(on: ActsOn): void;
}

async function post(path: string, body: unknown, hooks: ActsHooks): Promise<string | null> {
  const answer = await fetch(address(path), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  }).catch(() => null);
  if (answer === null) return "no connection to the server";
  if (!answer.ok) return (await answer.text()).trim();
  hooks.listed(await answer.json());
  return null;
}

/** A question in the middle of the page; `act` answers null when it was done, else what is wrong. */
function askFirst(
  dialog: HTMLDialogElement,
  question: { title: string; about: readonly (Node | string)[]; verb: string; act(): Promise<string | null> },
): void {
  const fault = element("p", { class: "fault", role: "status" });
  const go = element("button", {}, question.verb), keep = element("button", { type: "button" }, "Cancel");
  keep.addEventListener("click", () => dialog.close());
  const form = element("form", {}, ...question.about, fault, element("div", { class: "does" }, keep, go));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    go.disabled = true;
    const wrong = await question.act();
    go.disabled = false;
    if (wrong === null) dialog.close();
    else fault.textContent = wrong;
  });
  dialog.setAttribute("aria-label", question.title);
  dialog.replaceChildren(element("h2", {}, question.title), form);
  dialog.showModal();
}

const namesOf = (rows: readonly RunRow[]): string =>
  rows.slice(0, 5).map(({ name }) => name).join(", ") +
  (rows.length > 5 ? ` and ${rows.length - 5} more` : "");

function askToDelete(dialog: HTMLDialogElement, rows: readonly RunRow[], hooks: ActsHooks): void {
  const runs = count(rows.length, "run"), ids = rows.map(({ id }) => id);
  askFirst(dialog, {
    title: `Delete ${runs}?`,
    about: [
      element("p", { class: "mono" }, namesOf(rows)),
      element(
        "p",
        {},
        "What was recorded of them is deleted for good. Logs that they came from, and files of checkpoints, stay.",
      ),
    ],
    verb: `Delete ${runs}`,
    async act() {
      const wrong = await post("/runs/delete", { ids }, hooks);
      if (wrong === null) announce(`${runs} deleted`);
      return wrong;
    },
  });
}

function askForTags(dialog: HTMLDialogElement, rows: readonly RunRow[], hooks: ActsHooks): void {
  const runs = count(rows.length, "run"), ids = rows.map(({ id }) => id);
  const shared = rows[0].tags.filter((tag) => rows.every(({ tags }) => tags.includes(tag)));
  const box = element("input", {
    type: "text",
    value: shared.join(", "),
    "aria-label": "Tags",
    spellcheck: "false",
  });
  askFirst(dialog, {
    title: `Tag ${runs}`,
    about: [
      element("p", {}, "Tags that all of them have, with commas between."),
      box,
    ],
    verb: `Tag ${runs}`,
    async act() {
      const tags = box.value.split(",").map((tag) => tag.trim()).filter((tag) => tag !== "");
      const remove = shared.filter((tag) => !tags.includes(tag));
      const wrong = await post("/runs/tag", { ids, add: tags, remove }, hooks);
      if (wrong === null) announce(`${runs} tagged`);
      return wrong;
    },
  });
}

/** Buttons in their place. */
export function runsActs(place: HTMLElement, dialog: HTMLDialogElement, hooks: ActsHooks): Acts {
  let on: ActsOn = { compared: [], shown: 0, all: false };
  const button = (words: string, press: () => void) => {
    const made = element("button", { type: "button", class: "bare" }, words);
    made.addEventListener("click", press);
    return made;
  };
  const all = button("Select all shown", () => hooks.chooseShown()),
    none = button("None", () => hooks.chooseNone());
  none.setAttribute("aria-label", "Compare no run");
  const tag = button("Tag", () => askForTags(dialog, on.compared, hooks));
  const remove = button("Delete", () => askToDelete(dialog, on.compared, hooks));
  const share = button("Share", () => {
    const [{ id, name }] = on.compared;
    shareView({ scope: { run: id }, name }, document.getElementById("share-with") as HTMLDialogElement);
  });
  place.replaceChildren(all, none, share, tag, remove);
  return {
    show(now) {
      on = now;
      all.hidden = now.all || now.shown === 0;
      share.hidden = now.compared.length !== 1;
      for (const each of [none, tag, remove]) each.hidden = now.compared.length === 0;
    },
  };
}
