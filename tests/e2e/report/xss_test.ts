/**
 * Texts that attack, in every field that a notebook can put into a page or a report: nothing runs and nothing is asked
 * for, also where the policy that would stop it is switched off.
 */
import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { openStore } from "../../../lib/store/open_store.ts";
import { takeIn } from "../../../lib/store/take_in.ts";
import { exportReport } from "../../../server/report/export_report.ts";
import { chromiumTest, openChromium } from "../../browser/chromium.ts";
import { payloads } from "../../report/payloads.ts";
import { type Running, startServer } from "../../server/fixture.ts";
import { falling, loggedRun, newRun } from "../../server/runs_fixture.ts";
import { faultyNotebook, HOSTILE_FILE, hostileNotebook, REPORTED_FILE } from "./hostile_notebook.ts";
import { openings, trapIn } from "./trap.ts";

/** A text as it stands in a document, however its lines break and whatever stands for what cannot be shown. */
const words = (text: string) => text.replaceAll(/[\s\p{Cc}\ufeff\ufffd]+/gu, "");

async function texts(page: Page, selector: string): Promise<string[]> {
  return (await page.locator(selector).allTextContents()).map(words);
}

/** The page shows each attack as its words, so the field was tried. */
async function showsAll(page: Page, selector: string): Promise<void> {
  const shown = (await texts(page, selector)).join("");
  for (const payload of payloads) assert.ok(shown.includes(words(payload)), `${selector} lacks ${payload}`);
}

interface Site {
  readonly running: Running;
  readonly browser: Browser;
}

/** A server over the hostile notebooks and runs, and a browser. */
async function onSite(act: (site: Site) => Promise<void>): Promise<void> {
  const running = await startServer([]);
  let browser: Browser | undefined;
  try {
    await Deno.writeTextFile(`${running.project}/notebooks/${HOSTILE_FILE}`, hostileNotebook);
    await Deno.writeTextFile(`${running.project}/notebooks/${REPORTED_FILE}`, hostileNotebook);
    await Deno.writeTextFile(`${running.project}/notebooks/faulty.ts`, faultyNotebook);
    browser = await openChromium();
    await act({ running, browser });
  } finally {
    await browser?.close();
    await running.end();
  }
}

/** Opens an address where no policy protects; `act` with the page, then nothing may have happened in it. */
async function tried(
  { running, browser }: Site,
  path: string,
  act: (page: Page) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext({ bypassCSP: true, viewport: { width: 1440, height: 900 } });
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(120_000);
    const own = new RegExp(
      `^(${running.origin}/(notebooks|assets|runs|modules|\\\\?|$)|data:image/|about:blank)`,
    );
    const { caught } = await trapIn(context, page, own);
    await page.goto(running.server.invite());
    await page.goto(`${running.origin}${path}`);
    await act(page);
    assert.deepEqual(await page.evaluate(openings), []);
    await page.mouse.move(400, 400);
    await page.keyboard.press("Tab");
    await page.waitForTimeout(500);
    assert.deepEqual(caught, []);
  } finally {
    await context.close();
  }
}

chromiumTest("the trap catches what runs, what asks and what waits to be clicked", async () => {
  const browser = await openChromium();
  try {
    const context = await browser.newContext({ bypassCSP: true });
    await context.route("**/*", (route) => {
      const at = /page\.test\/(\d+)$/.exec(route.request().url())?.[1];
      if (at === undefined) return route.abort();
      return route.fulfill({
        contentType: "text/html; charset=utf-8",
        body: `<p>${payloads[Number(at)]}</p>`,
      });
    });
    const page = await context.newPage();
    const { caught } = await trapIn(context, page, /^(about:blank|http:\/\/page\.test\/\d+$)/);
    let tried = 0, waiting = 0;
    for (let at = 0; at < payloads.length; at += 4, tried++) {
      await page.goto(`http://page.test/${at}`, { waitUntil: "domcontentloaded" });
      waiting += (await page.evaluate(openings).catch(() => ["it went elsewhere"])).length > 0 ? 1 : 0;
    }
    const ran = caught.filter((line) => line.startsWith("ran")).length;
    assert.ok(waiting > tried / 2 && ran > tried / 5, `${waiting} wait and ${ran} ran of ${tried}`);
    assert.ok(caught.some((line) => line.startsWith("request")), caught.join());
  } finally {
    await browser.close();
  }
});

/** Fields of the notebook that show the attacks whole, by selectors. */
const FIELDS = [
  "h1",
  ".dek",
  "#strings .out",
  "#elements .out",
  "#table table",
  "#inputs .inputs",
  "#charts .chart h3",
  ".note .mono",
  ".error-text",
];

chromiumTest(
  "no text of a notebook runs or asks for anything, in its page, in the index and in the graph",
  () =>
    onSite(async (site) => {
      await tried(site, `/notebooks/${encodeURIComponent(HOSTILE_FILE)}`, async (page) => {
        await page.locator("#last .out", { hasText: "the end of it" }).waitFor();
        await page.locator("#served .log", { hasText: "]8;;http:" }).waitFor();
        await page.locator("[id^=server-failure] .error-text").first().waitFor();
        for (const field of FIELDS) await showsAll(page, field);
        for (const source of await page.locator("[data-act=source]:visible").all()) {
          await source.click({ force: true, noWaitAfter: true });
        }
        await page.keyboard.press("g");
        await page.locator("#graph[open]").waitFor();
        await page.keyboard.press("Escape");
      });
      await tried(site, "/notebooks/faulty.ts", async (page) => {
        await page.locator("#problems .error-text").first().waitFor();
      });
      await tried(site, "/", async (page) => {
        await page.locator(".books li").nth(1).waitFor();
        await showsAll(page, ".books");
      });
    }),
);

chromiumTest(
  "no name, tag, metric or configuration of a run runs or asks for anything",
  () =>
    onSite(async (site) => {
      const store = await openStore(`${site.running.project}/.plateau/runs.sqlite`);
      try {
        for (const [at, payload] of payloads.entries()) {
          const text = payload.replaceAll("\0", "") || "none";
          const config = { lr: at, [text]: text };
          const run = await store.begin(newRun(text, { config, rule: text, from: text }));
          await run.append({
            "validation.loss": falling(20, 1, at),
            ...(at < 9 ? { [text]: falling(20) } : {}),
          });
          await run.end(at % 3 ? "stopped" : "failed", text, null);
        }
        const warnings = payloads.map((message) => ({ file: message, offset: null, message }));
        await takeIn(store, loggedRun("log", { warnings }), "logs");
      } finally {
        await store.close();
      }
      await tried(site, "/", async (page) => {
        await page.locator(".recent tr").nth(1).waitFor();
      });
      await tried(site, "/runs", async (page) => {
        await page.locator("#rows tbody tr").nth(9).waitFor();
        assert.match(await page.locator("#rows").innerText(), /<img|<svg|javascript:|<script/);
        for (const box of (await page.locator("#rows input[type=checkbox]").all()).slice(0, 9)) {
          await box.check({ force: true });
        }
        await page.locator("#overlay").waitFor();
      });
    }),
);

chromiumTest(
  "no text of a report runs or asks for anything, with scripts and without",
  () =>
    onSite(async (site) => {
      const { project } = site.running;
      const { html } = await exportReport({
        file: `${project}/notebooks/${REPORTED_FILE}`,
        project,
        engine: "cpu",
      });
      const file = `${project}/report.html`;
      await Deno.writeTextFile(file, html);
      for (const javaScriptEnabled of [true, false]) {
        const context = await site.browser.newContext({ bypassCSP: true, javaScriptEnabled });
        const page = await context.newPage();
        page.setDefaultTimeout(120_000);
        const { caught } = await trapIn(
          context,
          page,
          /^(file:.*\/report\.html|data:image\/|blob:|about:blank)/,
        );
        await page.goto(pathToFileURL(file).href);
        if (javaScriptEnabled) await page.locator("#last .out > :not(.still)").waitFor();
        for (const field of FIELDS) await showsAll(page, field);
        assert.deepEqual(await page.evaluate(openings), []);
        await page.mouse.move(400, 400);
        await page.waitForTimeout(500);
        assert.deepEqual(caught, [], `scripts ${javaScriptEnabled}`);
        await context.close();
      }
    }),
);
