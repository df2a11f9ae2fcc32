/** The main notebook's report as a reader has it, a file: how large it is, how soon it is seen, and how a slider moves. */
import { fileURLToPath, pathToFileURL } from "node:url";
import { stopBundler } from "../../lib/notebook/bundle.ts";
import { exportReport } from "../../server/report/export_report.ts";
import { openChromium } from "../browser/chromium.ts";
import { type Figure, median } from "./interleave.ts";
import { moveTimes, pageTimes } from "./slider.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const NOTEBOOK = `${ROOT}notebooks/epochs_steps_plateau.ts`;
const OPENED = 7;
/** For a browser that has just started. */
const SETTLED = 1000;

export async function report(): Promise<Figure[]> {
  const folder = await Deno.makeTempDir({ prefix: "plateau-bench-" }), file = `${folder}/report.html`;
  try {
    const { html } = await exportReport({ file: NOTEBOOK, project: ROOT, engine: "wasm" });
    await stopBundler();
    await Deno.writeTextFile(file, html);
    const { size } = await Deno.stat(file), address = pathToFileURL(file).href;
    const painted = await paints(address);
    const inReport = median(await reportTimes(address)), inPage = median(await pageTimes());
    return [
      figure("size of the main notebook's report", size / 1000, "kB", "at most 700"),
      figure(
        "opened from disk → first paint, median of fresh profiles",
        median(painted),
        "ms",
        "at most 300",
      ),
      figure("the same, the slowest", Math.max(...painted), "ms"),
      figure("slider → painted chart in the report, median", inReport, "ms", "as in the page"),
      figure("slider → painted chart in the page, median", inPage, "ms", "at most 50"),
      figure("report ÷ page", inReport / inPage, "×"),
    ];
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Milliseconds from the navigation to the first paint, each time in a browser that never saw the file. */
async function paints(address: string): Promise<number[]> {
  const times: number[] = [];
  for (let open = 0; open <= OPENED; open++) {
    const browser = await openChromium();
    try {
      const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
      await new Promise((resolve) => setTimeout(resolve, SETTLED));
      await page.goto(address, { waitUntil: "commit" });
      const time = await page.evaluate(firstPaint);
      if (open > 0) times.push(time); // the first reads the browser itself from the disk
    } finally {
      await browser.close();
    }
  }
  return times;
}

/** In the page: when something of it was on the screen first. */
function firstPaint(): Promise<number> {
  return new Promise((resolve) => {
    new PerformanceObserver((list) => {
      const paint = list.getEntriesByName("first-contentful-paint")[0];
      if (paint !== undefined) resolve(paint.startTime);
    }).observe({ type: "paint", buffered: true });
  });
}

async function reportTimes(address: string): Promise<number[]> {
  const browser = await openChromium();
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    page.setDefaultTimeout(60_000);
    await page.goto(address);
    return await moveTimes(page);
  } finally {
    await browser.close();
  }
}

const figure = (what: string, value: number, unit: string, goal?: string): Figure => ({
  bench: "report",
  what,
  value,
  unit,
  ...(goal === undefined ? {} : { goal }),
});
