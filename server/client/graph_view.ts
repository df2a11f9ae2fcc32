/** The graph of the notebook's cells in a dialog, drawn by the server from the file as it is saved. */
import { address } from "./address.ts";
import { element } from "./element.ts";

/** The button opens the graph; so does what is returned, which closes it when it is open. */
export function graphView(file: string, dialog: HTMLDialogElement, button: HTMLElement): () => void {
  const drawn = address(`/notebooks/${encodeURIComponent(file)}/graph.svg`);
  const picture = element("img", { alt: `What the cells of ${file} read of each other` });
  const fault = element("p", { hidden: true }, "The graph cannot be drawn: the server does not answer.");
  const close = element("button", { type: "button" }, "Close");
  const alone = element("a", { href: drawn, target: "_blank" }, "Open by itself");
  dialog.append(
    element("div", { class: "picture", tabindex: 0 }, picture, fault),
    element("div", { class: "acts" }, close, alone),
  );
  const shown = (is: boolean) => {
    picture.hidden = !is;
    fault.hidden = is;
  };
  picture.addEventListener("load", () => shown(true));
  picture.addEventListener("error", () => shown(false));
  close.addEventListener("click", () => dialog.close());
  const toggle = () => {
    if (dialog.open) return dialog.close();
    picture.src = `${drawn}?${Date.now()}`; // it may have been saved since it was looked at
    dialog.showModal();
  };
  button.addEventListener("click", toggle);
  return toggle;
}
