/** A page with nothing but the figure of many runs, under the headers and styles of the product. */
import { build } from "esbuild";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const STYLES = ["tokens.css", "page.css", "notebook.css", "overlay.css"];
export const ORIGIN = "http://overlay.test";
/** As strict as the product: no inline script or style, images from data addresses alone. */
const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:";

const HTML = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Overlay</title>
<link rel="stylesheet" href="/style.css"><script type="module" src="/script.js"></script></head>
<body><main class="page"><div id="host"></div></main></body></html>`;

/** Runs made in the page, so that what is timed is not how they came there. */
const ENTRY = `
export { overlayView } from "./server/client/overlay_view.ts";
export { parallelView } from "./server/client/parallel_view.ts";
import * as all from "./server/client/overlay_view.ts";
import * as parallel from "./server/client/parallel_view.ts";
Object.assign(globalThis, all, parallel);
document.documentElement.dataset.ready = "";
`;

let script: Promise<string> | undefined;

async function bundled(): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: ENTRY, resolveDir: ROOT, loader: "ts" },
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    target: "es2023",
    logLevel: "silent",
  });
  return outputFiles[0].text;
}

/** Opens the page; then `overlayView` stands on its window. */
export async function openOverlayPage(page: Page): Promise<void> {
  script ??= bundled();
  const style = await Promise.all(STYLES.map((file) => Deno.readTextFile(`${ROOT}server/client/${file}`)));
  const files: Record<string, { type: string; body: string }> = {
    "/": { type: "text/html", body: HTML },
    "/style.css": { type: "text/css", body: style.join("\n") },
    "/script.js": { type: "text/javascript", body: await script },
  };
  await page.route(`${ORIGIN}/**`, (route) => {
    const file = files[new URL(route.request().url()).pathname];
    return file === undefined ? route.fulfill({ status: 404 }) : route.fulfill({
      contentType: file.type,
      body: file.body,
      headers: { "Content-Security-Policy": POLICY },
    });
  });
  await page.goto(`${ORIGIN}/`);
  await page.waitForSelector("html[data-ready]", { state: "attached" });
}

/** Made curves: a power-law fall with noise. Runs in the page; nothing of the module around it may be used. */
export function madeFigure(
  { runs, points, pinned = [], bands = false, logY = true, logX = false }: {
    runs: number;
    points: number;
    pinned?: string[];
    bands?: boolean;
    logY?: boolean;
    logX?: boolean;
  },
) {
  const kinds = ["patience", "patience", "slope", "lr", "epochs", "steps", "budget", "other"] as const;
  let state = 7;
  const uniform = () => (state = Math.imul(state, 1_664_525) + 1_013_904_223 >>> 0) / 2 ** 32;
  const noise = () => (uniform() + uniform() + uniform() - 1.5) * 1.2;
  return {
    axis: "step" as const,
    metric: "validation.loss",
    mode: "min" as const,
    logX,
    logY,
    bands,
    pinned: new Set(pinned),
    runs: Array.from({ length: runs }, (_, run) => {
      const kind = kinds[run % kinds.length], speed = 0.6 + 0.8 * uniform(), floor = 0.7 + 0.2 * uniform();
      const every = 9_600 / points, length = Math.ceil(points * (0.55 + 0.45 * uniform()));
      const x = new Float64Array(length), y = new Float64Array(length);
      let drift = 0;
      for (let i = 0; i < length; i++) {
        x[i] = Math.round((i + 1) * every);
        drift = 0.9 * drift + 0.004 * noise();
        y[i] = floor + 1.6 * (1 + x[i] * speed / 500) ** -1.3 + 0.006 * (x[i] / 3_000) ** 2 + drift;
      }
      return {
        id: `r${run}`,
        name: `${kind}-${run}`,
        kind,
        x,
        y,
        stop: { x: x[length - 1], y: y[length - 1] },
        diverged: false,
        group: bands ? `g${run % 3}` : null,
      };
    }),
  };
}
