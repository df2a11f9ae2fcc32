import assert from "node:assert/strict";
import { labelled, ownerTest } from "../../server/small_page.ts";

ownerTest("what Stop ended can be run again, after a reload too", async ({ page, project, file }) => {
  // however slow the page is, the count is not over before Stop: on its way to 60 it waits to be let on
  const on = `${project}/on`, pause = "await new Promise((resolve) => setTimeout(resolve, 20));";
  const text = (await Deno.readTextFile(file)).replace("The count", "Now the count").replace(
    pause,
    `do ${pause} while (step === 40 && !await Deno.stat(${JSON.stringify(on)}).catch(() => null));`,
  );
  await Deno.writeTextFile(file, text);
  await page.locator(".finding", { hasText: "Now the count stands at 20 of 20" }).waitFor();
  await labelled(page, "Count to").locator("input[type=range]").press("End");
  await page.locator("#run").click();
  await page.locator(".finding", { hasText: /stands at \d+ of 60/ }).waitFor();
  await page.locator("#stop").click();
  await page.locator("#counter .status", { hasText: /^stale\s+stopped$/ }).waitFor();
  assert.equal(await page.locator("#chart").getAttribute("data-state"), "idle");
  await page.reload();
  await page.locator("#run", { hasText: "Run 1 stale cell" }).waitFor();
  assert.equal(await page.locator("#chart .plot").count(), 2, "the part that was counted is still drawn");
  await Deno.writeTextFile(on, "");
  await page.keyboard.press("r");
  await page.locator(".finding", { hasText: "Now the count stands at 60 of 60" }).waitFor();
  await page.locator("#run").waitFor({ state: "hidden" });
});
