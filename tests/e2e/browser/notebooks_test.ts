/** The notebooks as their readers meet them: opened in a browser, in a project where they never ran. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { chromiumTest, faultsOf, openChromium } from "../../browser/chromium.ts";
import { served } from "../../browser/served.ts";
import { FINDINGS } from "../notebooks/findings.ts";

/** Notes the name of every cell that fails, also of those that recover. */
const watchCells = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const failed = new Set<string>();
    Object.assign(globalThis, { failedCells: failed });
    const look = () => {
      for (const cell of document.querySelectorAll<HTMLElement>(".cell[data-state=error]")) {
        failed.add(cell.id);
      }
    };
    new MutationObserver(look).observe(document.body, {
      subtree: true,
      attributes: true,
      attributeFilter: ["data-state"],
    });
    look();
  });
const failedCells = (page: Page): Promise<string[]> =>
  page.evaluate(() => [...(globalThis as unknown as { failedCells: Set<string> }).failedCells]);

/** Opens a notebook, waits for its finding, and lets nothing go wrong on the way. */
function opens(notebook: string, port: number): void {
  const found = FINDINGS[notebook];
  chromiumTest(`${notebook} comes to its finding in a browser`, async () => {
    const server = await served(port);
    const browser = await openChromium();
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    try {
      page.setDefaultTimeout(400_000);
      const faults = faultsOf(page, server.origin);
      await page.goto(server.address);
      await page.goto(`${server.origin}/notebooks/${notebook}`);
      await watchCells(page);
      await page.locator(".finding", { hasText: found }).waitFor();
      await page.waitForFunction(() => document.querySelector(".cell .state") === null);
      assert.deepEqual(await failedCells(page), []);
      assert.deepEqual(faults, []);
      assert.equal(await page.locator(".cell[id^=test]").count(), 0, "tests have no place on the page");
      await page.setViewportSize({ width: 390, height: 844 });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.equal(wide, 390, "the page scrolls sideways");
    } catch (error) {
      console.error(error, await page.locator("body").innerText());
      throw error;
    } finally {
      await browser.close();
      await server.stop();
    }
  });
}

// epochs_steps_plateau.ts is the story of the file beside this one
opens("global_step.ts", 18510);
opens("how_many_epochs.ts", 18520);
opens("how_many_steps.ts", 18540);
opens("two_rounds.ts", 18550);
opens("why_training_was_skipped.ts", 18500);
opens("your_curves.ts", 18530);
