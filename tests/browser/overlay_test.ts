/** The figure of many runs as a reader uses it: pointer, wheel, keys, themes and files. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { chromiumTest, faultsOf, openChromium } from "./chromium.ts";
import { madeFigure, openOverlayPage, ORIGIN } from "./overlay_page.ts";

const VIEWPORT = { width: 1_000, height: 700 };

/** Opens the page with a figure shown; what the view tells is gathered in `told`. */
async function shown(page: Page, made: Parameters<typeof madeFigure>[0], change = ""): Promise<void> {
  await openOverlayPage(page);
  await page.evaluate(`
    globalThis.told = [];
    globalThis.figure = (${madeFigure})(${JSON.stringify(made)});
    ${change};
    globalThis.view = overlayView(document.querySelector("#host"), {
      ranged: (range) => told.push(["ranged", range]),
      hovered: (id) => told.push(["hovered", id]),
      pinned: (id) => told.push(["pinned", id]),
    });
    view.show(figure, null);
  `);
  await frame(page);
}
const frame = (page: Page) =>
  page.evaluate("new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))");
const toldOf = async (page: Page): Promise<[string, unknown][]> => await page.evaluate("told.splice(0)");
const lineOf = (text: string) => / {3}(\S+) /.exec(text)![1];
const readout = async (page: Page): Promise<string> => (await page.locator(".overlay output").textContent())!;
/** Share of the plot's pixels that a canvas inks, and the sum of their colours. */
const inked = async (page: Page, canvas: number): Promise<{ share: number; red: number; blue: number }> =>
  await page.evaluate(`(() => {
    const canvas = document.querySelectorAll(".overlay canvas")[${canvas}];
    const { width, height } = canvas;
    const copy = Object.assign(document.createElement("canvas"), { width, height })
      .getContext("2d", { willReadFrequently: true });
    copy.drawImage(canvas, 0, 0);
    const { data } = copy.getImageData(0, 0, width, height);
    let share = 0, red = 0, blue = 0;
    for (let i = 0; i < data.length; i += 4) {
      if (data[i + 3] > 20) { share++; red += data[i]; blue += data[i + 2]; }
    }
    return { share: share / (data.length / 4), red: red / share, blue: blue / share };
  })()`);

chromiumTest(
  "a few runs: pointer, wheel, drag, double click and keys tell the page what they mean",
  async () => {
    const browser = await openChromium();
    try {
      const page = await browser.newPage({ viewport: VIEWPORT, colorScheme: "light" });
      const faults = faultsOf(page, ORIGIN);
      await shown(page, { runs: 5, points: 96 });
      const stage = page.getByRole("img");
      assert.match(
        (await stage.getAttribute("aria-label"))!,
        /^Validation loss of 5 runs by step, logarithmic y\. best /,
      );
      const { share } = await inked(page, 1);
      assert.ok(share > 0.003 && share < 0.1, `${share}`);
      assert.match(await readout(page), /^best [\d.]+ at step [\d,]+, /);

      // The pointer means the nearest line; a click pins it.
      const box = (await stage.boundingBox())!;
      const over = await page.evaluate<{ x: number; y: number }>(`(() => {
      const name = [...document.querySelectorAll(".overlay .top text")].find((text) => /slope-2/.test(text.textContent));
      const { x, y, height } = name.getBoundingClientRect();
      return { x: x - 40, y: y + height / 2 };
    })()`);
      const edge = await page.evaluate<number>(
        "Number(document.querySelector('.overlay .ground line').getAttribute('x2'))",
      );
      await page.mouse.move(box.x + edge - 300, box.y + 300);
      await page.mouse.move(box.x + edge - 200, over.y);
      await frame(page);
      const hovered = (await toldOf(page)).filter(([what]) => what === "hovered").at(-1)![1];
      assert.match(String(hovered), /^r\d$/);
      assert.match(await readout(page), /^step [\d,]+ {3}\S+ \d\.\d{3} {3}stopped at [\d,]+$/);
      assert.equal(await page.locator(".overlay .rule").count(), 1);
      await page.mouse.down();
      await page.mouse.up();
      assert.deepEqual((await toldOf(page)).filter(([what]) => what === "pinned"), [["pinned", hovered]]);

      // The wheel zooms, and tells once when it has come to rest.
      await page.mouse.wheel(0, -200);
      await page.mouse.wheel(0, -200);
      await page.waitForTimeout(350);
      const zoomed = (await toldOf(page)).filter(([what]) => what === "ranged") as [
        string,
        { x: number[]; y: null },
      ][];
      assert.equal(zoomed.length, 1);
      assert.ok(zoomed[0][1].x[0] > 0 && zoomed[0][1].y === null);

      // A drag moves the plot with the pointer.
      await page.mouse.down();
      await page.mouse.move(box.x + edge - 100, over.y + 10, { steps: 4 });
      await page.mouse.up();
      await page.waitForTimeout(100);
      const dragged = (await toldOf(page)).filter(([what]) => what === "ranged").at(-1) as [
        string,
        { x: number[]; y: number[] },
      ];
      assert.ok(dragged[1].x[0] < zoomed[0][1].x[0] && dragged[1].y.length === 2);

      // A double click shows all; another one every value; a third is back.
      for (const expected of [null, "every value", null]) {
        await page.mouse.dblclick(box.x + edge - 100, over.y);
        const [, range] = (await toldOf(page)).filter(([what]) => what === "ranged").at(-1)!;
        assert.equal(range === null ? null : "every value", expected);
      }

      // Keys: the rule moves by evaluations, lines are chosen by height, + zooms, 0 shows all.
      await page.mouse.move(5, 5);
      await stage.focus();
      assert.equal(await page.locator(".overlay output").getAttribute("aria-live"), "polite");
      await page.keyboard.press("ArrowRight");
      const first = await readout(page);
      await page.keyboard.press("Shift+ArrowRight");
      const later = await readout(page),
        step = (text: string) => Number(/step ([\d,]+)/.exec(text)![1].replace(",", ""));
      assert.equal(step(later) - step(first), 1_000);
      await page.keyboard.press("ArrowDown");
      assert.notEqual(lineOf(await readout(page)), lineOf(later));
      await page.keyboard.press("+");
      await page.keyboard.press("0");
      const ranges = (await toldOf(page)).filter(([what]) => what === "ranged").map(([, range]) =>
        range === null
      );
      assert.deepEqual(ranges, [false, true]);
      await page.keyboard.press("Escape");
      assert.match(await readout(page), /^best /);
      assert.deepEqual(faults, []);
    } finally {
      await browser.close();
    }
  },
);

chromiumTest(
  "a thousand runs are drawn, panned and sharp again, and one pointed at comes forward",
  async () => {
    const browser = await openChromium();
    try {
      const page = await browser.newPage({ viewport: VIEWPORT });
      await shown(page, { runs: 1_000, points: 300 });
      assert.ok((await inked(page, 0)).share > 0.2);
      assert.equal((await inked(page, 1)).share, 0, "none is asked for");
      await page.evaluate(`view.highlight("r500")`);
      await frame(page);
      assert.ok((await inked(page, 1)).share > 0.001);
      assert.match((await page.locator(".overlay .top").textContent())!, /epochs-500/);
      const box = (await page.getByRole("img").boundingBox())!;
      await page.mouse.move(box.x + 300, box.y + 200);
      await page.mouse.wheel(0, -300);
      await page.mouse.down();
      for (let i = 0; i < 10; i++) await page.mouse.move(box.x + 300 - 8 * i, box.y + 200);
      await page.mouse.up();
      const look = "document.querySelector('.overlay canvas').toDataURL()";
      await page.waitForTimeout(300);
      const then = await page.evaluate(look);
      await page.evaluate(`view.show({ ...figure }, told.filter(([what]) => what === "ranged").at(-1)[1])`);
      assert.equal(await page.evaluate(look), then, "what stands after a pan is what is drawn anew");
    } finally {
      await browser.close();
    }
  },
);

chromiumTest(
  "the theme repaints the lines, and files are light, whole and without a style sheet",
  async () => {
    const browser = await openChromium();
    try {
      const page = await browser.newPage({ viewport: VIEWPORT, colorScheme: "light" });
      const faults = faultsOf(page, ORIGIN);
      const hostile = `figure.runs[0].name = "<img src=x onerror=alert(1)>"; figure.runs[1].y[40] = NaN;
      figure.runs[2] = { ...figure.runs[2], diverged: true, stop: null }`;
      await shown(page, { runs: 3, points: 96 }, hostile);
      const light = await inked(page, 1);
      const svgLight: string = await page.evaluate("view.svg()");
      await page.evaluate("document.documentElement.dataset.theme = 'dark'");
      await frame(page);
      const dark = await inked(page, 1);
      assert.ok(dark.red > light.red + 20, `${light.red} ${dark.red}`);

      // Paper is light: what prints is painted for it, and the page as it was after that.
      await page.evaluate("dispatchEvent(new Event('beforeprint'))");
      assert.deepEqual(await inked(page, 1), light);
      await page.evaluate("dispatchEvent(new Event('afterprint'))");
      assert.deepEqual(await inked(page, 1), dark);

      const svg: string = await page.evaluate("view.svg()");
      assert.equal(svg, svgLight, "the file is light whatever the page is");
      assert.doesNotMatch(svg, /var\(|color-mix|light-dark|<style|style=|class=|url\(|<image|<script|<img/);
      assert.match(svg, /#b8400f/);
      assert.match(svg, /&lt;img src=x/);
      assert.ok((svg.match(/<path/g) ?? []).length >= 3 && /diverged/.test(svg));

      const [type, width, height] = await page.evaluate<[string, number, number]>(
        `view.png().then(async (blob) => {
      const { width, height } = await createImageBitmap(blob);
      return [blob.type, width, height];
    })`,
      );
      assert.deepEqual([type, width % 2, height % 2], ["image/png", 0, 0]);
      assert.ok(width >= 1_440);
      const csv: string = await page.evaluate("view.csv()");
      assert.match(csv, /^run,name,step,validation\.loss \(raw\)\n/);
      assert.match(csv, /,NaN\n/);

      // Without runs, or without a value, there is a sentence and no figure.
      await page.evaluate("view.show({ ...figure, runs: [] }, null)");
      assert.equal(
        await page.locator(".overlay .empty").innerText(),
        "No run is compared. Tick runs in the list.",
      );
      assert.equal(await page.getByRole("img").count(), 0);
      await page.evaluate("view.destroy()");
      assert.equal(await page.locator("#host").innerHTML(), "");
      assert.deepEqual(faults, []);
    } finally {
      await browser.close();
    }
  },
);

chromiumTest("on a narrow page the names stand under the plot and nothing scrolls sideways", async () => {
  const browser = await openChromium();
  try {
    const page = await browser.newPage({ viewport: { width: 390, height: 844 } });
    await shown(page, { runs: 4, points: 96 });
    assert.deepEqual(await page.locator(".overlay .legend li").allInnerTexts(), [
      "patience-0",
      "patience-1",
      "slope-2",
      "lr-3",
    ]);
    assert.ok(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"));
    await page.setViewportSize({ width: 1_000, height: 700 });
    await page.locator(".overlay .legend").waitFor({ state: "hidden" });
    await page.locator(".overlay .top", { hasText: "slope-2" }).waitFor();
  } finally {
    await browser.close();
  }
});

chromiumTest(
  "a range dragged along an axis of settings chooses runs, a click lets go, and keys do both",
  async () => {
    const browser = await openChromium();
    try {
      const page = await browser.newPage({ viewport: VIEWPORT });
      const faults = faultsOf(page, ORIGIN);
      await openOverlayPage(page);
      await page.evaluate(`
      globalThis.told = [];
      const runs = Array.from({ length: 11 }, (_, i) => ({
        id: "r" + i, name: "trial " + i, kind: "steps", value: (i - 4) ** 2,
        config: { width: 10 + i, optimizer: i % 2 ? "adam" : "<b>sgd</b>" },
      }));
      globalThis.view = parallelView(document.querySelector("#host"), { chosen: (ids) => told.push(ids) });
      view.show({ runs, metric: "validation.loss", mode: "min", pinned: new Set(["r3"]) });
    `);
      const said = page.locator(".parallel output");
      assert.match((await said.textContent())!, /^best 0\.000: trial 4, width 14, optimizer <b>sgd<\/b>$/);
      const axis = (await page.getByRole("slider", { name: "width" }).boundingBox())!;
      const x = axis.x + axis.width / 2,
        at = (share: number) => axis.y + axis.height - 8 - share * (axis.height - 16);
      await page.mouse.move(x, at(0.25));
      await page.mouse.down();
      await page.mouse.move(x + 3, at(0.55), { steps: 4 });
      await page.mouse.up();
      assert.deepEqual(await toldOf(page), [["r3", "r4", "r5"]]);
      assert.match((await said.textContent())!, /^3 of 11 runs: width 12\.5 to 15\.5$/);
      // Taken hold of within, the range moves; elsewhere a click lets go.
      await page.mouse.move(x, at(0.4));
      await page.mouse.down();
      await page.mouse.move(x, at(0.5), { steps: 4 });
      await page.mouse.up();
      assert.deepEqual(await toldOf(page), [["r4", "r5", "r6"]]);
      await page.mouse.click(x, at(0.9));
      assert.deepEqual(await toldOf(page), [null]);
      await page.getByRole("slider", { name: "optimizer" }).focus();
      await page.keyboard.press("ArrowUp");
      assert.deepEqual((await toldOf(page))[0], ["r1", "r3", "r5", "r7", "r9"]);
      await page.keyboard.press("Escape");
      assert.deepEqual(await toldOf(page), [null]);
      assert.deepEqual(faults, []);
    } finally {
      await browser.close();
    }
  },
);
