/** The runs page in a real browser: what is chosen, seen and saved, and that its address holds it. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { openStore } from "../../lib/store/open_store.ts";
import type { Store } from "../../lib/store/store.ts";
import { takeIn } from "../../lib/store/take_in.ts";
import { type Running, startServer } from "../server/fixture.ts";
import { falling, loggedRun, newRun } from "../server/runs_fixture.ts";
import { chromiumTest, faultsOf, openChromium } from "./chromium.ts";

const HOSTILE = `<img src=x onerror="document.title='hit'">`;
const PATIENCE = "plateau(validation.loss, min, patience: evaluations(8))";

/** Six trainings, and a log that says nothing of its batches. */
async function fill(store: Store): Promise<void> {
  const log = loggedRun("log", {
    series: { val_loss: { ...falling(40), epoch: undefined, examples: undefined } },
  });
  await takeIn(store, log, "logs");
  for (const [index, name] of ["alpha", "beta", "gamma", "delta", "kappa", HOSTILE].entries()) {
    const config = { lr: 0.01 * (index + 1), stop: PATIENCE };
    const run = await store.begin(
      newRun(name, { config, seed: index, kind: index % 2 ? "steps" : "patience" }),
    );
    await run.append({
      "validation.loss": falling(4000, 1, index),
      "training.loss": falling(4000, 1, index + 9),
    });
    await run.end("stopped", "no gain for 8 evaluations", null);
  }
}

/** A served page over a filled store, and what went wrong in it. */
async function onPage(
  act: (on: { page: Page; store: Store; running: Running; faults: string[] }) => Promise<void>,
): Promise<void> {
  const running = await startServer();
  const store = await openStore(`${running.project}/.plateau/runs.sqlite`);
  const browser = await openChromium();
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, acceptDownloads: true });
  try {
    page.setDefaultTimeout(60_000);
    await fill(store);
    const faults = faultsOf(page, running.origin);
    await page.goto(running.server.invite());
    await act({ page, store, running, faults });
    assert.deepEqual(faults, []);
  } catch (error) {
    console.error(error, await page.locator("body").innerText());
    throw error;
  } finally {
    await browser.close();
    await store.close();
    await running.end();
  }
}

const row = (page: Page, name: string) => page.locator("#rows tbody tr", { hasText: name });
const lines = (page: Page, count: number, detail = "all") =>
  page.locator(`#overlay[data-lines="${count}"][data-detail="${detail}"]`).waitFor();
const search = (page: Page) => new URL(page.url()).search;
const compared = (page: Page) => page.locator("#compared").textContent();
const shownNames = (page: Page) => page.locator("#rows tbody tr:visible .name").allTextContents();

chromiumTest(
  "runs are filtered, chosen and compared, and the address brings all of it back",
  () =>
    onPage(async ({ page, running }) => {
      // The index names the newest runs, and leads here.
      await page.locator("#recent", { hasText: "kappa" }).waitFor();
      await page.locator("nav a", { hasText: "Runs" }).click();
      await lines(page, 5);
      assert.equal(await compared(page), "5 of 7 compared");
      assert.equal(search(page), "");

      // A name that holds markup is text, in the list, the figure and the settings.
      assert.equal(await row(page, HOSTILE).count(), 1);
      assert.equal(await page.locator("img").count(), 0);
      await page.locator("#config th", { hasText: HOSTILE }).waitFor();

      // At rest nothing is drawn.
      await page.waitForTimeout(300);
      const drawn = await page.evaluate(async () => {
        let changes = 0;
        new MutationObserver((records) => changes += records.length)
          .observe(document.querySelector("#main")!, { subtree: true, childList: true, attributes: true });
        await new Promise((resolve) => setTimeout(resolve, 500));
        return changes;
      });
      assert.equal(drawn, 0);

      // The filter, by its key; what it does not understand it says.
      await page.keyboard.press("/");
      await page.keyboard.type("lr<0.035");
      await page.locator("#shown", { hasText: "3 of 7 shown" }).waitFor();
      assert.deepEqual(await shownNames(page), ["gamma", "beta", "alpha"]);
      await page.locator("#acts").getByText("Select all shown").click();
      await lines(page, 3);
      assert.equal(search(page), "?filter=lr%3C0.035&all=lr%3C0.035");
      await page.locator("#filter").press("Escape");
      await row(page, "kappa").locator("input").check();
      await row(page, "beta").locator("input").uncheck();
      await lines(page, 3);
      await page.locator("#config thead", { hasText: "differskappagammaalpha" }).waitFor();

      // Sorting, another axis, smoothing and scales.
      await page.locator("#rows th button", { hasText: "best" }).click();
      await page.getByText("wall time", { exact: true }).click();
      await page.locator("#amount").fill("0.6");
      await page.locator("#log-y").uncheck();
      await page.locator("#overlay .stage text", { hasText: "0:40" }).first().waitFor();
      await page.locator("#metric").selectOption("training.loss");
      await page.locator("#overlay [aria-label*='raining loss']").waitFor();

      // Enlarging asks for more detail; a reload shows the same, and going back undoes it.
      await page.locator("#overlay .stage").focus();
      await page.keyboard.press("+");
      await page.locator("#overlay:not([data-detail='all'], [data-detail=''])").waitFor();
      const address = search(page);
      for (
        const part of ["axis=time", "smooth=ema:0.6", "log=", "metric=training.loss", "sort=best", "zoom="]
      ) {
        assert.ok(address.includes(part), `${part} in ${address}`);
      }
      const detail = await page.locator("#overlay").getAttribute("data-detail");
      await page.reload();
      await lines(page, 3, detail!);
      assert.equal(search(page), address);
      assert.equal(await page.locator("#log-y").isChecked(), false);
      assert.equal(await page.locator("#amount-text").textContent(), "0.60");
      assert.equal(await page.locator("#metric").inputValue(), "training.loss");
      await page.goBack();
      await lines(page, 3);
      assert.ok(!search(page).includes("zoom="));
      await page.goForward();
      await lines(page, 3, detail!);
      assert.equal(running.said.length, 2, "and the server said nothing more");
    }),
);

chromiumTest(
  "live runs append, what logs lack is asked once, and the picture is saved",
  () =>
    onPage(async ({ page, store, running }) => {
      await page.goto(`${running.origin}/runs?all=`);
      await lines(page, 7);

      // A run that begins in another process is listed and drawn, and grows.
      const writer = await store.begin(newRun("live"));
      await writer.append({ "validation.loss": falling(100, 40) });
      await lines(page, 8);
      await page.locator("#running", { hasText: "1 running" }).waitFor();
      const far = { ...falling(1), step: Float64Array.of(12_000) };
      await writer.append({ "validation.loss": far });
      await row(page, "live").locator("td", { hasText: "12,000" }).waitFor();
      await page.locator("#overlay .stage text", { hasText: "12k" }).first().waitFor();
      await writer.end("stopped", "done", null);
      await page.locator("#running").waitFor({ state: "hidden" });
      await page.locator("#said", { hasText: "live stopped" }).waitFor({ state: "attached" });

      // The log knows no epochs until someone says what makes one.
      await page.getByText("epoch", { exact: true }).click();
      await lines(page, 7);
      await page.locator("#ask", { hasText: "1 run cannot stand on this axis" }).waitFor();
      await page.locator("#ask input[name=batch]").fill("32");
      await page.locator("#ask input[name=trainingExamples]").fill("1600");
      await page.locator("#ask button").click();
      await lines(page, 8);
      assert.ok(search(page).endsWith("&batch=32&examples=1600"));
      assert.ok(await page.locator("#ask").isHidden());

      // Pictures and numbers.
      const starts = { svg: "<svg", png: "PNG", csv: "" } as const;
      for (const [kind, start] of Object.entries(starts)) {
        const saved = page.waitForEvent("download");
        await page.locator(`[data-save=${kind}]`).click();
        const download = await saved;
        assert.equal(download.suggestedFilename(), `validation.loss.${kind}`);
        const text = new TextDecoder("latin1").decode(await Deno.readFile(await download.path()));
        assert.ok(text.includes(start) && text.length > 1000, kind);
        if (kind === "svg") assert.ok(!text.includes("<img"), "names are escaped");
      }

      // Deleting asks first, and says what.
      await page.getByText("None", { exact: true }).click();
      await page.locator("#nothing", { hasText: "No run is compared. Select one in the list." }).waitFor();
      await row(page, "alpha").locator("input").check();
      await page.locator("#acts").getByText("Tag", { exact: true }).click();
      await page.locator("dialog input").fill("keep, first");
      await page.getByText("Tag 1 run").last().click();
      await row(page, "keep first").waitFor();
      await page.locator("#acts").getByText("Delete", { exact: true }).click();
      await page.locator("dialog", { hasText: "Delete 1 run?" }).getByText("Cancel").click();
      assert.equal(await row(page, "alpha").count(), 1);
      await page.locator("#acts").getByText("Delete", { exact: true }).click();
      await page.locator("dialog button", { hasText: "Delete 1 run" }).click();
      await row(page, "alpha").waitFor({ state: "detached" });
      assert.equal((await store.runs()).length, 7);
    }),
);
