/** A report that is exported and checked on this machine, as it is and as somebody changed it with every hash mended. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { stopBundler } from "../../../lib/notebook/bundle.ts";
import type { Manifest } from "../../../lib/report/manifest.ts";
import type { Report } from "../../../lib/report/read_report.ts";
import { hashOf } from "../../../lib/report/seal.ts";
import { type FoundEngine, verifyReport } from "../../../lib/report/verify.ts";
import { createAssets, type ReportTexts } from "../../../server/assets.ts";
import { redrawReport } from "../../../server/report/draw_report.ts";
import { exportReport } from "../../../server/report/export_report.ts";
import { minified } from "../../../server/report/minified.ts";
import { inFolder } from "../../in_folder.ts";
import { forged, withRecording, writeFiles } from "../../report/report_by_hand.ts";

const FILES = {
  "deno.json": `{ "imports": { "plateau": ${
    JSON.stringify(new URL("../../../lib/mod.ts", import.meta.url).href)
  } } }`,
  "lib/scaled.ts": `export const scaled = (loss: number, by: number) => loss * by;\n`,
  "data/loss.csv": "0.7\n0.5\n0.4\n",
  "notebooks/best.ts": `import { criteria, datasets, display, inputs, md, models, optimizers } from "plateau";
import { schedules, steps, train, view } from "plateau";
import { scaled } from "../lib/scaled.ts";

// %% title [markdown]
// # What is best

// %% factor
const factor = view(inputs.select([1, 2, 4]));

// %% losses
const losses = Deno.readTextFileSync("data/loss.csv").trim().split("\\n").map((line) => scaled(Number(line), factor));

// %% best
const best = Math.min(...losses);
display(md\`The best is **\${best}**.\`);

// %% training
let last = NaN;
const spec = {
  model: models.mlp({ layers: [64, 8, 10] }),
  data: datasets.digits(),
  optimizer: optimizers.sgd(),
  schedule: schedules.constant(0.1),
  batch: 32,
  seed: 7,
  evaluate: { every: steps(10) },
  stop: criteria.maxSteps(20),
};
for await (const event of train(spec)) last = event.trajectory.evaluations.metrics["validation.loss"].at(-1) ?? NaN;
const trained = { last, at: new Date(0) };

// %% shown
display(md\`After 20 steps \${trained.last} and \${best}\`);
`,
};

const findEngine = (choice: string): Promise<FoundEngine> =>
  Promise.resolve({ name: choice === "cpu" ? "cpu" : "wasm", why: "chosen" });

/** Another text in place of a source or data file, its own hash mended too. */
async function changed(html: string, path: string, from: string, to: string): Promise<string> {
  let sha256 = "";
  const mend = (files: Manifest["sources"]) =>
    files.forEach((file) => file.path === path && (file.sha256 = sha256));
  return await forged(html, {
    sources(text) {
      const contents = JSON.parse(text), inData = path in contents.data;
      const before: string = inData ? atob(contents.data[path]) : contents.texts[path],
        after = before.replace(from, to);
      assert.notEqual(after, before);
      sha256 = hashOf(after);
      if (inData) contents.data[path] = btoa(after);
      else contents.texts[path] = after;
      return JSON.stringify(contents);
    },
    manifest: ({ sources, data }) => (mend(sources), mend(data)),
  });
}

Deno.test("a report gives the same bytes again, and whatever is changed in it is found and named", async (t) => {
  await inFolder(async (project) => {
    await writeFiles(project, FILES);
    const file = join(project, "notebooks/best.ts"),
      assets = createAssets(join(project, ".plateau/assets.json"));
    const { html, recording, failed: failures } = await exportReport({
      file,
      project,
      engine: "wasm",
      assets,
    });
    const failed = recording.events.filter((event) => event.t === "state" && event.error);
    assert.deepEqual([failed, failures, recording.on.engine], [[], [], "wasm"]);
    const texts: ReportTexts = await assets.report();
    const options = { findEngine, shorten: minified, draw: (report: Report) => redrawReport(report, texts) };
    await Deno.remove(project, { recursive: true }); // nothing but the file is left
    const line = async (html: string) => (await verifyReport(html, options)).line;

    await t.step("as it is", async () => assert.equal(await line(html), "same bytes"));
    await t.step("on another engine", async () => {
      const { kind, because, line } = await verifyReport(html, { ...options, engine: "cpu" });
      assert.equal(kind, "same within tolerance", line);
      assert.deepEqual(because, [{ what: "engine", is: "cpu", was: "wasm" }]);
    });
    await t.step("a source", async () => {
      const forgery = await changed(html, "lib/scaled.ts", "loss * by", "loss * by / 2");
      assert.match(
        await line(forgery),
        /^differs: cell (losses|best) at (losses\[0\]: 0\.35, was 0\.7|best: 0\.2, was 0\.4)/,
      );
    });
    await t.step("a data file", async () => {
      const forgery = await changed(html, "data/loss.csv", "0.4", "0.3");
      assert.match(await line(forgery), /^differs: cell (losses|best) at (losses\[2\]|best): 0\.3, was 0\.4/);
    });
    await t.step("a seed", async () => {
      const forgery = await changed(html, "notebooks/best.ts", "seed: 7", "seed: 8");
      assert.match(
        await line(forgery),
        /^differs: cell training at trained\.last: \d\.\d+, was \d\.\d+/,
      );
    });
    await t.step("a word that the page shows before scripts run", async () => {
      assert.ok(html.includes("<strong>0.4</strong>"));
      const forgery = await forged(
        html.replace("<strong>0.4</strong>", "<strong>0.1</strong>").replace(
          /"sha256":"[0-9a-f]{64}"/,
          '"sha256":""',
        ),
        {},
      );
      assert.match(
        await line(forgery),
        /^differs: the page is not what its recording draws, from its line \d+ on$/,
      );
    });
    await stopBundler();
    await Deno.mkdir(project);
  });
});

const ROOT = new URL("../../../", import.meta.url).pathname;
const RIGHTS = {
  "deno.json": FILES["deno.json"],
  "notebooks/best.ts": `import { display } from "plateau";

// %% rights [server]
const tried = (act: () => unknown) => {
  try {
    return act(), "done";
  } catch {
    return "refused";
  }
};
const rights = {
  native: tried(() => Deno.dlopen("libc.so.6", { getpid: { parameters: [], result: "i32" } })),
  library: tried(() => Deno.readTextFileSync(${JSON.stringify(`${ROOT}lib/mod.ts`)})),
  links: tried(() => [...Deno.readDirSync(${JSON.stringify(`${ROOT}notebooks`)})]),
};

// %% shown
display(rights.native);
`,
};

Deno.test("the code of a stranger's report is given no foreign code, whatever engine it names, and of Plateau the library alone", async () => {
  await inFolder(async (project) => {
    await writeFiles(project, RIGHTS);
    const file = join(project, "notebooks/best.ts"),
      assets = createAssets(join(project, ".plateau/assets.json"));
    const { html, recording } = await exportReport({ file, project, engine: "wasm", assets });
    const on = { ...recording.on, engine: "tensorflow", version: "2.21.0" };
    const forgery = await forged(await withRecording(html, { ...recording, on }), {
      manifest: (of) => Object.assign(of.on, on),
    });
    const asked: string[] = [],
      found = (name: string): Promise<FoundEngine> => {
        asked.push(name);
        return Promise.resolve({ name: name === "auto" ? "tensorflow" : name as "wasm", why: "chosen" });
      };
    const { line, comparison } = await verifyReport(forgery, { findEngine: found, shorten: minified });
    assert.deepEqual(asked, ["wasm"]);
    // where it was made the kernel may read all of Plateau; foreign code it was given nowhere
    assert.match(
      line,
      /^differs: cell rights at rights\.links: "refused", was "done", perhaps because the engine/,
    );
    assert.equal(comparison?.count, 1);
    await stopBundler();
  });
});
