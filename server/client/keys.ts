/** The keys of the notebook page. They are off while the reader types, and with a modifier held. */
import { element } from "./element.ts";

export interface Key {
  readonly key: string;
  readonly does: string;
  /** it acts when it is pressed twice within a second */
  readonly twice?: boolean;
  press(): void;
}

const TWICE_MS = 1000;
const TYPING = "input:not([type=range], [type=checkbox], [type=radio]), select, textarea, [contenteditable]";

/** Listens for the keys; `?` and the button list them in the dialog. While a dialog is open only its own key, `data-key`, acts. */
export function listenKeys(keys: readonly Key[], dialog: HTMLDialogElement, button: HTMLElement): void {
  const rows = [...keys, { key: "?", does: "list the keys" }].map((
    { key, does, twice }: Omit<Key, "press">,
  ) =>
    element(
      "div",
      {},
      element("dt", {}, element("kbd", {}, twice ? `${key} ${key}` : key)),
      element("dd", {}, does),
    )
  );
  const close = element("button", { type: "button" }, "Close");
  close.addEventListener("click", () => dialog.close());
  dialog.replaceChildren(element("h2", {}, "Keys"), element("dl", {}, ...rows), close);
  let before = { key: "", at: -Infinity };
  button.addEventListener("click", () => dialog.showModal());
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target instanceof Element && event.target.closest(TYPING)) return;
    if (event.key === "?") {
      event.preventDefault();
      if (dialog.open) dialog.close();
      else if (document.querySelector("dialog[open]") === null) dialog.showModal();
      return;
    }
    const found = keys.find((each) => each.key === event.key);
    const open = document.querySelector<HTMLElement>("dialog[open]");
    if (found === undefined || open && open.dataset.key !== event.key) return;
    event.preventDefault();
    const again = before.key === event.key && event.timeStamp - before.at < TWICE_MS;
    before = { key: event.key, at: again ? -Infinity : event.timeStamp };
    if (again || !found.twice) found.press();
  });
}
