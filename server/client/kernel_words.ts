/** What the byline says of the kernel: its engine and why, its trust, or why it is gone. */
import { isNative } from "../../lib/engine/engine_choice.ts";
import type { Event } from "../../lib/notebook/wire.ts";
import { element } from "./element.ts";

type KernelEvent = Event & { t: "kernel" };

export function engineText(engine: NonNullable<KernelEvent["engine"]>): string {
  const device = engine.device === "" ? "" : ` on ${engine.device}`;
  return `${engine.name} ${engine.version}${device}${engine.why === "" ? "" : `: ${engine.why}`}`;
}

/** What a notebook may do on an engine that no permission holds; null on others. */
export const rightsText = (engine: string): string | null =>
  isNative(engine) ? `On ${engine} this notebook can do whatever you can: read, write and send.` : null;

/** Writes the words into the place that the page has for them. */
export function kernelWords(place: HTMLElement, event: KernelEvent): void {
  while (place.nextElementSibling?.matches(".trust")) place.nextElementSibling.remove();
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
  if (event.why !== undefined) place.append(" · ", element("span", { class: "state running" }, event.why));
  const trusted = (event.reads ?? []).map((path) => `May also read ${path}.`);
  const rights = rightsText(event.engine?.name ?? "");
  if (rights !== null) trusted.unshift(rights);
  if (event.note !== undefined) trusted.push(`${event.note[0].toUpperCase()}${event.note.slice(1)}.`);
  place.after(...trusted.map((text) => element("span", { class: "trust" }, text)));
}
