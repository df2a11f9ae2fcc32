/** The notebook's page in chromium: a chain of its own cells, a curve that grows on the server, a save, a reload. */
import type { Page } from "playwright-core";
import { openChromium } from "../browser/chromium.ts";
import { type Figure, median, percentile } from "./interleave.ts";
import { type NotebookServer, serveNotebooks } from "./notebook_served.ts";
import { chainText, curveText, savedText } from "./notebook_text.ts";

const CELLS = 30;
const CHANGES = 60;
const SAVES = 9;
const RELOADS = 7;
const WAIT_MILLISECONDS = 20_000;
/** Values of the curve, ten points each, and the milliseconds between them. */
const VALUES = 100;
const PAUSE = 60;

export async function notebookPage(): Promise<Figure[]> {
  const server = await serveNotebooks({
    "chain.ts": chainText(CELLS, "browser"),
    "curve.ts": curveText(VALUES, PAUSE),
    "saved.ts": savedText(1),
  });
  const browser = await openChromium();
  try {
    const page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
    page.setDefaultTimeout(WAIT_MILLISECONDS);
    await page.addInitScript(watch);
    await page.goto(server.address);
    return [
      ...await chain(page, server),
      ...await yields(page, server),
      await reloads(page, server),
      await saves(page, server),
    ];
  } finally {
    await browser.close();
    await server.stop();
  }
}

/** Before the page's own script: `shown(name, text)` resolves with the clocks when a cell shows a text, and when painted. */
function watch(): void {
  interface Shown {
    readonly text: string;
    /** `performance.now()` when it was in the document, and when on the screen; `Date.now()` then */
    readonly at: number;
    readonly painted: number;
    readonly date: number;
  }
  const shown = (name: string, is: (text: string) => boolean): Promise<Shown> => {
    const output = () => {
      const cell = document.getElementById(name);
      return cell?.querySelector(".out") ?? cell;
    };
    return new Promise((resolve) => {
      const look = () => {
        const text = output()?.textContent ?? "";
        if (!is(text)) return;
        observer.disconnect();
        const at = performance.now();
        requestAnimationFrame(() => {
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = () => resolve({ text, at, painted: performance.now(), date: Date.now() });
          port2.postMessage(null);
        });
      };
      const observer = new MutationObserver(look);
      observer.observe(document, { subtree: true, childList: true, characterData: true });
      look();
    });
  };
  Object.assign(globalThis, { shown });
}

type Watched = {
  shown(
    name: string,
    is: (text: string) => boolean,
  ): Promise<{ text: string; at: number; painted: number; date: number }>;
};

async function open(page: Page, server: NotebookServer, file: string): Promise<void> {
  await page.goto(`${server.origin}/notebooks/${file}`);
  await page.locator("html[data-loaded=true]").waitFor();
}

/** From a slider's event to the last cell; `own`: what of that is not waiting for the frame. */
async function chain(page: Page, server: NotebookServer): Promise<Figure[]> {
  await open(page, server, "chain.ts");
  const times = await page.evaluate(async ([cells, changes]) => {
    const { shown } = globalThis as unknown as Watched;
    await shown(`v${cells - 1}`, (text) => text.includes(String(cells)));
    const range = document.querySelector<HTMLInputElement>("form input[type=range]")!;
    const times: { own: number; whole: number }[] = [];
    for (let change = 0; change < changes; change++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      const value = 1000 + 100 * change;
      const last = shown(`v${cells - 1}`, (text) => text.replaceAll(/\D/g, "") === String(value + cells));
      range.value = String(value);
      const began = performance.now();
      let frame = 0;
      requestAnimationFrame(() => frame = performance.now()); // asked for first, so it begins the frame
      range.dispatchEvent(new Event("input", { bubbles: true }));
      const sent = performance.now() - began;
      const { at } = await last;
      times.push({ own: sent + at - frame, whole: at - began });
    }
    return times;
  }, [CELLS, CHANGES]);
  const own = times.map((time) => time.own);
  return [
    figure(`slider → last of ${CELLS} cells in the page, beside the frame`, median(own), "ms", "at most 2"),
    figure("the same, 95th percentile", percentile(own, 0.95), "ms"),
    figure("the same with the frame it waits for", median(times.map(({ whole }) => whole)), "ms"),
  ];
}

/** The time of a yield travels in its value, so that one clock says both ends. */
async function yields(page: Page, server: NotebookServer): Promise<Figure[]> {
  await open(page, server, "curve.ts");
  const times = await page.evaluate(async (values) => {
    const { shown } = globalThis as unknown as Watched;
    const times: number[] = [];
    let before = "";
    while (times.length < values) {
      const next = await Promise.race([
        shown("chart", (text) => /\d{13}$/.test(digits(text)) && text !== before),
        new Promise<null>((resolve) => setTimeout(() => resolve(null), 3000)), // the curve has come to its end
      ]);
      if (next === null) break;
      before = next.text;
      times.push(next.date - Number(digits(next.text).slice(-13)));
    }
    return times.slice(5); // the first are drawn while the page still loads

    function digits(text: string): string {
      return text.replaceAll(/\D/g, "");
    }
  }, VALUES);
  return [
    figure("kernel yield → painted chart, median", median(times), "ms", "at most 50"),
    figure("kernel yield → painted chart, 95th percentile", percentile(times, 0.95), "ms"),
    figure("yields painted", times.length, ""),
  ];
}

/** From the navigation to the chart of a stream that has ended: it comes from the session's log. */
async function reloads(page: Page, server: NotebookServer): Promise<Figure> {
  const times: number[] = [];
  for (let reload = 0; reload <= RELOADS; reload++) {
    await page.goto(`${server.origin}/notebooks/curve.ts`);
    const painted = await page.evaluate(async () => {
      const { shown } = globalThis as unknown as Watched;
      return (await shown("chart", (text) => /\d{13}/.test(text.replaceAll(/\D/g, "")))).painted;
    });
    if (reload > 0) times.push(painted);
  }
  return figure("reload → painted chart from the log, median", median(times), "ms");
}

/** From a file that has been saved to the cell that shows the new text. */
async function saves(page: Page, server: NotebookServer): Promise<Figure> {
  await open(page, server, "saved.ts");
  const times: number[] = [];
  for (let save = 0; save <= SAVES; save++) {
    const value = 5000 + save;
    const repainted = page.evaluate(async (value) => {
      const { shown } = globalThis as unknown as Watched;
      return (await shown("shown", (text) => text.replaceAll(/\D/g, "") === String(value))).date;
    }, value);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const saved = Date.now();
    await Deno.writeTextFile(`${server.project}/notebooks/saved.ts`, savedText(value));
    const took = await repainted - saved;
    if (save > 0) times.push(took);
  }
  return figure("save of a cell → repainted, median", median(times), "ms");
}

const figure = (what: string, value: number, unit: string, goal?: string): Figure => ({
  bench: "notebook",
  what,
  value,
  unit,
  ...(goal ? { goal } : {}),
});
