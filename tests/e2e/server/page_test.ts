import assert from "node:assert/strict";
import { labelled, ownerTest } from "../../server/small_page.ts";

ownerTest("what Stop ended can be run again, after a reload too", async ({ page }) => {
  await labelled(page, "Count to").locator("input[type=range]").press("End");
  await page.locator("#run").click();
  await page.locator(".finding", { hasText: /stands at \d+ of 60/ }).waitFor();
  await page.locator("#stop").click();
  await page.locator("#counter .status", { hasText: /^stale\s+stopped$/ }).waitFor();
  assert.equal(await page.locator("#chart").getAttribute("data-state"), "idle");
  await page.reload();
  await page.locator("#run", { hasText: "Run 1 stale cell" }).waitFor();
  assert.equal(await page.locator("#chart .plot").count(), 2, "the part that was counted is still drawn");
  await page.keyboard.press("r");
  await page.locator(".finding", { hasText: "The count stands at 60 of 60" }).waitFor();
  await page.locator("#run").waitFor({ state: "hidden" });
});
