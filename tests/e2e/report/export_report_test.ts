import assert from "node:assert/strict";
import { readReport } from "../../../lib/report/read_report.ts";
import { createAssets } from "../../../server/assets.ts";
import { redrawReport } from "../../../server/report/draw_report.ts";
import { ChangedMeanwhile, type ExportProgress, exportReport } from "../../../server/report/export_report.ts";
import { projectWith, STUDY } from "../../server/report/project.ts";

Deno.test({
  name: "a report is what its parts draw, and of the sources that ran",
  sanitizeOps: false,
  sanitizeResources: false, // the bundler's process goes on
  async fn(t) {
    const { file, project, end } = await projectWith(STUDY), assets = createAssets();
    const options = { file, project, engine: "cpu", assets } as const;
    try {
      await Deno.writeTextFile(`${project}/deno.json`, "{}");
      const { html } = await exportReport(options);
      const report = await readReport(html), texts = await assets.report();
      await t.step("drawn again it is the same file", async () => {
        assert.equal(await redrawReport(report, texts), html);
      });
      await t.step("with another script in it, it is not", async () => {
        const changed = report.elements.client.replace(/.{8}(?=<)/, "AAAAAAA=");
        const elements = { ...report.elements, client: changed };
        assert.equal(await redrawReport({ ...report, elements }, texts), html);
        assert.notEqual(await redrawReport(report, { ...texts, script: `${texts.script}\n` }), html);
      });
      await t.step("the names of the sources that it was made of are inside", () => {
        assert.deepEqual(report.manifest.sources.map(({ path }) => path), [
          "notebooks/study.ts",
          "deno.json",
        ]);
      });
      await t.step("one that is not wanted any more is not drawn to its end", async () => {
        const stop = new AbortController(), reason = new Error("not wanted");
        const looping = { ...assets, report: () => Promise.resolve({ ...texts, script: "for (;;);" }) };
        const progress = ({ stage }: ExportProgress) => {
          if (stage === "draw") setTimeout(() => stop.abort(reason), 100);
        };
        await assert.rejects(
          exportReport({ ...options, assets: looping, progress, signal: stop.signal }),
          reason,
        );
      });
      await t.step("a source that changes meanwhile is told", async () => {
        const progress = () => Deno.writeTextFileSync(`${project}/deno.json`, `{ "fmt": {} }`);
        await assert.rejects(exportReport({ ...options, progress }), (error) => {
          assert.ok(error instanceof ChangedMeanwhile, String(error));
          assert.equal(error.message, "changed while it was recorded: deno.json; export it again");
          return true;
        });
      });
      await t.step("where it cannot be noted that it was made here, no cell runs in vain", async () => {
        const list = `${project}/.plateau/reports_made.json`, seen: string[] = [];
        await Deno.remove(list);
        await Deno.mkdir(list);
        const progress = ({ stage }: ExportProgress) => seen.push(stage);
        await assert.rejects(
          exportReport({ ...options, progress }),
          { name: "NotPrivate", message: `cannot use ${list}: it is no file (remove it)` },
        );
        assert.deepEqual(seen, []);
      });
    } finally {
      await end();
    }
  },
});
