/** The graph of the notebook's cells in a dialog, drawn by the server from the file as it is saved. */
import { element } from "./element.ts";

/** The button opens the graph; so does what is returned, which closes it when it is open. */
export function graphView(file: string, dialog: HTMLDialogElement, button: HTMLElement): () => void {
  const address = `/notebooks/${encodeURIComponent(file)}/graph.svg`;
  const picture = element("img", { alt: `What the cells of ${file} read of each other` });
  const fault = element("p", { hidden: true }, "The graph cannot be drawn: the server does not answer.");
  const close = element("button", { type: "button" }, "Close");
  const alone = element("a", { href: address, target: "_blank" }, "Open by itself");
  dialog.append(
    element("div", { class: "picture", tabindex: 0 }, picture, fault),
    element("div", { class: "acts" }, close, alone),
  );
  const drawn = (is: boolean) => {
    picture.hidden = !is;
    fault.hidden = is;
  };
  picture.addEventListener("load", () => drawn(true));
  picture.addEventListener("error", () => drawn(false));
  close.addEventListener("click", () => dialog.close());
  const toggle = () => {
    if (dialog.open) return dialog.close();
    picture.src = `${address}?${Date.now()}`; // it may have been saved since it was looked at
    dialog.showModal();
  };
  button.addEventListener("click", toggle);
  return toggle;
}
