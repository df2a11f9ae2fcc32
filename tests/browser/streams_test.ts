/** Streams that lose nothing and cells in threads, as a page shows them. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { pageTest } from "./opened.ts";

const out = (page: Page, cell: string, text: string) =>
  page.locator(`#${cell} > .out`, { hasText: new RegExp(`^${text}$`) }).waitFor();
const countTo = async (page: Page, to: number) => {
  await page.locator(".inputs form", { hasText: "Count to" }).locator("input[type=number]").fill(String(to));
  await page.keyboard.press("Enter");
};
const count = (page: Page, to: number) => out(page, "seen", `counted ${to}, square ${to * to}`);

/** What the page's cell has read, one after another, each value of a name once while it stays the same. */
async function seen(page: Page): Promise<{ counted: number[]; square: number[] }> {
  const pairs = await page.evaluate(() => (globalThis as unknown as { pairs: [number, number][] }).pairs);
  const steps = (of: number) => pairs.map((pair) => pair[of]).filter((n, i, all) => n !== all[i - 1]);
  return { counted: steps(0), square: steps(1) };
}

const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);

pageTest(
  "each value of a lossless stream reaches the page's cells in order, with frames or without; Stop ends an endless worker alone",
  "lossless.ts",
  async ({ page }) => {
    await count(page, 40);
    const all = { counted: upTo(40), square: upTo(40).map((n) => n * n) };
    assert.deepEqual(await seen(page), all);

    await page.reload();
    await count(page, 40);
    assert.deepEqual(await seen(page), all, "a page that comes late gets them all");

    const hold = () => {
      const frames: FrameRequestCallback[] = [];
      const frame = globalThis.requestAnimationFrame;
      globalThis.requestAnimationFrame = (work) => frames.push(work);
      const release = () => {
        globalThis.requestAnimationFrame = frame;
        for (const work of frames) frame(work);
      };
      Object.assign(globalThis, { release });
    };
    await page.evaluate(hold);
    await countTo(page, 60);
    await page.evaluate(() => (globalThis as unknown as { release(): void }).release());
    await count(page, 60);
    const { counted, square } = await seen(page);
    assert.deepEqual(counted.slice(-60), upTo(60));
    assert.deepEqual(square.slice(-60), upTo(60).map((n) => n * n));

    await out(page, "turned", "spun 3");
    await page.locator("#spin .status", { hasText: /running/ }).waitFor();
    await page.getByRole("button", { name: /^Stop/ }).first().click();
    await page.locator("#spin .status", { hasText: /stopped|stale/ }).waitFor();
    await out(page, "turned", "spun 3");
    await countTo(page, 9);
    await count(page, 9);
  },
);
