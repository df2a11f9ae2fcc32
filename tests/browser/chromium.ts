/** The browser that page tests and benches drive: the chromium on PATH. */
import { type Browser, chromium, type Page } from "playwright-core";

/** Where chromium is; undefined when it is not installed. */
export const chromiumPath: string | undefined = (() => {
  for (const folder of (Deno.env.get("PATH") ?? "").split(":")) {
    for (const name of ["chromium", "chromium-browser", "google-chrome"]) {
      try {
        if (Deno.statSync(`${folder}/${name}`).isFile) return `${folder}/${name}`;
      } catch {
        // not in this folder
      }
    }
  }
})();

const ARGUMENTS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export const openChromium = (): Promise<Browser> =>
  chromium.launch({ executablePath: chromiumPath, args: ARGUMENTS });

/** Everything that goes wrong in a page, as it happens: console errors, exceptions, requests to other hosts. */
export function faultsOf(page: Page, origin: string): string[] {
  const faults: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") faults.push(message.text());
  });
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.protocol !== "data:" && url.origin !== origin) faults.push(`request to ${url.origin}`);
  });
  return faults;
}

/** Registers a test that needs chromium; without one it is ignored, and its name says how to get it. */
export function chromiumTest(name: string, body: () => Promise<void>): void {
  const ignore = chromiumPath === undefined;
  Deno.test({
    name: ignore ? `${name} (no chromium: apt install chromium)` : name,
    ignore,
    // the browser's pipes outlive the last step of a test
    sanitizeOps: false,
    sanitizeResources: false,
    fn: body,
  });
}
