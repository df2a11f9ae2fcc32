/** The small notebook in a browser, on a server that all tests of a file share. */
import assert from "node:assert/strict";
import type { Browser, Page } from "playwright-core";
import { chromiumTest, faultsOf, openChromium } from "../browser/chromium.ts";
import { type Running, startServer } from "./fixture.ts";

/** A page, and everything that went wrong in it. */
export interface Opened extends Running {
  readonly page: Page;
  readonly faults: string[];
  /** the notebook's file */
  readonly file: string;
}

let browser: Promise<Browser> | null = null;
let shared: Promise<Running> | null = null;
Deno.test.afterAll(async () => {
  await (await browser)?.close();
  await (await shared)?.end();
});

/** A notebook in a fresh browser's page, signed in and counted to its end; nothing may go wrong in it. */
export async function withPage(
  running: Running,
  notebook: string,
  body: (opened: Opened) => Promise<void>,
): Promise<void> {
  const context = await (await (browser ??= openChromium())).newContext({
    viewport: { width: 1440, height: 900 },
  });
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    const faults = faultsOf(page, running.origin);
    await page.goto(running.server.invite());
    await page.click(`a[href$="/${notebook}"]`);
    await page.locator(".finding", { hasText: "The count stands at 20 of 20" }).waitFor()
      .catch((error) => assert.fail(`${error.message} ${faults.join("; ")}`));
    await page.locator("#chart .plot").first().waitFor();
    await body({ ...running, page, faults, file: `${running.project}/notebooks/${notebook}` });
    assert.deepEqual(faults, []);
  } finally {
    await context.close();
  }
}

/** A test of what a reader does, who leaves the notebook as it was: all such tests share it. */
export const readerTest = (name: string, body: (opened: Opened) => Promise<void>): void =>
  chromiumTest(name, async () => withPage(await (shared ??= startServer()), "small.ts", body));

let owned = 0;
/** A test of what changes the notebook or what its kernel holds: on a copy of its own. */
export const ownerTest = (name: string, body: (opened: Opened) => Promise<void>): void =>
  chromiumTest(name, async () => {
    const running = await (shared ??= startServer()), notebook = `own_${++owned}.ts`;
    await Deno.copyFile(`${running.project}/notebooks/small.ts`, `${running.project}/notebooks/${notebook}`);
    await withPage(running, notebook, body);
  });

export const lines = (page: Page) =>
  page.locator("#chart .plot [aria-label=line] path").evaluateAll((paths) =>
    paths.map((path) => path.getAttribute("d"))
  );
export const labelled = (page: Page, label: string) => page.locator(".inputs form", { hasText: label });

/** Moves a slider as a hand does: by its keys. */
export async function move(page: Page, label: string, key: string): Promise<void> {
  await labelled(page, label).locator("input[type=range]").press(key);
}
