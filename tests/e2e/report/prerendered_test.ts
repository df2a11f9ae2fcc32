/** What the reports of real notebooks show before any script runs is what they show once they have. */
import assert from "node:assert/strict";
import { fileURLToPath, pathToFileURL } from "node:url";
import { stopBundler } from "../../../lib/notebook/bundle.ts";
import { exportReport } from "../../../server/report/export_report.ts";
import { chromiumTest, faultsOf, openChromium } from "../../browser/chromium.ts";
import { drawnAnew, figuresAt, otherThanDrawn } from "../../browser/drawn_cells.ts";
import { faintWords, obstacles } from "../../browser/readable.ts";
import { inFolder } from "../../in_folder.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url)).replace(/\/$/, "");
/** Those that train little or nothing. */
const NOTEBOOKS = ["your_curves.ts", "why_training_was_skipped.ts"];

for (const notebook of NOTEBOOKS) {
  chromiumTest(
    `every cell of ${notebook} is drawn beforehand as the browser shows it, and can be read`,
    () =>
      inFolder(async (folder) => {
        const file = `${ROOT}/notebooks/${notebook}`;
        const report = await exportReport({ file, project: ROOT, engine: "wasm" });
        assert.deepEqual(report.failed, []);
        await Deno.writeTextFile(`${folder}/report.html`, report.html);
        const browser = await openChromium();
        try {
          const page = await browser.newPage({
            viewport: { width: 1280, height: 900 },
            offline: true,
            bypassCSP: true, // for the words of the test itself
          });
          const faults = faultsOf(page, "null");
          await page.goto(pathToFileURL(`${folder}/report.html`).href);
          await drawnAnew(page);
          assert.deepEqual(await otherThanDrawn(page, report, "wide"), []);
          for (const colorScheme of ["dark", "light"] as const) {
            await page.emulateMedia({ colorScheme });
            assert.deepEqual(await faintWords(page), [], colorScheme);
          }
          assert.deepEqual(await obstacles(page), []);
          await figuresAt(page, 358, 32);
          assert.deepEqual(await otherThanDrawn(page, report, "narrow"), []);
          assert.ok(
            await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth),
            "it scrolls sideways",
          );
          assert.deepEqual(faults, []);
        } finally {
          await browser.close();
          await stopBundler();
        }
      }),
  );
}
