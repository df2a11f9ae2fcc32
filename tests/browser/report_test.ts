/** A report as a reader has it: a file, a browser, no network. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { stopBundler } from "../../lib/notebook/bundle.ts";
import type { Recording } from "../../lib/report/recording.ts";
import type { Stills } from "../../server/pages/report_article.ts";
import { chromiumTest, faultsOf, openChromium } from "./chromium.ts";
import { madeRecording, madeReport } from "./made_report.ts";
import { faintWords, obstacles } from "./readable.ts";

let browser: Promise<Browser> | undefined;
let recording: Promise<Recording> | undefined;
let report: Promise<string> | undefined;
const folder = await Deno.makeTempDir({ prefix: "plateau-report-" });
Deno.test.afterAll(async () => {
  await (await browser)?.close();
  if (recording !== undefined) await stopBundler();
  await Deno.remove(folder, { recursive: true });
});

const recorded = () => recording ??= madeRecording();
/** Drawn beforehand: words that say which drawing it is, and a figure whose clip has the name of a live one's. */
async function stills(): Promise<Stills> {
  const clip = `<clipPath id="plot-clip-1"><rect width="1" height="1"></rect></clipPath>`;
  const { notebook } = await recorded();
  return Object.fromEntries(
    notebook.cells.filter(({ kind, name }) => kind === "code" && name !== "imports" && name !== "counter")
      .map(({ key, name }) => [key, {
        wide: `<p>wide ${name}</p><svg class="plot" width="864" height="9">${clip}</svg>`,
        narrow: `<p>narrow ${name}</p>`,
      }]),
  );
}
const made = async () => await (report ??= madeReport(await recorded(), await stills()));

interface Read {
  readonly page: Page;
  /** everything that went wrong */
  readonly faults: string[];
  /** everything that was asked for beside the file itself */
  readonly requests: string[];
}

let files = 0;
/** A test of a report that is opened from disk with the network cut. */
function readerTest(
  name: string,
  body: (read: Read) => Promise<void>,
  options: BrowserContextOptions = {},
  change = (html: string) => html,
): void {
  chromiumTest(name, async () => {
    const path = join(folder, `${++files}.html`);
    await Deno.writeTextFile(path, change(await made()));
    const context = await (await (browser ??= openChromium())).newContext({
      viewport: { width: 1280, height: 900 },
      offline: true,
      ...options,
    });
    try {
      const page = await context.newPage();
      page.setDefaultTimeout(60_000);
      const faults = faultsOf(page, "null"), requests: string[] = [];
      const address = pathToFileURL(path).href;
      page.on("request", (request) => {
        if (request.url() !== address && !/^(blob|data):/.test(request.url())) requests.push(request.url());
      });
      await page.goto(address);
      await body({ page, faults, requests });
      assert.deepEqual(requests, []);
    } finally {
      await context.close();
    }
  });
}

/** A report whose scripts run: all of it is drawn, and at the end nothing has gone wrong. */
function liveTest(name: string, body: (page: Page) => Promise<void>, options?: BrowserContextOptions): void {
  readerTest(name, async ({ page, faults }) => {
    await says(page, "The count stands at 20 of 20, and the shift is 2.");
    await page.locator("#chart .chart .plot").waitFor();
    await body(page);
    assert.deepEqual(faults, []);
  }, options);
}

const says = (page: Page, words: string) => page.locator(".finding", { hasText: words }).waitFor();
const input = (page: Page, label: string) => page.locator(".out > .inputs form", { hasText: label });
const shown = (page: Page, selector: string) =>
  page.locator(selector).evaluateAll((nodes) =>
    nodes.filter((node) => node.checkVisibility({ visibilityProperty: true })).map((node) =>
      (node as HTMLElement).innerText.trim()
    )
  );

liveTest("a report opens from disk and draws every cell anew", async (page) => {
  assert.equal(await page.title(), "What a report <shows> · report");
  await page.locator("#words", { hasText: "axis steps, raw true" }).waitFor();
  await page.locator("#shown", { hasText: "Counted on the server." }).waitFor();
  await page.locator("#broken .error-text", { hasText: "TypeError" }).waitFor();
  await page.locator("#waits", { hasText: "Waits for broken, which failed." }).waitFor();
  await page.waitForFunction(() => document.querySelectorAll(".out:not(.replaced) > .still").length === 0);
  assert.deepEqual(await shown(page, ".still"), []);
  // what was drawn beforehand takes no part in what is drawn: the clip of the line is the live one's
  const clip = await page.locator("#chart .plot [clip-path]").first().getAttribute("clip-path");
  const width = await page.evaluate(
    (id) => document.getElementById(id)!.querySelector("rect")!.getBoundingClientRect().width || 800,
    /#([^"')]+)/.exec(clip!)![1],
  );
  assert.ok(width > 100);
  assert.deepEqual(await shown(page, ".status, .bar, .toc, #run"), []);
});

liveTest("figures and tables are numbered, and their sources open on demand", async (page) => {
  const code = page.locator("#chart .src pre");
  assert.equal(await code.isVisible(), false);
  await page.click("#chart [data-act=source]");
  assert.match(await code.innerText(), /Array\.from\(counted\.values/);
  const captions = await page.locator("figcaption").evaluateAll((nodes) =>
    nodes.map((node) => [
      getComputedStyle(node, "::before").content.replace(/counter\((\w+)\)/, "$1"),
      node.firstElementChild!.textContent,
    ])
  );
  assert.deepEqual(captions.map(([, words]) => words), [
    "One point a count.",
    "Policies by what they save.",
    "A square.",
  ]);
  assert.match(captions[0][0]!, /Figure/);
  assert.match(captions[1][0]!, /Table/);
});

liveTest("sliders of the browser's cells move what they moved in the notebook", async (page) => {
  const line = () => page.locator("#chart .plot [aria-label=line] path").getAttribute("d");
  const before = await line();
  await input(page, "Shift").locator("input[type=range]").press("ArrowRight");
  await says(page, "The count stands at 20 of 20, and the shift is 3.");
  await input(page, "Axis").locator("select").selectOption({ label: "epochs" });
  await page.locator("#words", { hasText: "axis epochs, raw true" }).waitFor();
  assert.equal(await line(), before, "the axis moved with the line");
});

liveTest(
  "an input of the server offers the states that were computed, or says why it stays",
  async (page) => {
    const rate = input(page, "Rate");
    assert.equal(await rate.innerText(), "Rate\n0.1\n0.2\nFixed in this report: changing it trains again.");
    assert.equal(await rate.locator("input:enabled").count(), 0);
    assert.equal(await input(page, "Shift").locator("input:disabled").count(), 0);
    const count = input(page, "Count to");
    assert.deepEqual(await count.locator(".seg label").allInnerTexts(), ["20", "40"]);
    await count.locator(".seg label", { hasText: "40" }).click();
    await says(page, "The count stands at 40 of 40, and the shift is 2.");
    assert.equal(await page.locator(".replay button").isDisabled(), true, "the stream is another state's");
    await count.locator(".seg label", { hasText: "20" }).click();
    await says(page, "The count stands at 20 of 20, and the shift is 2.");
    assert.equal(await page.locator(".replay button").isDisabled(), false);
  },
);

liveTest("a stream is replayed by hand and at its pace", async (page) => {
  const slider = page.locator(".replay input"), button = page.locator(".replay button");
  assert.equal(await button.innerText(), "Replay counter");
  assert.equal(await slider.inputValue(), "19");
  await slider.fill("4");
  await says(page, "The count stands at 5 of 20");
  await slider.press("ArrowRight");
  await says(page, "The count stands at 6 of 20");
  await slider.fill("0");
  await says(page, "The count stands at 1 of 20");
  await button.click();
  await page.waitForFunction(
    () => {
      const words = document.querySelector(".finding")!.textContent!;
      return !words.includes("at 1 of 20") && !words.includes("at 20 of 20");
    },
    undefined,
    { polling: 10 },
  );
  await says(page, "The count stands at 20 of 20");
  await page.locator(".replay button", { hasText: "Replay counter" }).waitFor();
});

liveTest("every figure gives its numbers, and a chart its picture", async (page) => {
  const download = async (cell: string, kind: string) => {
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.click(`#${cell} [data-save=${kind}]`),
    ]);
    return { name: file.suggestedFilename(), bytes: await Deno.readFile((await file.path())!) };
  };
  const text = new TextDecoder();
  const csv = await download("chart", "csv");
  assert.equal(csv.name, "chart-value.csv");
  const rows = text.decode(csv.bytes).split("\n");
  assert.deepEqual([rows[0], rows[1], rows.length], ["mark,index,x,y", "line,0,1,3", 22]);
  const json = JSON.parse(text.decode((await download("table", "json")).bytes));
  assert.deepEqual(json.rows, [["Early stopping (patience 8)", 0.52], ["Fixed, 20", 0.33]]);
  const svg = text.decode((await download("chart", "svg")).bytes);
  assert.match(svg, /^<svg [^>]*viewBox="0 0 864 190"/);
  assert.doesNotMatch(svg, /var\(|style=/);
  const png = (await download("chart", "png")).bytes;
  assert.deepEqual([...png.subarray(1, 4)], [..."PNG"].map((letter) => letter.charCodeAt(0)));
  const painted = await download("painted", "png");
  assert.equal(painted.name, "painted-a-square.png");
  assert.equal(text.decode(painted.bytes.subarray(1, 4)), "PNG");
  assert.equal(
    await page.locator("#painted [data-save]").count(),
    1,
    "what is painted has no lines and no numbers",
  );
});

liveTest("every word of a report stands out from its ground, in light and in dark", async (page) => {
  await page.click("#chart [data-act=source]");
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    assert.deepEqual(await faintWords(page), [], colorScheme);
  }
});

liveTest("a report can be heard, and pressed with a finger, wide and narrow", async (page) => {
  assert.deepEqual(await obstacles(page), []);
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement!.textContent), "Skip to content");
  await page.setViewportSize({ width: 390, height: 900 });
  assert.deepEqual(await obstacles(page), []);
});

liveTest("in print inputs are text, opened sources stay, and what acts is gone", async (page) => {
  await page.click("#chart [data-act=source]");
  await page.emulateMedia({ media: "print" });
  assert.equal(await page.locator("#chart .src pre").isVisible(), true);
  assert.deepEqual(await shown(page, ".note, .replay, .saves, input[type=range], .still"), []);
  assert.deepEqual(await shown(page, ".inputs .seg label"), ["20", "0.1"]);
  const toggle = input(page, "Raw values").locator("> div");
  assert.equal(await toggle.evaluate((node) => getComputedStyle(node, "::after").content), '"on"');
  const split = await page.locator("figure, tr, .inputs form, .src .l").evaluateAll((nodes) =>
    nodes.filter((node) => getComputedStyle(node).breakInside !== "avoid").map((node) => node.outerHTML)
  );
  assert.deepEqual(split, []);
});

liveTest("a narrow report does not scroll sideways", async (page) => {
  const [content, view] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(content <= view, `${content} of ${view}`);
}, { viewport: { width: 390, height: 800 } });

const STILL = ["finding", "rules", "shown", "chart", "table", "painted", "broken", "waits", "words"];
const without: [name: string, side: "wide" | "narrow", width: number, media: "screen" | "print"][] = [
  ["wide", "wide", 1280, "screen"],
  ["narrow", "narrow", 390, "screen"],
  ["in print", "wide", 390, "print"],
];
for (const [name, side, width, media] of without) {
  readerTest(`without scripts every cell stands as it was drawn, ${name}`, async ({ page, faults }) => {
    await page.emulateMedia({ media });
    assert.deepEqual(await shown(page, ".still"), STILL.map((cell) => `${side} ${cell}`));
    assert.deepEqual(await shown(page, ".acts, .saves, .replay"), []);
    assert.match(await page.locator(".made").innerText(), /deno task plateau verify [\w-]+\.html/);
    assert.deepEqual(faults, []);
  }, { javaScriptEnabled: false, viewport: { width, height: 800 } });
}

readerTest(
  "a report whose script is damaged still shows what was drawn",
  async ({ page, faults }) => {
    await page.waitForFunction(() => document.readyState === "complete");
    assert.deepEqual(await shown(page, ".still"), STILL.map((cell) => `wide ${cell}`));
    assert.equal(faults.length, 1, faults.join("; "));
  },
  {},
  (html) => html.replace(/(id="plateau-client">).{40}/, "$1"),
);
