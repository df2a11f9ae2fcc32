/** Sharing a run and a notebook, as owner and guest meet it: each page can be read in both themes, wide and narrow. */
import assert from "node:assert/strict";
import type { Browser, Page } from "playwright-core";
import { openStore } from "../../../lib/store/open_store.ts";
import { chromiumTest, faultsOf, openChromium } from "../../browser/chromium.ts";
import { faintWords } from "../../browser/readable.ts";
import { type Running, startServer } from "../../server/fixture.ts";
import { falling, newRun } from "../../server/runs_fixture.ts";

/** A server with two runs, and its owner's page. */
async function onServer(
  act: (on: { running: Running; browser: Browser; page: Page }) => Promise<void>,
): Promise<void> {
  const running = await startServer();
  const browser = await openChromium();
  try {
    const store = await openStore(`${running.project}/.plateau/runs.sqlite`);
    for (const name of ["first", "second"]) {
      const run = await store.begin(newRun(name));
      await run.append({ "validation.loss": falling(200) });
      await run.end("stopped", "no gain for 8 evaluations", null);
    }
    await store.close();
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    page.setDefaultTimeout(60_000);
    const faults = faultsOf(page, running.origin);
    await page.goto(running.server.invite());
    await act({ running, browser, page });
    assert.deepEqual(faults, []);
  } finally {
    await browser.close();
    await running.end();
  }
}

/** Makes a link in the open dialog. */
async function linkOf(page: Page): Promise<string> {
  const dialog = page.locator("#share-with");
  await dialog.getByRole("button", { name: "Make a link" }).click();
  return await dialog.getByLabel("Link", { exact: true }).inputValue();
}

/** Opens a link as somebody whom the server does not know. */
async function asGuest(
  { running, browser }: { readonly running: Running; readonly browser: Browser },
  link: string,
  act: (guest: Page) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const guest = await context.newPage(), faults = faultsOf(guest, running.origin);
  guest.setDefaultTimeout(60_000);
  await guest.goto(link);
  await act(guest);
  assert.deepEqual(faults, []);
  await context.close();
}

/** Words can be read in both themes, and nothing lies beside the page at any width. */
async function canBeRead(page: Page): Promise<void> {
  for (const width of [1440, 960, 390]) {
    await page.setViewportSize({ width, height: 900 });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= width, `${wide} of ${width}`);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      assert.deepEqual(await faintWords(page), [], `${colorScheme}, ${width} wide`);
    }
  }
}

chromiumTest(
  "a run is shared from its page, and its guest sees it alone until the link is revoked",
  () =>
    onServer(async (on) => {
      const { running: { origin }, browser, page } = on, dialog = page.locator("#share-with");
      await page.goto(`${origin}/runs`);
      const share = page.locator("#acts").getByRole("button", { name: "Share" });
      await page.locator("#compared", { hasText: "2 of 2 compared" }).waitFor();
      assert.equal(await share.isVisible(), false, "a link shows one run");
      await page.locator("#rows tbody tr", { hasText: "second" }).locator("input").uncheck();
      await share.click();
      await dialog.getByRole("heading", { name: "Share first" }).waitFor();
      const link = await linkOf(page), row = dialog.locator("tbody tr");
      assert.match(await row.innerText(), /^run \w+\s.*6 d 23 h/s);
      const [box, copy] = await Promise.all([
        dialog.getByLabel("Link", { exact: true }).boundingBox(),
        dialog.getByRole("button", { name: "Copy link" }).boundingBox(),
      ]);
      assert.ok(Math.abs(box!.y - copy!.y) < 1, "the link and its button stand in one line");
      await canBeRead(page);

      await asGuest(on, link, async (guest) => {
        await guest.waitForURL(/\/runs\?runs=/);
        await guest.locator("#overlay[data-lines='1']").waitFor();
        assert.match(await guest.locator("#rows tbody tr:visible").innerText(), /^\s*first\s/);
        assert.equal(await guest.locator("#rows tbody tr:visible").count(), 1);
        for (const does of ["Share", "Tag", "Delete"]) {
          const button = guest.getByRole("button", { name: does, exact: true });
          assert.equal(await button.isVisible(), false, does);
        }
        await canBeRead(guest);
      });
      const head = await (await fetch(link)).text();
      assert.match(head, /property="og:title" content="first"/);
      const [, picture] = /property="og:image" content="([^"]+)"/.exec(head)!;
      assert.equal((await (await fetch(picture)).bytes()).subarray(1, 4).join(), "80,78,71");

      await row.getByRole("button", { name: /^Revoke/ }).click();
      await row.waitFor({ state: "detached" });
      const gone = await fetch(picture);
      await gone.body?.cancel();
      assert.equal(gone.status, 404);
      const stranger = await browser.newPage();
      assert.equal((await stranger.goto(link))!.status(), 404);
      await stranger.getByRole("heading", { name: "This link is not open" }).waitFor();
      await canBeRead(stranger);
      const style = () => getComputedStyle(document.body).maxWidth;
      assert.equal(await stranger.evaluate(style), "656px", "it brings its own style");
    }),
);

chromiumTest(
  "the page of a shared notebook can be read by its guest, with its graph",
  () =>
    onServer(async (on) => {
      const { running: { origin }, page } = on;
      await page.goto(`${origin}/notebooks/small.ts`);
      await page.locator(".finding", { hasText: "The count stands at 20 of 20" }).waitFor();
      await page.click("#share");
      const link = await linkOf(page);
      await canBeRead(page);
      await asGuest(on, link, async (guest) => {
        await guest.locator(".finding", { hasText: "The count stands at 20 of 20" }).waitFor();
        await guest.locator("#chart .plot").first().waitFor();
        await canBeRead(guest);
        await guest.setViewportSize({ width: 1440, height: 900 });
        const picture = guest.locator("#graph img");
        const width = () => document.querySelector<HTMLImageElement>("#graph img")!.naturalWidth > 500;
        await guest.click("#show-graph");
        await guest.waitForFunction(width);
        await guest.keyboard.press("g");
        await picture.waitFor({ state: "hidden" });
        await guest.keyboard.press("g");
        await picture.waitFor();
      });
    }),
);
