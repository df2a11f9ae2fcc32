/** The other ways out of a notebook, from its run to what others open: a site, a figure, a Jupyter notebook, Markdown. */
import assert from "node:assert/strict";
import { cpSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { exportCommand } from "../../../server/report/export_command.ts";
import { figureCommand } from "../../../server/report/figure_command.ts";
import { createAssets } from "../../../server/assets.ts";
import { siteCommand } from "../../../server/report/site_command.ts";
import { chromiumTest, faultsOf, openChromium } from "../../browser/chromium.ts";
import { inFolder } from "../../in_folder.ts";
import { projectWith, STUDY } from "../../server/report/project.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url)).replace(/\/$/, "");
const quiet = { err: () => {}, terminal: false, onInterrupt: () => () => {} };

chromiumTest(
  "a site of two notebooks is read without a server, without scripts and without a request",
  () =>
    inFolder(async (folder) => {
      const lines: string[] = [], { project, end } = await projectWith(STUDY);
      cpSync(`${ROOT}/notebooks/your_curves.ts`, `${project}/notebooks/your_curves.ts`);
      cpSync(`${ROOT}/notebooks/sample_logs`, `${project}/notebooks/sample_logs`, { recursive: true });
      const out = (line: string) => void lines.push(line), output = `${folder}/site`;
      const code = await siteCommand({
        ...quiet,
        paths: [`${project}/notebooks`],
        projectOf: () => Promise.resolve(project),
        assets: createAssets(`${project}/.plateau/assets.json`),
        engine: "cpu",
        output,
        out,
      });
      await end();
      assert.equal(code, 0);
      assert.deepEqual(lines.map((line) => line.split("  ")[0]), [
        "study.html",
        "your_curves.html",
        "index.html",
      ]);

      const browser = await openChromium();
      try {
        const page = await browser.newPage({ javaScriptEnabled: false });
        const faults = faultsOf(page, "null");
        await page.goto(pathToFileURL(`${folder}/site/index.html`).href);
        assert.equal(await page.locator(".books li").count(), 2);
        for (const finding of await page.locator(".books p").allTextContents()) assert.match(finding, /\d/);
        await page.locator(".books a").last().click();
        await page.locator("main.report h1").waitFor();
        assert.match(page.url(), /your_curves\.html$/);
        assert.ok(await page.locator(".still svg.plot:visible").count() > 0);
        assert.deepEqual(faults, []);
      } finally {
        await browser.close();
      }

      // every figure of a report can be written, and its picture shows something
      const report = `${folder}/site/your_curves.html`, listed: string[] = [];
      await figureCommand({ report, out: (line) => listed.push(line) });
      assert.ok(listed.length > 0);
      const [cell, number] = listed[0].split(/ {2,}/);
      const chosen = { report, cell, number: /^\d+$/.test(number) ? number : undefined, out: () => {} };
      await figureCommand({ ...chosen, output: `${folder}/figure.svg` });
      assert.doesNotMatch(await Deno.readTextFile(`${folder}/figure.svg`), /var\(|NaN|undefined/);
      await figureCommand({ ...chosen, output: `${folder}/figure.png` });
      assert.ok((await Deno.stat(`${folder}/figure.png`)).size > 5000);
    }),
);

Deno.test({
  name: "a notebook goes out to Jupyter and to Markdown with its figures",
  sanitizeOps: false, // the bundler's process goes on
  sanitizeResources: false,
  fn: () =>
    inFolder(async (folder) => {
      const file = `${ROOT}/notebooks/your_curves.ts`;
      const shared = { ...quiet, file, project: ROOT, engine: "cpu", out: () => {} } as const;
      assert.equal(await exportCommand({ ...shared, output: `${folder}/curves.ipynb` }), 0);
      const { cells } = JSON.parse(await Deno.readTextFile(`${folder}/curves.ipynb`)) as {
        cells: { cell_type: string; outputs?: { output_type: string; data?: Record<string, string[]> }[] }[];
      };
      const outputs = cells.flatMap(({ outputs }) => outputs ?? []);
      const forms = new Set(outputs.flatMap(({ data }) => Object.keys(data ?? {})));
      for (const form of ["image/svg+xml", "text/markdown", "text/plain"]) assert.ok(forms.has(form), form);
      assert.deepEqual(outputs.filter(({ output_type }) => output_type === "error"), []);

      assert.equal(await exportCommand({ ...shared, output: `${folder}/curves.md` }), 0);
      const text = await Deno.readTextFile(`${folder}/curves.md`);
      const figures = [...text.matchAll(/\]\(<(curves_files\/[\w-]+\.svg)>\)/g)].map(([, path]) => path);
      assert.ok(figures.length > 0);
      for (const path of figures) assert.match(await Deno.readTextFile(`${folder}/${path}`), /^<svg /);
    }),
});
