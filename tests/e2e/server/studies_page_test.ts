/** The pages of studies in a real browser: what is listed, done and seen live, and that everyone can use them. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { openStore } from "../../../lib/store/open_store.ts";
import type { Store } from "../../../lib/store/store.ts";
import { studyPath } from "../../../server/study_address.ts";
import { chromiumTest, faultsOf, openChromium } from "../../browser/chromium.ts";
import { faintWords, obstacles } from "../../browser/readable.ts";
import { type Running, startServer } from "../../server/fixture.ts";
import { addStudy } from "../../server/studies_fixture.ts";

const NAME = `rates <b>&</b> batches`;
const PATH = studyPath(NAME);

/** A server over a store beside the project, with a study that is half done. */
async function onPages(
  act: (on: { page: Page; store: Store; running: Running }) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir(), place = `${folder}/elsewhere/runs.sqlite`;
  await Deno.mkdir(`${folder}/elsewhere`);
  const running = await startServer(["small.ts"], { store: place }), store = await openStore(place);
  const browser = await openChromium(),
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  try {
    page.setDefaultTimeout(60_000);
    await store.studies.enrol({ host: "here", engine: "cpu 4.22.0" });
    const end = (number: number) => number === 5 ? "failed" : number % 9 === 4 ? "pruned" : "done";
    await addStudy(store, { name: NAME, trials: 60, trained: 40, curves: 20, end });
    const faults = faultsOf(page, running.origin);
    await page.goto(running.server.invite());
    await act({ page, store, running });
    assert.deepEqual(faults, []);
  } finally {
    await browser.close();
    await store.close();
    await running.end();
    await Deno.remove(folder, { recursive: true });
  }
}

const names = (page: Page) => page.locator("#rows tbody tr:visible td:first-child").allTextContents();
const shown = (page: Page, words: string) => page.locator("#shown", { hasText: words }).waitFor();

chromiumTest(
  "a study is listed, opened, sorted, filtered, brushed, and its curves are compared",
  () =>
    onPages(async ({ page, running }) => {
      await page.locator("nav a", { hasText: "Studies" }).click();
      await page.locator("#studies li", { hasText: "40 of 60 trials ended" }).waitFor();
      assert.equal(await page.locator("#studies b").count(), 0, "a name that holds markup is text");
      await page.locator("#studies a", { hasText: NAME }).click();
      await shown(page, "60 trials");
      const first = (await names(page))[0];
      assert.match(
        await page.locator(".lead").textContent() ?? "",
        new RegExp(`^Best 0\\.\\d+ at step .*${first}: `),
      );

      // The doctor speaks of the rows, then of the curves, and says of how many.
      await page.locator("#spoken", { hasText: "of 40 trials, curves of the best 20" }).waitFor();
      const count = await page.locator("#found > li").count();
      assert.ok(count > 0 && count <= 5);
      for (const item of await page.locator("#found > li").all()) {
        assert.match(await item.locator(".says").textContent() ?? "", /\d/);
        assert.ok(await item.locator("svg.plot, .empty, a").count() > 0, "a figure, or where it is");
      }
      await page.locator("#curves .stage text", { hasText: first }).first().waitFor();
      await page.locator("#figures svg.plot").first().waitFor();

      // Order and filter stand in the address and come back with it.
      await page.locator("#rows th button", { hasText: "schedule.rate" }).click();
      assert.equal((await names(page))[0], "trial 0");
      await page.keyboard.press("/");
      await page.keyboard.type("state:pruned");
      await shown(page, "4 of 60 trials shown");
      assert.match(new URL(page.url()).search, /filter=state%3Apruned.*sort=%3Dschedule\.rate/);
      await page.reload();
      await shown(page, "4 of 60 trials shown");
      assert.deepEqual(await names(page), ["trial 4", "trial 13", "trial 22", "trial 31"]);
      await page.locator("#filter").fill("state:unheard");
      await shown(page, "unknown state: unheard");
      await page.locator("#clear").click();
      await shown(page, "60 trials");

      // A range of an axis lists the trials within it.
      await page.locator("#parallel [role=slider]").last().focus();
      await page.keyboard.press("ArrowDown");
      await shown(page, "of 60 trials shown");
      await page.keyboard.press("Escape");
      await shown(page, "60 trials");

      await page.locator("#curves a", { hasText: "Compare these 6" }).click();
      await page.locator(`#overlay[data-lines="6"]`).waitFor();
      assert.equal(new URL(page.url()).pathname, "/runs");
      assert.equal(running.said.filter((line) => line.includes("rror")).length, 0);
    }),
);

chromiumTest(
  "a page follows what is trained, comes back by itself, and pauses, resumes and retries",
  () =>
    onPages(async ({ page, store, running }) => {
      await page.addInitScript(() => {
        const Line = WebSocket;
        globalThis.WebSocket = class extends Line {
          constructor(url: string | URL) {
            super(url);
            Object.assign(globalThis, { line: this });
          }
        };
      });
      await page.goto(running.origin + PATH);
      await shown(page, "60 trials");
      const claim = (await store.studies.claim(NAME, 50))!;
      await store.studies.tell(claim, { step: 75, best: { value: 0.001, step: 50 } });
      await page.locator(".lead", { hasText: "0.0010 at step 50" }).waitFor();
      assert.equal((await names(page))[0], "trial 50");
      await page.locator("#running", { hasText: "1 running" }).waitFor();

      await page.getByRole("button", { name: "Pause" }).click();
      await page.getByRole("button", { name: "Resume" }).waitFor();
      assert.equal((await store.studies.get(NAME))!.paused, true);
      await page.getByRole("button", { name: "Resume" }).click();
      await page.getByRole("button", { name: "Retry 1 failed" }).click();
      await page.locator(".standing", { hasText: "20 waiting" }).waitFor();
      assert.equal(await page.getByRole("button", { name: "Retry" }).isVisible(), false);

      // Who is cut off says so, and hears the rest when it is back.
      await page.evaluate(() => (globalThis as unknown as { line: WebSocket }).line.close());
      await page.locator("#connection", { hasText: "Reconnecting" }).waitFor();
      const end = {
        step: 1000,
        best: { value: 0.0005, step: 900 },
        state: "done" as const,
        because: "maxSteps",
      };
      await store.studies.finish(claim, end);
      await page.locator(".lead", { hasText: "0.0005 at step 900" }).waitFor();
      await page.locator("#connection").waitFor({ state: "hidden" });

      await page.locator("nav a", { hasText: "Fleet" }).click();
      await page.locator("#workers tr", { hasText: "here" }).waitFor();
      await page.locator("#rate svg.plot").nth(1).waitFor();
      await page.locator("#about", { hasText: "1 worker, 0 training, 20 trials waiting" }).waitFor();
      const next = (await store.studies.claim(NAME))!;
      await page.locator("#about", { hasText: "1 worker, 1 training, 19 trials waiting" }).waitFor();
      await store.studies.release(next);
    }),
);

chromiumTest(
  "the pages can be read in both themes and at any width, and used without a mouse",
  () =>
    onPages(async ({ page, running }) => {
      for (const colorScheme of ["light", "dark"] as const) {
        for (const width of [1280, 390]) {
          await page.setViewportSize({ width, height: 844 });
          await page.emulateMedia({ colorScheme });
          for (const path of ["/studies", PATH, "/fleet"]) {
            const where = `${path} ${colorScheme} ${width}`;
            await page.goto(running.origin + path);
            await page.locator("html[data-loaded=true]").waitFor();
            if (path === PATH) await page.locator("#spoken", { hasText: "curves of the best" }).waitFor();
            await page.waitForTimeout(1_500); // figures
            assert.deepEqual(await faintWords(page), [], where);
            const stands = (await obstacles(page)).filter((each) =>
              !/^no caption|aria-hidden="true"/.test(each)
            );
            assert.deepEqual(stands, [], where);
            const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
            assert.ok(over <= 0, `${where} scrolls sideways by ${over}`);
          }
        }
      }
      await page.goto(running.origin + PATH);
      await page.locator("#rows td a").first().focus();
      const second = (await names(page))[1];
      await page.keyboard.press("ArrowDown");
      assert.equal(await page.evaluate(() => document.activeElement!.textContent), second);
    }),
);
