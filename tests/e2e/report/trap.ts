/** Watches a page in which nothing foreign may run and nothing may be asked for. */
import type { BrowserContext, Page } from "playwright-core";

export interface Trap {
  /** everything that ran, was asked for, or opened; empty when the page is safe */
  readonly caught: string[];
}

/** Calls of `xss`, dialogs, new windows, and requests to other places than `allowed`. */
export async function trapIn(context: BrowserContext, page: Page, allowed: RegExp): Promise<Trap> {
  const caught: string[] = [];
  await context.addInitScript(() => {
    Object.assign(globalThis, { xss: () => console.debug(`xss ran in ${location.href}`) });
  });
  page.on("console", (message) => {
    if (message.text().startsWith("xss ran")) caught.push(message.text().slice("xss ".length));
  });
  page.on("dialog", async (dialog) => {
    caught.push(`dialog ${dialog.message()}`);
    await dialog.dismiss();
  });
  context.on("page", (other) => void (other === page || caught.push(`window ${other.url()}`)));
  page.on("request", (request) => {
    if (!allowed.test(request.url())) caught.push(`request ${request.url()}`);
  });
  page.on("framenavigated", (frame) => {
    if (!allowed.test(frame.url())) caught.push(`went to ${frame.url()}`);
  });
  return { caught };
}

/**
 * What in the page as it stands could run or ask: handlers, addresses with a scheme that runs, elements that load.
 * Runs in the page.
 */
export function openings(): string[] {
  const found: string[] = [];
  const loading = new Set(
    ("iframe frame frameset object embed base portal foreignobject animate set animatemotion animatetransform discard " +
      "feimage audio video source track noscript template plaintext xmp marquee isindex").split(" "),
  );
  for (const element of document.querySelectorAll("*")) {
    const name = element.localName.toLowerCase();
    const said = element.outerHTML.slice(0, 120);
    if (loading.has(name)) found.push(`element ${said}`);
    if (name === "script" && /xss|leak/.test(element.textContent + (element.getAttribute("src") ?? ""))) {
      if (element.id === "") found.push(`script ${said}`);
    }
    if (name === "style" && /leak\.test/.test(element.textContent ?? "")) found.push(`style ${said}`);
    for (const { name: attribute, value } of element.attributes) {
      if (/^on/i.test(attribute)) found.push(`handler ${said}`);
      if (attribute === "srcdoc" || attribute === "srcset" || attribute === "ping") {
        found.push(`loads ${said}`);
      }
      // deno-lint-ignore no-control-regex -- a browser passes over these before it reads a scheme
      const address = value.replace(/[\u0000-\u0020]/g, "");
      const leads = /^(href|xlink:href|src|action|formaction|data|poster|background|cite)$/i.test(attribute);
      if (
        leads && /^(javascript:|vbscript:|data:text|view-source:|feed:|\/\/|https?:\/\/leak)/i.test(address)
      ) {
        found.push(`address ${said}`);
      }
      if (attribute === "style" && /url\(|expression|@import/i.test(value)) found.push(`style ${said}`);
    }
  }
  return found;
}
