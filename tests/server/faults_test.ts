import assert from "node:assert/strict";
import type { Browser, Page } from "playwright-core";
import { chromiumTest, openChromium } from "../browser/chromium.ts";
import { type Running, startServer } from "./fixture.ts";

/**
 * Held as text: as a file of the checkout it would fail the checks of types and style.
 * @param module that is not there, and of no other notebook
 */
const faulty = (module: string) =>
  `// %% imports [hidden]
import { display, inputs, view } from "plateau";
import { nothing } from "./${module}.ts";

// %% text [markdown]
// # A faulty notebook
//
// Some of its cells fail, each in its own way; the others live.

// %% slides
const size = view(inputs.range([0, 10], { label: "Size", value: 2, step: 1 }));

// %% lives
display(\`size \${size}\`);

// %% misses
display(nothing);

// %% first twin
const twin = 1;

// %% second twin
const twin = 2;

// %% waits
const late = twin;
display(late);

// %% later
setTimeout(() => {
  throw new Error("in a timer");
}, 20);
display("set");
`;

let browser: Promise<Browser> | null = null;
let running: Promise<Running> | null = null;
Deno.test.afterAll(async () => {
  await (await browser)?.close();
  await (await running)?.end();
});

/** A test in a browser, with a notebook of its own open on the server of all: `NAME.ts`, which misses `no_NAME.ts`. */
function pageTest(
  name: string,
  notebook: string,
  body: (page: Page, running: Running) => Promise<void>,
): void {
  chromiumTest(name, async () => {
    const served = await (running ??= startServer([]));
    await Deno.writeTextFile(`${served.project}/notebooks/${notebook}.ts`, faulty(`no_${notebook}`));
    const context = await (await (browser ??= openChromium())).newContext();
    try {
      const page = await context.newPage();
      page.setDefaultTimeout(60_000);
      await page.goto(served.server.invite());
      await page.goto(`${served.origin}/notebooks/${notebook}.ts`);
      await body(page, served);
    } finally {
      await context.close();
    }
  });
}

const cell = (page: Page, name: string) => page.locator(`[data-cell="${name}"]`);
const says = (page: Page, name: string, text: string | RegExp) =>
  cell(page, name).filter({ hasText: text }).waitFor();

/** Saves the notebook with one part of its text replaced. */
async function edit({ project }: Running, notebook: string, from: string, to: string): Promise<void> {
  const path = `${project}/notebooks/${notebook}.ts`;
  const text = await Deno.readTextFile(path);
  assert.ok(text.includes(from));
  await Deno.writeTextFile(path, text.replace(from, to));
}

pageTest(
  "cells with an error say what and where, the others live, and a save mends them",
  "mended",
  async (page, running) => {
    await says(page, "lives", "size 2");
    await says(page, "misses", /missing file: \.\/no_mended\.ts\.[^]*mended\.ts:3:10/);
    await says(
      page,
      "first twin",
      /duplicate name: twin \(cell first twin, line \d+, cell second twin, line \d+\)/,
    );
    await says(page, "second twin", "duplicate name: twin");
    await says(page, "waits", "Waits for");
    await says(page, "later", /set[^]*line \d+: Error: in a timer/);
    await page.locator("input[type=range]").press("ArrowRight");
    await says(page, "lives", /size 2\.?\d*|size 3/);
    await edit(running, "mended", "// %% second twin\nconst twin", "// %% second twin\nconst other");
    await says(page, "waits", /^\s*1\s/);
    assert.equal(await cell(page, "first twin").getAttribute("data-state"), "idle");
  },
);

pageTest(
  "a cell that only gets another name keeps what it shows, and does not run again",
  "renamed",
  async (page, running) => {
    await says(page, "lives", "size 2");
    await page.evaluate(() =>
      document.querySelector('[data-cell="lives"] .out')!.setAttribute("data-seen", "yes")
    );
    await edit(running, "renamed", "// %% lives", "// %% still lives");
    await says(page, "still lives", "size 2");
    assert.equal(await cell(page, "still lives").locator('.out[data-seen="yes"]').count(), 1);
    assert.equal(await cell(page, "lives").count(), 0);
  },
);

pageTest(
  "a file that is removed is a problem of the page, which stays, and comes back with the file",
  "removed",
  async (page, { project }) => {
    await says(page, "lives", "size 2");
    const path = `${project}/notebooks/removed.ts`;
    const text = await Deno.readTextFile(path);
    await Deno.remove(path);
    await page.locator("#problems", { hasText: "missing file: removed.ts; put it back" }).waitFor();
    await says(page, "lives", "size 2");
    await Deno.writeTextFile(path, text);
    await page.locator("#problems", { hasText: "put it back" }).waitFor({ state: "detached" });
  },
);

pageTest(
  "a module that throws when it is loaded is every cell's error until it is mended",
  "throwing",
  async (page, running) => {
    await says(page, "lives", "size 2");
    const module = `${running.project}/notebooks/no_throwing.ts`;
    await Deno.writeTextFile(module, 'throw new Error("boom");\nexport const nothing = 1;\n');
    await edit(running, "throwing", "// # A faulty", "// # The faulty");
    await says(page, "lives", /boom\.[^]*mend it and save/);
    assert.equal(await cell(page, "lives").getAttribute("data-state"), "error");
    await Deno.writeTextFile(module, "export const nothing = 1;\n");
    await says(page, "lives", "size 2");
  },
);
