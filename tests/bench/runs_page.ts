/**
 * The runs page in chromium: from the data that is asked for to the picture, of 1,000 runs of 1,000 values; and from a
 * zoom to its detail, of those and of 20 runs of 100,000 values, which the server reduces.
 */
import type { Page } from "playwright-core";
import { openStore } from "../../lib/store/open_store.ts";
import { takeIn } from "../../lib/store/take_in.ts";
import { openChromium } from "../browser/chromium.ts";
import { startServer } from "../server/fixture.ts";
import { falling, loggedRun } from "../server/runs_fixture.ts";
import { type Figure, median } from "./interleave.ts";

const RUNS = 1_000;
const POINTS = 1_000;
const LONG_RUNS = 20;
const LONG_POINTS = 100_000;
const ROUNDS = 5;

/** Fills the store of a project as imports do. */
async function fill(project: string): Promise<void> {
  const store = await openStore(`${project}/.plateau/runs.sqlite`);
  for (let run = 0; run < RUNS; run++) {
    const series = {
      "validation.loss": falling(POINTS, 25, run),
      "training.loss": falling(POINTS, 25, run / 7),
    };
    await takeIn(
      store,
      loggedRun(`run-${run}`, { series, config: { lr: run / RUNS, seed: run % 5 } }),
      "logs",
    );
  }
  for (let run = 0; run < LONG_RUNS; run++) {
    const series = { "validation.loss": falling(LONG_POINTS, 1, run) };
    await takeIn(store, loggedRun(`long-${run}`, { series }), "long");
  }
  await store.close();
}

/** Before the page's own script: notes when each state of the picture is on the screen. */
function watch(): void {
  const painted = (then: () => void) =>
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = then;
      port2.postMessage(null);
    });
  const times: Record<string, number> = {};
  Object.assign(globalThis, { times });
  new MutationObserver(() => {
    const place = document.getElementById("overlay");
    const key = `${place?.dataset.lines} ${place?.dataset.detail}`;
    painted(() => times[key] ??= performance.now());
  }).observe(document, { subtree: true, attributeFilter: ["data-lines", "data-detail"] });
}

/** When the picture with so many lines and this detail was on the screen; `detail` null: any part. */
const shownAt = (page: Page, lines: number, detail: string | null): Promise<number> =>
  page.waitForFunction(
    ([lines, detail]) => {
      const { times } = globalThis as unknown as { times: Record<string, number> };
      return Object.entries(times).find(([key]) => {
        const [count, part] = key.split(" ");
        return count === lines && (detail === null ? part !== "all" && part !== "" : part === detail);
      })?.[1];
    },
    [String(lines), detail] as const,
  ).then((handle) => handle.jsonValue() as Promise<number>);

/** Opens the page with all runs chosen: from the request of the list on. */
async function opened(page: Page, origin: string): Promise<number> {
  await page.goto(`${origin}/runs?all=name:run`);
  const shown = await shownAt(page, RUNS, "all");
  return shown - await page.evaluate(() => performance.getEntriesByName(`${origin}/runs/list`)[0].startTime);
}

/** With a few runs on the page all are chosen: from the click on. */
async function chosen(page: Page, origin: string): Promise<number> {
  await page.goto(`${origin}/runs?runs=&filter=name:run`);
  await page.locator("#acts").getByText("Select all shown").waitFor();
  const began = await page.evaluate(() => {
    const began = performance.now();
    [...document.querySelectorAll<HTMLElement>("#acts button")].find((each) =>
      each.textContent === "Select all shown"
    )!
      .click();
    return began;
  });
  return await shownAt(page, RUNS, "all") - began;
}

/** A part of what is shown is enlarged: from the key on, until it is there in detail. */
async function refined(page: Page, lines: number): Promise<number> {
  const began = await page.evaluate(() => {
    const stage = document.querySelector<HTMLElement>("#overlay .stage")!;
    const began = performance.now();
    stage.dispatchEvent(new KeyboardEvent("keydown", { key: "+", bubbles: true }));
    return began;
  });
  return await shownAt(page, lines, null) - began;
}

/** The same of runs that are longer than the picture is wide. */
async function refinedLong(page: Page, origin: string): Promise<number> {
  await page.goto(`${origin}/runs?all=name:long`);
  await shownAt(page, LONG_RUNS, "all");
  return await refined(page, LONG_RUNS);
}

export async function runsPage(): Promise<Figure[]> {
  const running = await startServer();
  const browser = await openChromium();
  try {
    await fill(running.project);
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    page.setDefaultTimeout(60_000);
    await page.addInitScript(watch);
    await page.goto(running.server.invite());
    const cold = await opened(page, running.origin);
    const open: number[] = [], choose: number[] = [], zoom: number[] = [], long: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      open.push(await opened(page, running.origin));
      choose.push(await chosen(page, running.origin));
      zoom.push(await refined(page, RUNS));
      long.push(await refinedLong(page, running.origin));
    }
    const figure = (what: string, times: number[], most: number): Figure => ({
      bench: "runs",
      what,
      value: median(times),
      unit: "ms",
      goal: `at most ${most}`,
    });
    const many = `${RUNS} runs × ${POINTS} values`;
    return [
      figure(`data asked for → first picture, ${many}, read from the disk (once)`, [cold], 1000),
      figure(`data asked for → first picture, ${many}`, open, 1000),
      figure(`choice of all → picture, ${many}`, choose, 1000),
      figure(`zoom → sharp, ${many}`, zoom, 300),
      figure(`zoom → sharp, ${LONG_RUNS} runs × ${LONG_POINTS} values`, long, 300),
    ];
  } finally {
    await browser.close();
    await running.end();
  }
}
