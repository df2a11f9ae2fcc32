/** A thousand runs of a thousand points in chromium: the first frame, a pan, and the frame after it. */
import type { Page } from "playwright-core";
import { minmax } from "../../lib/curves/downsample.ts";
import { openChromium } from "../browser/chromium.ts";
import { madeFigure, openOverlayPage } from "../browser/overlay_page.ts";
import { type Figure, interleave, median } from "./interleave.ts";

const RUNS = 1_000, POINTS = 1_000;
const ROUNDS = 3, PAN_MS = 2_000;

/** Medians of `ROUNDS` fresh pages, and the thinning of one long curve. */
export async function overlayBench(): Promise<Figure[]> {
  const browser = await openChromium();
  const first: number[] = [], frames: number[] = [], sharp: number[] = [];
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const page = await browser.newPage({ viewport: { width: 1_000, height: 700 } });
      await openOverlayPage(page);
      first.push(await firstFrame(page));
      const { perSecond, sharpAfter } = await panned(page);
      frames.push(perSecond);
      sharp.push(sharpAfter);
      await page.close();
    }
  } finally {
    await browser.close();
  }
  const bench = "overlay",
    what = `${RUNS.toLocaleString("en-US")} runs × ${POINTS.toLocaleString("en-US")} points`;
  return [
    {
      bench,
      what: `${what}: data in the page → first frame`,
      value: median(first),
      unit: "ms",
      goal: "below 1,000",
    },
    {
      bench,
      what: `${what}: frames while panned`,
      value: median(frames),
      unit: "a second",
      goal: "at least 30",
    },
    { bench, what: `${what}: last movement → sharp`, value: median(sharp), unit: "ms", goal: "below 300" },
    ...await thinning(),
  ];
}

/** The figure is made in the page before the clock starts. */
async function firstFrame(page: Page): Promise<number> {
  await page.evaluate(
    `globalThis.figure = (${madeFigure})({ runs: ${RUNS}, points: ${POINTS}, pinned: ["r3"] })`,
  );
  return await page.evaluate(`new Promise((resolve) => {
    const began = performance.now();
    globalThis.view = overlayView(document.querySelector("#host"), { ranged() {}, hovered() {}, pinned() {} });
    view.show(figure, { x: [2500, 7000], y: null });
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => resolve(performance.now() - began);
      port2.postMessage(null);
    });
  })`);
}

/** In the page: notes each frame whose lines were drawn anew, and what they looked like. */
const WATCH = `
const crowd = document.querySelector(".overlay canvas"), ground = document.querySelector(".overlay .ground");
globalThis.frames = [];
let drawn = false;
new MutationObserver(() => drawn = true).observe(ground, { childList: true });
const tick = () => {
  if (drawn) frames.push(performance.now());
  drawn = false;
  requestAnimationFrame(tick);
};
requestAnimationFrame(tick);
globalThis.look = () => {
  const { data } = crowd.getContext("2d").getImageData(0, 0, crowd.width, crowd.height);
  let sum = 0;
  for (const value of new Uint32Array(data.buffer)) sum = Math.imul(sum, 31) + value | 0;
  return sum;
};
globalThis.moved = -Infinity;
addEventListener("pointermove", () => moved = performance.now(), true);
`;

/** Drags to and fro with the mouse for two seconds; then waits until the picture is the one that stays. */
async function panned(page: Page): Promise<{ perSecond: number; sharpAfter: number }> {
  await page.evaluate(WATCH);
  await page.mouse.move(400, 300);
  await page.mouse.down();
  // As a mouse does: a report every 8 ms, whether or not the page has drawn the one before.
  const moves: Promise<void>[] = [], began = performance.now();
  for (let move = 0; performance.now() - began < PAN_MS; move++) {
    moves.push(page.mouse.move(400 + 150 * Math.sin(move / 60), 300 + 20 * Math.sin(move / 90)));
    await new Promise((resolve) => setTimeout(resolve, 8));
  }
  await Promise.all(moves);
  await page.mouse.up();
  return await page.evaluate(`new Promise((resolve) => {
    const looks = [], from = moved, count = frames.filter((at) => at <= from).length;
    const first = frames[0], perSecond = (count - 1) / (from - first) * 1000;
    const poll = () => {
      looks.push([performance.now(), look()]);
      if (performance.now() - from < 700) return requestAnimationFrame(poll);
      const last = looks.at(-1)[1];
      const stays = looks.length - 1 - looks.toReversed().findIndex(([, seen]) => seen !== last);
      const at = looks.every(([, seen]) => seen === last) ? 0 : stays + 1;
      resolve({ perSecond, sharpAfter: looks[at][0] - from });
    };
    poll();
  })`);
}

/** 200,000 points at 1,000 pixels, with seven spikes and a dip of one step each. */
async function thinning(): Promise<Figure[]> {
  const count = 200_000, pixels = 1_000;
  const x = Float64Array.from({ length: count }, (_, i) => i),
    y = x.map((at) => 1 + Math.sin(at * 12.9898) * 0.05);
  const odd = [7_013, 31_337, 64_001, 88_888, 99_999, 130_407, 171_819, 199_998];
  for (const at of odd) y[at] = at === 88_888 ? 0.1 : 4;
  const { thin } = await interleave({ thin: () => minmax(x, y, pixels) }, 15);
  const kept = new Set(minmax(x, y, pixels));
  const bench = "overlay", what = "200,000 points at 1,000 pixels";
  return [
    { bench, what: `${what}: thinned`, value: thin, unit: "ms" },
    {
      bench,
      what: `${what}: of 7 one-step spikes and a dip, drawn`,
      value: odd.filter((at) => kept.has(at)).length,
      unit: "",
      goal: "8",
    },
  ];
}
