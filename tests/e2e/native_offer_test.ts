/** The offer of the native engine as its readers meet it: in the terminal, on the pages, installed by a button. */
import assert from "node:assert/strict";
import type { Browser, Page } from "playwright-core";
import { chromiumPath, chromiumTest, faultsOf, openChromium } from "../browser/chromium.ts";
import { served } from "../browser/served.ts";
import { startServer } from "../server/fixture.ts";
import { canInstall, withoutNative } from "../server/without_native.ts";

const strip = (page: Page) => page.locator("#native");
const button = (page: Page, words: string) => strip(page).locator("button", { hasText: words });

/** A browser with two pages of one reader: a notebook and the index. */
async function twoPages(address: string, origin: string, notebook: string) {
  const browser: Browser = await openChromium();
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage(), index = await context.newPage();
  const faults = [faultsOf(page, origin), faultsOf(index, origin)];
  await page.goto(address);
  await page.goto(`${origin}/notebooks/${notebook}`);
  await index.goto(origin);
  return { browser, page, index, faults };
}

if (canInstall) {
  chromiumTest(
    "a machine without pip and uv is offered the native engine, and told what is missing",
    () =>
      withoutNative(async () => {
        const server = await served(18600, "auto");
        const { browser, page, index, faults } = await twoPages(
          server.address,
          server.origin,
          "global_step.ts",
        );
        try {
          await strip(page).locator("text=trains small networks about").waitFor();
          await index.setViewportSize({ width: 390, height: 844 });
          assert.equal(await index.evaluate(() => document.documentElement.scrollWidth), 390);
          await button(index, "Install 274 MB").click();
          for (const each of [index, page]) {
            await strip(each).locator("text=neither pip nor uv is installed (install one of them)").waitFor();
          }
          await page.locator("#said", { hasText: "native engine not installed" }).waitFor({
            state: "attached",
          });
          await button(page, "Try again").click();
          await strip(page).locator(".state.running").waitFor();
          await button(page, "Close").click();
          await strip(page).waitFor({ state: "hidden" });
          await index.reload();
          assert.equal(await strip(index).isHidden(), true, "what is closed stays closed");
          assert.deepEqual(faults, [[], []]);
        } finally {
          await browser.close();
          await server.stop();
        }
      }),
  );
}

/** A notebook whose byline names the engine: it trains. */
const TRAINING = `import { criteria, datasets, models, optimizers, schedules, train } from "plateau";
// %% training
const run = await train({
  model: models.mlp({ layers: [64, 10] }), data: datasets.digits(), optimizer: optimizers.adam(),
  schedule: schedules.constant(0.003), batch: 32, stop: criteria.maxSteps(3),
});
`;

const wheel = Deno.env.get("TENSORFLOW_WHEEL");
const why = wheel === undefined ? " (no wheel: name one in TENSORFLOW_WHEEL)" : "";

Deno.test({
  name:
    `a button installs the native engine, both pages see it, and a restarted kernel follows the new choice${why}`,
  ignore: !canInstall || chromiumPath === undefined || wheel === undefined,
  sanitizeOps: false,
  sanitizeResources: false,
  fn: () =>
    withoutNative(async (cache) => {
      const running = await startServer([], { engine: "auto", wheel });
      await Deno.writeTextFile(`${running.project}/notebooks/training.ts`, TRAINING);
      const entry = [running.server.invite(), running.origin, "training.ts"] as const;
      const { browser, page, index, faults } = await twoPages(...entry);
      try {
        await button(page, "Install 274 MB").click();
        await Promise.all([
          strip(page).locator("text=/Unpacking \\d+ of 853 MB/").waitFor(),
          strip(index).locator(".state.running").waitFor(),
        ]);
        for (const each of [page, index]) {
          await strip(each).locator("text=/^Installed\\. Kernels (now|still) start on /").waitFor();
        }
        const library = `${cache}/libtensorflow-2.21.0/libtensorflow_cc.so.2`;
        assert.ok((await Deno.stat(library)).size < 600e6, "cut to what the loader reads");
        const left = Array.from(Deno.readDirSync(cache), ({ name }) => name);
        assert.deepEqual(left.filter((name) => /^(unfinished|removed)-/.test(name)), []);
        assert.match(running.said.at(-1)!, /^trains on .*tensorflow \d/, "it was measured");
        await button(page, "Close").click();
        await strip(page).waitFor({ state: "hidden" });
        const kernel = page.locator("#kernel");
        await kernel.locator("text=tensorflow not installed").waitFor();
        await page.locator("#restart").click();
        await kernel.locator("text=/tensorflow \\d/").waitFor();
        assert.deepEqual(faults, [[], []]);
      } finally {
        await browser.close();
        await running.end();
      }
    }),
});
