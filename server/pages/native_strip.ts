/** The strip under the bar that offers the native engine, and shows its installation. Drawn by server and client. */
import type { NativeState } from "../native_state.ts";
import { html, type Markup } from "./markup.ts";

const install = (words: string) => html`<button type="button" data-native="install">${words}</button>`;
const dismiss = (words: string) =>
  html`<button type="button" class="bare" data-native="dismiss">${words}</button>`;

const DOING = {
  starting: "Starting",
  downloading: "Downloading",
  unpacking: "Unpacking",
  measuring: "Measuring the engines",
} as const;

/** What the strip says and which buttons it has; null when there is nothing to show. */
export function stripContent(native: NativeState): Markup | null {
  switch (native.state) {
    case "none":
      return null;
    case "offered":
      return html`<p>The native engine trains small networks about ${native.times}× faster. On it a notebook can do whatever you can.</p>${
        install(`Install ${native.megabytes} MB`)
      }${dismiss("Not now")}`;
    case "installing": {
      const words = DOING[native.doing] + (native.of > 0 ? ` ${native.megabytes} of ${native.of} MB` : "");
      return html`<p class="num"><span class="state running">Installing</span> ${words}</p>`;
    }
    case "failed":
      return html`<p><span class="state error">Not installed</span> ${native.why}</p>${install("Try again")}${
        dismiss("Close")
      }`;
    case "installed":
      return html`<p>${
        native.taken
          ? `Installed. Kernels now start on ${native.engine}; one that runs takes it when you restart it.`
          : `Installed. Kernels still start on ${native.engine}: ${native.why}.`
      }</p>${dismiss("Close")}`;
  }
}

/** The strip, hidden while there is nothing to show. */
export function nativeStrip(native: NativeState): Markup {
  const content = stripContent(native);
  return content === null
    ? html`<aside class="strip" id="native" aria-label="Native engine" hidden></aside>`
    : html`<aside class="strip" id="native" aria-label="Native engine">${content}</aside>`;
}
