/** Cells of the page that compute for ever or show too much: the page lives, and each says what happened. */
import assert from "node:assert/strict";
import { pageTest } from "../../browser/opened.ts";

pageTest("a cell of the page that asks too much harms itself alone", "hostile.ts", async (opened) => {
  const { page, faults } = opened;
  const out = (cell: string) => page.locator(`#${cell} > .out`);
  await out("stray").getByText("stray").waitFor();
  assert.equal(await page.evaluate(() => crossOriginIsolated), true);

  // What is shown is cut, and says so.
  assert.match((await out("long-text").textContent())!, /^x{2000}… 100,000,000 characters in all$/);
  assert.match((await out("long-list").textContent())!, /… 10000000 in all\]$/);
  assert.equal(await out("long-table").locator("tbody tr").count(), 1000);
  assert.equal(await out("long-table").locator("p").textContent(), "output cut at 1,000 of 1,000,000 rows");
  assert.equal(await out("many-values").locator(".value").count(), 1001);
  assert.equal(await out("many-values").locator(".value").last().textContent(), "output cut at 1,000 values");
  assert.equal(await out("prose").locator(".prose").count(), 20);
  assert.equal(await out("prose").locator(".value").last().textContent(), "output cut at 1 MB");

  // What a timer or a forgotten promise threw stands under its cell.
  await page.locator("#stray .log", { hasText: /RangeError: late/ }).waitFor();
  await page.locator("#stray .log", { hasText: /line \d+: TypeError: alone/ }).waitFor();
  faults.splice(0).forEach((fault) => assert.match(fault, /late|alone/));

  // A loop with pauses may go on; one without is ended, and says where it stands.
  await out("pausing").getByText("paused true").waitFor();
  await out("endless").getByText("ended at 0").waitFor();
  const slider = page.locator(".inputs form", { hasText: "Turns" }).locator("input[type=range]");
  await slider.press("ArrowRight");
  const error = page.locator("#endless .error-text");
  await error.waitFor();
  assert.match(
    (await error.textContent())!,
    /^EndlessLoop cell endless looped for more than 5 s without a pause\..*hostile\.ts:\d+/,
  );
  await error.locator("a").click();
  assert.match((await page.locator("#endless .l.bad").textContent())!, /while \(turn >= 0\)|turn = /);
  await out("beside").getByText("beside 2").waitFor();
  await slider.press("ArrowLeft");
  await out("endless").getByText("ended at 0").waitFor();
});
