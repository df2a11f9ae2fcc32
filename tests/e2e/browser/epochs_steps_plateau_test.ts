/** The story of the main notebook, in a real browser, in a project where it never ran. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { startServer } from "../../server/fixture.ts";
import { chromiumTest, faultsOf, openChromium } from "../../browser/chromium.ts";

const NOTEBOOK = "/notebooks/epochs_steps_plateau.ts";
const FILE = fileURLToPath(new URL(`../../..${NOTEBOOK}`, import.meta.url));

/** Widths of the marks that grow with a training: the drawn length of its lines. */
const drawn = (page: Page) =>
  page.locator("#curves .plot").first().locator("[aria-label=line] path").evaluateAll((paths) =>
    paths.reduce((sum, path) => sum + (path as SVGPathElement).getTotalLength(), 0)
  );
const stopLabel = (page: Page) =>
  page.locator("#curves .plot").first().locator("text", { hasText: "Early stopping" }).first();
const tableRow = (page: Page) => page.locator("#policy-table tr", { hasText: "Early stopping" });

chromiumTest("train, watch, replay: the main notebook in a browser", async () => {
  const { server, origin, end } = await startServer([FILE], { engine: "wasm" });
  const browser = await openChromium();
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  try {
    page.setDefaultTimeout(400_000);
    const faults = faultsOf(page, origin);
    let frames = 0;
    page.on("websocket", (socket) => socket.on("framereceived", () => frames++));

    // The address signs in and loses its token; the index lists notebooks and has run none.
    await page.goto(server.invite());
    assert.ok(!page.url().includes("token"));
    await page.locator("a", { hasText: "When should this network stop?" }).click();
    await page.waitForURL(`**${NOTEBOOK}`);

    // The curve grows while the training runs.
    await page.locator("#recordings .state.running").waitFor();
    await page.locator("#curves .plot [aria-label=line] path").first().waitFor();
    const early = await drawn(page);
    await page.waitForFunction(
      (before) =>
        [...document.querySelectorAll("#curves .plot")[0].querySelectorAll("[aria-label=line] path")]
          .reduce((sum, path) => sum + (path as SVGPathElement).getTotalLength(), 0) > before * 1.05,
      early,
    );
    await page.locator("#recordings .status", { hasText: /step [\d,]+ of 3,000/ }).waitFor();

    // At the end the finding is a computed sentence with its strength.
    await page.locator(".finding", { hasText: "of 3 seeds" }).waitFor();
    const finding = (await page.locator(".finding").textContent())!;
    assert.match(finding, /Early stopping with patience 8, min Δ 0.001 ends at step [\d,]+ of 3,000/);
    assert.equal(await page.locator(".cell[data-state=error]").count(), 0);

    // The patience slider moves marker, table and sentence, and no event of a training arrives.
    for (let so = -1; so !== frames;) { // until the server has told all of it
      so = frames;
      await page.waitForTimeout(1000);
    }
    const before = {
      label: await stopLabel(page).textContent(),
      row: await tableRow(page).textContent(),
      frames,
    };
    const slider = page.locator(".inputs form", { hasText: "Patience" }).locator("input[type=range]");
    for (let i = 0; i < 12; i++) await slider.press("ArrowRight");
    await page.locator(".finding", { hasText: "patience 20" }).waitFor();
    assert.notEqual(await stopLabel(page).textContent(), before.label);
    assert.notEqual(await tableRow(page).textContent(), before.row);
    assert.equal(frames, before.frames, "moving a slider of the page asks nothing of the server");

    // The learning rate trains only after Run.
    await page.locator(".inputs form", { hasText: "Learning rate" }).locator("label", { hasText: "0.02" })
      .click();
    await page.locator("#recordings .status", { hasText: "learningRate changed" }).waitFor();
    await page.locator("#run").waitFor();
    assert.equal(await page.locator("#recordings .state.running").count(), 0);
    await page.locator("#run").click();
    await page.locator("#recordings .state.running").waitFor();

    // Stop ends the training and keeps what was recorded; then there is Run again.
    await page.locator("#recordings .status", { hasText: "left" }).waitFor();
    await page.locator("#stop").click();
    await page.locator("#recordings .state.running").waitFor({ state: "detached" });
    await page.locator("#runs td", { hasText: /stopped/ }).first().waitFor();
    await page.locator("#recordings .status", { hasText: "stopped" }).waitFor();
    await page.locator("#run").waitFor();
    assert.deepEqual(faults, []);
  } catch (error) {
    console.error(error, await page.locator("body").innerText());
    throw error;
  } finally {
    await browser.close();
    await end();
  }
});
