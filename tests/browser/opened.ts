/** A page on a server of this process, with a project of its own, for the stories of a notebook. */
import assert from "node:assert/strict";
import type { Browser, Page } from "playwright-core";
import type { ServeOptions } from "../../server/serve.ts";
import { type Running, startServer } from "../server/fixture.ts";
import { chromiumTest, faultsOf, openChromium } from "./chromium.ts";

export interface Opened extends Running {
  readonly page: Page;
  readonly browser: Browser;
  /** everything that went wrong in the page */
  readonly faults: string[];
  /** path of the notebook */
  readonly file: string;
}

/** Opens one of the fixtures in chromium; at the end nothing may have gone wrong in the page. */
export function pageTest(
  name: string,
  notebook: string,
  body: (opened: Opened) => Promise<void>,
  options: Partial<ServeOptions> = {},
  elsewhere = false,
): void {
  chromiumTest(name, async () => {
    let browser: Browser | undefined;
    const running = await startServer([notebook], options, elsewhere);
    try {
      browser = await openChromium();
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
      const page = await context.newPage();
      page.setDefaultTimeout(60_000);
      const faults = faultsOf(page, running.origin);
      await page.goto(running.server.invite());
      await page.goto(`${running.origin}/notebooks/${notebook}`);
      const file = `${running.project}/notebooks/${notebook}`;
      try {
        await body({ ...running, browser, page, faults, file });
      } catch (error) {
        const said = await page.locator("body").innerText({ timeout: 3000 }).catch(() => "no answer");
        assert.fail(`${(error as Error).stack}\n${faults.join("; ")}\n${said.slice(0, 3000)}`);
      }
      assert.deepEqual(faults, []);
    } finally {
      await browser?.close();
      await running.end();
    }
  });
}
