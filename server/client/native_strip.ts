/** Keeps the strip of the native engine up to date, in all pages of a server, and does what its buttons say. */
import type { NativeState } from "../native_state.ts";
import { stripContent } from "../pages/native_strip.ts";
import { address } from "./address.ts";
import { announce } from "./announce.ts";

/** How long until the state is asked for again; an offer may be taken in another page. Others do not change by themselves. */
const WAIT_MS: Partial<Record<NativeState["state"], number>> = { offered: 3_000, installing: 400 };
const LOST_MS = 5_000;

const WORDS: Partial<Record<NativeState["state"], string>> = {
  installed: "native engine installed",
  failed: "native engine not installed",
};

async function ask(what?: "install" | "dismiss"): Promise<NativeState> {
  const response = await fetch(
    address("/native"),
    what === undefined ? {} : {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ do: what }),
    },
  );
  if (!response.ok) throw new Error(await response.text());
  return await response.json();
}

/** Begins to follow the state; the strip is the server's. */
export function followNative(strip: HTMLElement): void {
  let shown: string | undefined, state: NativeState["state"] | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function draw(native: NativeState): void {
    const text = stripContent(native)?.text ?? "";
    if (state !== undefined && state !== native.state && WORDS[native.state]) announce(WORDS[native.state]!);
    state = native.state;
    if (text === shown) return;
    shown = text;
    const focused = strip.contains(document.activeElement);
    strip.innerHTML = text;
    strip.hidden = text === "";
    if (focused) strip.querySelector("button")?.focus();
  }

  async function update(what?: "install" | "dismiss"): Promise<void> {
    clearTimeout(timer);
    let wait: number | undefined = LOST_MS;
    try {
      const native = await ask(what);
      draw(native);
      wait = WAIT_MS[native.state];
    } catch {
      if (state === undefined) return; // nothing was shown, and the page says by itself that the server is gone
    }
    clearTimeout(timer);
    if (wait !== undefined) timer = setTimeout(() => document.hidden || update(), wait);
  }

  strip.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLButtonElement>("[data-native]");
    if (button === null) return;
    button.disabled = true;
    update(button.dataset.native as "install" | "dismiss");
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && state !== undefined && WAIT_MS[state] !== undefined) update();
  });
  update();
}
