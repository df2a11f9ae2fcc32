/** What the byline says of the kernel: its engine and why, its trust, or why it is gone. */
import type { Event } from "../../lib/notebook/wire.ts";
import { element } from "./element.ts";

type KernelEvent = Event & { t: "kernel" };

/** The engine whose code no permission holds. */
const NATIVE = "tensorflow";

export function engineText(engine: NonNullable<KernelEvent["engine"]>): string {
  const device = engine.device === "" ? "" : ` on ${engine.device}`;
  return `${engine.name} ${engine.version}${device}${engine.why === "" ? "" : `: ${engine.why}`}`;
}

/** Writes the words into the place that the page has for them. */
export function kernelWords(place: HTMLElement, event: KernelEvent): void {
  const next = place.nextElementSibling;
  if (next?.matches(".trust")) next.remove();
  if (event.state === "ended" || event.state === "stopped") {
    const why = event.why === undefined ? "" : `: ${event.why}`;
    const word = event.state === "ended" ? "kernel ended" : "kernel stopped";
    place.replaceChildren(element("span", { class: "state error" }, `${word}${why}`));
    return;
  }
  if (event.state === "starting") {
    place.textContent = "kernel starting";
    return;
  }
  place.textContent = event.engine === undefined ? "kernel ready" : engineText(event.engine);
  if (event.engine?.name !== NATIVE) return;
  place.after(element(
    "span",
    { class: "trust" },
    "On the native engine this notebook can do whatever you can: read, write and send.",
  ));
}
