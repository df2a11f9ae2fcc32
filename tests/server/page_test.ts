import assert from "node:assert/strict";
import { chromiumTest } from "../browser/chromium.ts";
import { startServer } from "./fixture.ts";
import { labelled, lines, move, ownerTest, readerTest, withPage } from "./small_page.ts";

readerTest(
  "a slider moves the chart, the number beside it and the sentence, and the server is not asked",
  async ({ page }) => {
    const sent: string[] = [];
    page.on("websocket", () => sent.push("reconnected"));
    await move(page, "Shift", "ArrowRight");
    await page.locator(".finding", { hasText: "the shift is 3" }).waitFor();
    assert.equal(await labelled(page, "Shift").locator("input[type=number]").inputValue(), "3");
    const table = page.locator("#table td", { hasText: "patience 3" });
    await table.waitFor();
    assert.equal(await page.locator("#counter").getAttribute("data-state"), "idle");
    assert.deepEqual(sent, []);
  },
);

readerTest(
  "the pointer's rule is shared by the charts of a group, and arrow keys move it",
  async ({ page }) => {
    await page.locator("#chart .plot").nth(1).scrollIntoViewIfNeeded();
    const box = (await page.locator("#chart .plot").first().boundingBox())!;
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    assert.equal(await page.locator("#chart .plot .rule").count(), 2);
    const readouts = await page.locator("#chart output").allTextContents();
    assert.match(readouts[0], /^count \d+ {3}value \d\.\d{3}$/);
    assert.equal(readouts[0], readouts[1]);
    await page.mouse.move(5, 300);
    assert.equal(await page.locator("#chart .plot .rule").count(), 0);
    assert.match((await page.locator("#chart output").first().textContent())!, /^last /);
    await page.locator("#chart .plot").first().press("ArrowRight");
    await page.keyboard.press("Shift+ArrowRight");
    assert.match((await page.locator("#chart output").first().textContent())!, /^count 11 /);
  },
);

ownerTest("an input of the server waits for Run, and Run runs it", async ({ page }) => {
  const before = await lines(page);
  await move(page, "Count to", "ArrowRight");
  const run = page.locator("#run");
  await run.waitFor();
  for (const cell of ["counter", "chart", "table"]) {
    await page.locator(`#${cell}[data-state=stale] .status`, { hasText: /^stale\s+count changed$/ })
      .waitFor();
  }
  assert.equal(await page.locator("[data-cell=finding]").getAttribute("data-state"), "stale");
  assert.equal(await page.locator("#plain").getAttribute("data-state"), "idle");
  const stale = await page.locator(".cell[data-state=stale]").count() -
    await page.locator(".cell .status", { hasText: "waiting" }).count();
  assert.equal(await run.textContent(), `Run ${stale} stale cells`);
  assert.match((await page.locator("#counter .status").textContent())!, /stale\s+count changed/);
  assert.deepEqual(await lines(page), before);
  await run.click();
  await page.locator(".finding", { hasText: "The count stands at 25 of 25" }).waitFor();
  await run.waitFor({ state: "hidden" });
  assert.notDeepEqual(await lines(page), before);
  assert.equal(await page.locator("#chart").getAttribute("data-state"), "idle");
});

readerTest("a button beside the page lists the keys", async ({ page }) => {
  await page.getByRole("button", { name: "Keys" }).click();
  await page.locator("dialog#keys", { hasText: "run stale cells" }).waitFor();
  await page.keyboard.press("Escape");
  await page.locator("dialog#keys").waitFor({ state: "hidden" });
});

readerTest("a failed cell says what, where and who waits, and shows the line", async ({ page, project }) => {
  const error = page.locator("#broken .error-text");
  assert.match((await error.textContent())!, /^TypeError.*small\.ts:\d+:\d+ in resample/);
  assert.equal(await page.locator("#waits .empty").textContent(), "Waits for broken, which failed.");
  assert.match((await page.locator("#broken .status").textContent())!, /^error\s+1 cell waits for it$/);
  await error.locator("a").click();
  assert.equal((await page.locator("#broken .l.bad").textContent())!.trim(), "return values!.length;");
  const line = Number(/small\.ts:(\d+)/.exec((await error.textContent())!)![1]);
  const text = (await Deno.readTextFile(`${project}/notebooks/small.ts`)).split("\n");
  assert.equal(text[line - 1].trim(), "return values!.length;");
  assert.equal(
    await page.locator("#contents li", { hasText: "What breaks" }).locator(".state.error").count(),
    1,
  );
});

readerTest(
  "the source panel shows the file's lines, what the cell reads and what reads it",
  async ({ page }) => {
    await page.locator("#counter [data-act=source]").click();
    const panel = page.locator("#counter > .src");
    assert.match((await panel.locator(".l").first().textContent())!, /^async function\* counting/);
    const where = (await panel.locator(".where").textContent())!;
    assert.match(where, /^small\.ts:\d+/);
    assert.match(where, /reads count · read by finding, chart/);
    await page.locator("#counter [data-act=source]").click();
    assert.equal(await panel.isVisible(), false);
  },
);

ownerTest(
  "saving the file changes what changed, and keeps the place, the inputs and the count",
  async ({ page, file }) => {
    const text = await Deno.readTextFile(file);
    await move(page, "Shift", "ArrowRight");
    await page.locator("#errors-text, #part-what-breaks").first().evaluate((node) => node.scrollIntoView());
    const top = () =>
      page.locator("#broken").evaluate((node) => Math.round(node.getBoundingClientRect().top));
    const before = await top();
    await Deno.writeTextFile(
      file,
      text
        .replace(
          "// ## Counting\n",
          "// ## Counting to the end\n//\n// One paragraph more, above what is read.\n",
        )
        .replace('"keep " + keep', '"kept " + keep'),
    );
    await page.locator("#plain", { hasText: "kept best" }).waitFor();
    await page.locator("#contents", { hasText: "Counting to the end" }).waitFor();
    assert.ok(Math.abs(await top() - before) <= 2, "what is read stays where it was");
    assert.equal(await labelled(page, "Shift").locator("input[type=number]").inputValue(), "3");
    await page.locator(".finding", { hasText: "The count stands at 20 of 20, and the shift is 3" }).waitFor();

    await Deno.writeTextFile(file, text + "\n// %% torn\nconst a = ;\n");
    const problems = page.locator("#problems");
    await problems.locator(".error-text").waitFor();
    assert.match((await problems.textContent())!, /own_\d+\.ts:\d+:\d+/);
    assert.ok(await page.locator("#chart .plot").first().isVisible(), "the last good page stays");
    await Deno.writeTextFile(file, text);
    await problems.locator(".error-text").waitFor({ state: "detached" });
  },
);

readerTest("the theme is chosen by the button and kept for the next page", async ({ page }) => {
  const theme = () => page.evaluate(() => document.documentElement.dataset.theme);
  assert.equal(await theme(), undefined);
  await page.click("#theme");
  assert.equal(await theme(), "dark");
  await page.reload();
  assert.equal(await theme(), "dark");
  const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  assert.equal(ground, "rgb(20, 22, 26)");
});

readerTest("a narrow page does not scroll sideways and folds its contents", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  assert.equal(await page.getByRole("button", { name: "Restart kernel" }).isVisible(), true);
  await page.waitForFunction(() => !document.querySelector<HTMLDetailsElement>("details.toc")!.open);
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  const widths = await page.locator("#chart .plot").evaluateAll((plots) =>
    plots.map((plot) => plot.clientWidth)
  );
  assert.ok(widths.every((width) => width <= 358));
  assert.equal(await page.locator("#table td .pips").first().isVisible(), false);
});

readerTest("keys go through the cells, open the source and list themselves", async ({ page }) => {
  const current = () =>
    page.evaluate(() => document.activeElement!.closest<HTMLElement>(".cell")?.dataset.cell);
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  assert.equal(await current(), "rules");
  await page.keyboard.press("j");
  await page.keyboard.press("s");
  assert.ok(await page.locator("#counter > .src").isVisible());
  await page.keyboard.press("k");
  assert.equal(await current(), "rules");
  await page.keyboard.press("?");
  assert.ok(await page.locator("#keys").isVisible());
});

readerTest("a table sorts by a column, and keeps its order when its data changes", async ({ page }) => {
  const first = () => page.locator("#table tbody tr td").first().textContent();
  await page.locator("#table th button", { hasText: "saved" }).click();
  assert.match((await first())!, /^Fixed steps/);
  assert.equal(await page.locator("#table th[aria-sort]").textContent(), "saved ↑");
  await move(page, "Shift", "ArrowRight");
  await page.locator("#table td", { hasText: "patience 3" }).waitFor();
  assert.match((await first())!, /^Fixed steps/);
});

chromiumTest("a lost connection is said, and inputs are disabled while the page stays", async () => {
  const running = await startServer();
  try {
    await withPage(running, "small.ts", async ({ page, server, faults }) => {
      await server.close();
      await page.locator("#connection", { hasText: "Reconnecting" }).waitFor();
      assert.ok(await labelled(page, "Shift").locator("input[type=range]").isDisabled());
      assert.ok(await page.locator("#chart .plot").first().isVisible());
      faults.length = 0; // the browser reports each refused connection
    });
  } finally {
    await running.end();
  }
});
