/**
 * The page of a study of 10,000 trials in chromium: from the address to the first paint and to a table that can be used,
 * against the page of the runs beside them; and from a key in the filter to the rows that it finds.
 */
import type { Page } from "playwright-core";
import { openStore } from "../../lib/store/open_store.ts";
import { studyPath } from "../../server/study_address.ts";
import { openChromium } from "../browser/chromium.ts";
import { startServer } from "../server/fixture.ts";
import { addStudy } from "../server/studies_fixture.ts";
import { type Figure, median } from "./interleave.ts";

const TRIALS = 10_000;
const CURVES = 100;
const ROUNDS = 7;

/** Before the page's own script: notes when the page's first rows are on the screen. */
function watch(): void {
  const times: { loaded?: number } = {};
  Object.assign(globalThis, { times });
  new MutationObserver(() => {
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => times.loaded ??= performance.now();
      port2.postMessage(null);
    });
  }).observe(document, { subtree: true, attributeFilter: ["data-loaded"] });
}

interface Opened {
  readonly paint: number;
  readonly table: number;
}

/** Milliseconds from the start of the navigation. */
async function opened(page: Page, address: string): Promise<Opened> {
  await page.goto(address, { waitUntil: "commit" });
  const table = await page.waitForFunction(() =>
    (globalThis as unknown as { times: { loaded?: number } }).times.loaded
  );
  const paint = await page.waitForFunction(() =>
    performance.getEntriesByName("first-contentful-paint")[0]?.startTime
  );
  return { paint: await paint.jsonValue(), table: await table.jsonValue() as number };
}

/** From a word in the filter to the screen with what it finds. */
const filtered = (page: Page): Promise<number> =>
  page.evaluate(async () => {
    const box = document.getElementById("filter") as HTMLInputElement;
    const painted = () =>
      new Promise<number>((resolve) =>
        requestAnimationFrame(() => setTimeout(() => resolve(performance.now())))
      );
    await painted();
    const began = performance.now();
    box.value = "batch=16 best<0.3";
    box.dispatchEvent(new Event("input"));
    const ended = await painted();
    if (!document.getElementById("shown")!.textContent!.includes("shown")) {
      throw new Error("nothing was filtered");
    }
    return ended - began;
  });

/** The frame that nine of ten are faster than, of those in which the whole table is scrolled through. */
const scrolled = (page: Page): Promise<number> =>
  page.evaluate(async () => {
    const rows = document.getElementById("rows")!, frames = 90;
    const times: number[] = [];
    let last = performance.now();
    for (let frame = 1; frame <= frames; frame++) {
      rows.scrollTop = rows.scrollHeight * frame / frames;
      await new Promise(requestAnimationFrame);
      const now = performance.now();
      times.push(now - last);
      last = now;
    }
    return times.sort((a, b) => a - b)[Math.floor(0.9 * times.length)];
  });

export async function studiesPage(): Promise<Figure[]> {
  const running = await startServer(), browser = await openChromium();
  try {
    const store = await openStore(`${running.project}/.plateau/runs.sqlite`);
    const end = (number: number) => number % 9 === 4 ? "pruned" : "done";
    const name = await addStudy(store, { trials: TRIALS, curves: CURVES, end });
    await store.close();
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    page.setDefaultTimeout(60_000);
    await page.addInitScript(watch);
    await page.goto(running.server.invite());
    const study = `${running.origin}${studyPath(name)}`, cold = await opened(page, study);
    const paint: number[] = [],
      table: number[] = [],
      runs: number[] = [],
      filter: number[] = [],
      scroll: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const open = await opened(page, study);
      paint.push(open.paint);
      table.push(open.table);
      await page.locator("#spoken", { hasText: "curves of the best" }).waitFor();
      await page.waitForTimeout(1_000); // the figures too
      scroll.push(await scrolled(page));
      filter.push(await filtered(page));
      runs.push((await opened(page, `${running.origin}/runs`)).table);
    }
    const figure = (what: string, times: number[], most?: number): Figure => ({
      bench: "pages",
      what,
      value: median(times),
      unit: "ms",
      ...(most === undefined ? {} : { goal: `at most ${most}` }),
    });
    const many = `a study of ${TRIALS} trials`;
    return [
      figure(`address → table, ${many}, read from the disk (once)`, [cold.table], 1000),
      figure(`address → first paint, ${many}`, paint, 1000),
      figure(`address → table, ${many}`, table, 1000),
      figure(`address → list, ${CURVES} runs`, runs),
      figure(`filter → rows, ${many}`, filter, 100),
      figure(`frame of a scroll through ${many}, 9 of 10 are faster`, scroll, 50),
    ];
  } finally {
    await browser.close();
    await running.end();
  }
}
