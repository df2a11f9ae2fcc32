/** Takes the README's picture: `deno run -A tests/browser/picture.ts` writes docs/notebook.png from the live page. */
import { fileURLToPath } from "node:url";
import { openChromium } from "./chromium.ts";
import { served } from "./served.ts";

const server = await served(18800);
const browser = await openChromium();
const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme: "light" });
page.setDefaultTimeout(180_000);
await page.goto(server.address);
await page.goto(`${server.origin}/notebooks/epochs_steps_plateau.ts`);
await page.locator(".finding", { hasText: "of 3 seeds" }).waitFor();
await page.waitForTimeout(1000);
const path = fileURLToPath(new URL("../../docs/notebook.png", import.meta.url));
await page.screenshot({ path, fullPage: true });
await browser.close();
await server.stop();
