/** The stories of a notebook's page: what runs cost, saves from an editor, and connections that break. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { Page } from "playwright-core";
import { decode, encode } from "../../lib/notebook/codec.ts";
import type { ToPage } from "../../lib/notebook/wire.ts";
import { serve } from "../../server/serve.ts";
import { pageTest } from "../browser/opened.ts";

const out = (page: Page, cell: string, text: string) =>
  page.locator(`#${cell} > .out`, { hasText: new RegExp(`^${text}$`) }).waitFor();
const status = (page: Page, cell: string, text: RegExp) =>
  page.locator(`#${cell} .status`, { hasText: text }).waitFor();
const slider = (page: Page, label: string) =>
  page.locator(".inputs form", { hasText: label }).locator("input[type=range]");
const counted = (page: Page, to: number, shift = 2) => out(page, "sum", `sum ${to + shift}`);

/** The page's line to the server, to be cut and mended as a closed laptop does. */
async function connectionOf(page: Page) {
  const routes = new Set<{ ends(): void }>();
  let whole = true;
  await page.routeWebSocket(/\/live/, (route) => {
    if (!whole) return void route.close();
    const server = route.connectToServer();
    routes.add({ ends: () => void Promise.all([route.close(), server.close()]) });
  });
  return {
    cut() {
      whole = false;
      for (const route of routes) route.ends();
      routes.clear();
    },
    mend: () => whole = true,
  };
}

/** The texts that the page has shown for a cell, in order. */
async function followed(page: Page, cell: string): Promise<() => Promise<string[]>> {
  await page.locator(`#${cell} > .out`).evaluate((node) => {
    const seen: string[] = [];
    new MutationObserver(() => seen.push(node.textContent!)).observe(node, {
      childList: true,
      characterData: true,
      subtree: true,
    });
    Object.assign(globalThis, { seen });
  });
  return () => page.evaluate(() => (globalThis as unknown as { seen: string[] }).seen);
}

pageTest(
  "what waits says its price, runs by its own button, and is remembered",
  "costly.ts",
  async (opened) => {
    const { page } = opened;
    await counted(page, 20);
    await status(page, "counter", /^server, 1\.\d s$/);
    await slider(page, "Count to").press("ArrowRight");
    await status(page, "counter", /^stale\s+limit changed · ≈ [12] s$/);
    await status(page, "doubled", /^stale\s+limit changed$/);
    await status(page, "sum", /^stale\s+limit changed$/);
    await page.locator("#run", { hasText: /^Run 3 stale cells ≈ [12] s$/ }).waitFor();
    assert.equal(await page.locator("#other").getAttribute("data-state"), "idle");
    assert.equal(
      await page.locator("[data-act=run]").count(),
      1,
      "what is below a training follows by itself",
    );

    // While it runs, what is below it and still shows old values stays marked.
    await page.locator("#counter [data-act=run]").click();
    await page.locator("#counter[data-state=running]").waitFor();
    await counted(page, 30);
    await page.locator("#run").waitFor({ state: "hidden" });

    // Back at the values of the last run there is nothing to run.
    await slider(page, "Count to").press("ArrowRight");
    await status(page, "counter", /^stale/);
    await slider(page, "Count to").press("ArrowLeft");
    await counted(page, 30);
    await page.locator("#run").waitFor({ state: "hidden" });

    // Twice i stops a run; what it had shows.
    await slider(page, "Count to").press("ArrowRight");
    await page.locator("#run").click();
    await page.locator("#counter .status", { hasText: /^running/ }).waitFor();
    await out(page, "sum", "sum [3-9]");
    await page.locator("#counter .note .mono").focus();
    await page.keyboard.press("i");
    await page.keyboard.press("i");
    await status(page, "counter", /^stale\s+stopped/);
  },
);

pageTest(
  "what ran before on the same inputs is remembered, in another kernel too, and says so",
  "costly.ts",
  async (opened) => {
    const { page } = opened;
    await counted(page, 20);
    await slider(page, "Count to").press("ArrowLeft");
    await page.locator("#run").click();
    await counted(page, 10);
    await slider(page, "Count to").press("ArrowRight");
    await counted(page, 20);
    await status(page, "counter", /^cached, 1\.\d s$/);
    await page.click("#restart");
    await page.locator("#kernel", { hasText: "kernel ready" }).waitFor();
    await status(page, "counter", /^cached, 1\.\d s$/);
    await counted(page, 20);
  },
);

pageTest(
  "a save updates the page in place, and an error leaves the last good value",
  "costly.ts",
  async (opened) => {
    const { page, file } = opened;
    await counted(page, 20);
    const text = await Deno.readTextFile(file);
    await slider(page, "Shift").press("ArrowRight");
    await counted(page, 20, 3);
    await page.setViewportSize({ width: 1440, height: 300 });
    await page.locator("#other").evaluate((node) => {
      node.scrollIntoView();
      Object.assign(node.querySelector(".out")!.firstElementChild!, { kept: true });
    });
    const top = () => page.locator("#other").evaluate((node) => Math.round(node.getBoundingClientRect().top));
    const before = await top();
    await Deno.writeTextFile(
      file,
      text.replace("`sum $" + "{", "`total $" + "{").replace(
        "// The count takes",
        "// One line more.\n//\n// The count takes",
      ),
    );
    await out(page, "sum", "total 23");
    assert.ok(
      Math.abs(await top() - before) <= 2,
      `what is read stays where it was: ${before}, ${await top()}`,
    );
    assert.equal(await slider(page, "Shift").inputValue(), "3");
    const kept = () => page.locator("#other > .out").evaluate((node) => "kept" in node.firstElementChild!);
    assert.ok(await kept(), "what did not change is not drawn again");

    // A syntax error marks its cell, wherever that has moved in the file; the value stays.
    await Deno.writeTextFile(file, `\n\n${text.replace("2 * counted.step;", "2 * ;")}`);
    const fault = page.locator("#doubled > .error-text.saved");
    await fault.waitFor();
    const line = text.split("\n").findIndex((each) => each.includes("2 * counted.step")) + 3;
    assert.match((await fault.textContent())!, new RegExp(`^Error costly\\.ts:${line}:\\d+ `));
    await status(page, "doubled", /^error as saved/);
    await out(page, "doubled", "twice 40");
    assert.equal(await page.locator("[data-fault]").count(), 1);
    assert.match((await page.locator("#counts").textContent())!, /1 error/);
    assert.match(
      (await page.locator("#problems").textContent())!,
      /The page shows the last version that loaded/,
    );
    await Deno.writeTextFile(file, text);
    await fault.waitFor({ state: "detached" });
    await out(page, "sum", "sum 23");

    // A notebook that is gone is one line; the page stays, and comes back with the file.
    await Deno.rename(file, `${file}.away`);
    await page.locator("#problems", { hasText: "missing file: costly.ts" }).waitFor();
    await out(page, "sum", "sum 23");
    await slider(page, "Shift").press("ArrowRight");
    await counted(page, 20, 4);
    await Deno.rename(`${file}.away`, file);
    await page.locator("#problems .error-text").waitFor({ state: "detached" });
  },
);

pageTest(
  "reload, a second tab, a closed laptop and another server: all is there, once",
  "costly.ts",
  async (opened) => {
    const { page, server, project, faults } = opened;
    await counted(page, 20);
    const line = await connectionOf(page);
    await page.reload();
    await counted(page, 20);
    await out(page, "doubled", "twice 40");

    // Inputs of the page are each tab's own, those of the server are shared.
    const other = await page.context().newPage();
    await other.goto(page.url());
    await counted(other, 20);
    await slider(other, "Shift").press("ArrowRight");
    await counted(other, 20, 3);
    await slider(other, "Count to").press("ArrowLeft");
    await status(page, "counter", /^stale\s+limit changed/);
    assert.equal(await slider(page, "Count to").inputValue(), "10");
    assert.equal(await slider(page, "Shift").inputValue(), "2");

    // The tab that was away gets what it missed: the last of it, once.
    const seen = await followed(page, "doubled");
    line.cut();
    await page.locator("#connection", { hasText: "Reconnecting" }).waitFor();
    await other.locator("#run").click();
    await counted(other, 10, 3);
    line.mend();
    await counted(page, 10);
    await out(page, "doubled", "twice 20");
    const values = (await seen()).map((each) => Number(each.replace("twice ", "")));
    assert.deepEqual(values, [...new Set(values)].toSorted((a, b) => a - b));
    await other.close();

    // Another server on the same port: the page knows it again after signing in, and has its values.
    const { port } = server;
    await server.close();
    await page.locator("#connection", { hasText: "Reconnecting" }).waitFor();
    assert.ok(await slider(page, "Shift").isDisabled());
    await out(page, "doubled", "twice 20");
    const again = await serve({ project, port, engine: "cpu", say: () => {} });
    try {
      assert.equal(again.port, port);
      const door = await page.context().newPage();
      await door.goto(again.invite());
      await page.waitForFunction(() => !document.getElementById("connection")!.classList.contains("lost"));
      await page.waitForFunction(() => !document.querySelector<HTMLInputElement>(".inputs input")!.disabled);
      await out(page, "doubled", "twice 20");
      await counted(page, 10);
      await page.reload();
      await out(page, "doubled", "twice 20");
      await counted(page, 10);
      assert.equal(await slider(page, "Count to").inputValue(), "10");
      faults.splice(0); // the browser reports each refused connection
    } finally {
      await again.close();
    }
  },
);

pageTest(
  "a viewer moves what is of the page, and is told why the rest is not to be moved",
  "costly.ts",
  async (opened) => {
    const { page, browser, server, origin } = opened;
    await counted(page, 20);
    const context = await browser.newContext();
    const viewer = await context.newPage();
    await viewer.routeWebSocket(/\/live/, (route) => {
      const line = route.connectToServer();
      line.onMessage((frame) => {
        const message = decode(new Uint8Array(frame as Buffer)) as ToPage;
        const told = message.t === "hello" ? { ...message, role: "viewer" } : message;
        route.send(Buffer.from(encode(told)));
      });
    });
    await viewer.goto(server.invite());
    await viewer.goto(`${origin}/notebooks/costly.ts`);
    await counted(viewer, 20);
    const input = viewer.locator(".inputs form", { hasText: "Count to" });
    assert.ok(await input.locator("input[type=range]").isDisabled());
    assert.equal(await input.locator(".why").textContent(), "Set by the owner: the server reads it.");
    await slider(viewer, "Shift").press("ArrowRight");
    await counted(viewer, 20, 3);
    assert.equal(await viewer.locator("#restart").isVisible(), false);
    await slider(page, "Count to").press("ArrowLeft");
    await viewer.locator("#counter[data-state=stale]").waitFor();
    assert.equal(await input.locator("input[type=range]").inputValue(), "10");
    assert.equal(await viewer.locator("#run").isVisible(), false);
  },
);

pageTest(
  "a saved type error marks its cell, and the last good value stays",
  "costly.ts",
  async (opened) => {
    const { page, file } = opened;
    await counted(page, 20);
    const good = await Deno.readTextFile(file);
    const bad = good.replace("2 * counted.step;", '"2" + counted.step;');
    const fault = page.locator("#doubled > .error-text.saved");
    // Until the compiler is warm a save does not wait for it: it is shown first, and marked when the compiler has spoken.
    for (let round = 0; round < 10; round++) {
      await Deno.writeTextFile(file, bad);
      await fault.waitFor({ timeout: 120_000 });
      assert.match((await fault.textContent())!, /^Error costly\.ts:\d+:\d+ .*'string'/);
      if (await page.locator("#problems", { hasText: "last version that loaded" }).isVisible()) break;
      await Deno.writeTextFile(file, good);
      await fault.waitFor({ state: "detached" });
      await out(page, "doubled", "twice 40");
    }
    await page.locator("#problems", { hasText: "The page shows the last version that loaded." }).waitFor();
    assert.equal(await page.locator("#doubled").getAttribute("data-state"), "idle");
    await out(page, "doubled", "twice 40");
    await Deno.writeTextFile(file, good);
    await fault.waitFor({ state: "detached" });
    await page.locator("#problems .error-text").waitFor({ state: "detached" });
    await out(page, "doubled", "twice 40");
  },
  {},
  true,
);

pageTest("the graph of the cells opens by its key and by its button, alone", "costly.ts", async (opened) => {
  const { page } = opened;
  await counted(page, 20);
  const graph = page.locator("#graph");
  await page.keyboard.press("g");
  await graph.locator("img").waitFor();
  const size = await graph.locator("img").evaluate(async (image: HTMLImageElement) => {
    await image.decode();
    return [image.naturalWidth, image.naturalHeight];
  });
  assert.ok(size[0] > 500 && size[1] > 100, `${size}`);
  const box = (await graph.boundingBox())!;
  assert.ok(box.x >= 0 && box.x + box.width <= 1440 && box.y >= 0 && box.y + box.height <= 900);
  await page.keyboard.press("?");
  await page.keyboard.press("j");
  assert.equal(await page.locator("#keys").isVisible(), false, "other keys are off while it is open");
  await page.keyboard.press("g");
  await graph.waitFor({ state: "hidden" });
  await page.locator("#show-graph").click();
  await graph.waitFor();
  await page.keyboard.press("Escape");
  await graph.waitFor({ state: "hidden" });
  const alone = await page.context().newPage();
  await alone.goto(`${page.url()}/graph.svg`);
  assert.equal(
    await alone.locator("svg .server").first().evaluate((box) => getComputedStyle(box).strokeWidth),
    "2px",
  );
});
