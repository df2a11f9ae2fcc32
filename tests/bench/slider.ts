/** From a slider's input event to the painted chart: the main notebook in chromium, 3,000 recorded steps a seed. */
import type { Page } from "playwright-core";
import { openChromium } from "../browser/chromium.ts";
import { served } from "../browser/served.ts";
import { type Figure, median, percentile } from "./interleave.ts";

const MOVES = 60;

export async function slider(): Promise<Figure[]> {
  const times = await pageTimes();
  return [
    {
      bench: "slider",
      what: "input → painted chart, median",
      value: median(times),
      unit: "ms",
      goal: "at most 50",
    },
    {
      bench: "slider",
      what: "input → painted chart, 95th percentile",
      value: percentile(times, 0.95),
      unit: "ms",
    },
  ];
}

/** Milliseconds of each move in the notebook's page, which has trained what it shows. */
export async function pageTimes(): Promise<number[]> {
  const server = await served(18600);
  const browser = await openChromium();
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    page.setDefaultTimeout(180_000);
    await page.goto(server.address);
    await page.goto(`${server.origin}/notebooks/epochs_steps_plateau.ts`);
    return await moveTimes(page);
  } finally {
    await browser.close();
    await server.stop();
  }
}

/** Milliseconds of each move in a page, or a report, as soon as it shows its finding. */
export async function moveTimes(page: Page): Promise<number[]> {
  await page.locator(".finding", { hasText: "of 3 seeds" }).waitFor();
  await page.waitForFunction(() => document.querySelector(".out:not(.replaced) > .still") === null);
  return await page.evaluate(moves, MOVES);
}

/** In the page: moves the patience slider, and waits until the curves are drawn again and painted. */
async function moves(count: number): Promise<number[]> {
  const form = [...document.querySelectorAll(".inputs form")].find((form) =>
    form.textContent!.includes("Patience")
  )!;
  const range = form.querySelector<HTMLInputElement>("input[type=range]")!;
  const curves = document.querySelector("#curves")!;
  const painted = () =>
    new Promise<void>((resolve) =>
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => resolve();
        port2.postMessage(null);
      })
    );
  const times: number[] = [];
  for (let move = 0; move < count; move++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    const drawn = new Promise<void>((resolve) => {
      const observer = new MutationObserver((records) => {
        if (!records.some(({ addedNodes }) => [...addedNodes].some((node) => node.nodeName === "svg"))) {
          return;
        }
        observer.disconnect();
        resolve();
      });
      observer.observe(curves, { childList: true, subtree: true });
    });
    range.value = String(3 + move % 20);
    const began = performance.now();
    range.dispatchEvent(new Event("input", { bubbles: true }));
    await drawn;
    await painted();
    times.push(performance.now() - began);
  }
  return times;
}
