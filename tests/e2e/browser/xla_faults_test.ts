/** Plug-ins that crash or hang while a notebook trains on them, as its reader meets it. */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { chromiumPath, openChromium } from "../../browser/chromium.ts";
import { type Fault, faultyTest } from "../../engine/xla/faulty_plugin.ts";
import { inFolder } from "../../in_folder.ts";
import { chooseEngine } from "../../../server/engine_process.ts";
import { type Running, startServer } from "../../server/fixture.ts";

const TRAINS = `// %% runs
import { criteria, datasets, live, models, optimizers, schedules, steps, train } from "plateau";
const runs = await live(train({
  model: models.mlp({ layers: [64, 128, 128, 10] }),
  data: datasets.digits(),
  optimizer: optimizers.adam(),
  schedule: schedules.constant(1e-3),
  batch: 32,
  evaluate: { every: steps(100) },
  stop: criteria.maxSteps(3000),
}));

// %% reads
console.log(runs.at.step);
`;
const ANOTHER = `// %% sum
import { display } from "plateau";
display(\`the sum is \${40 + 2}\`);
`;
/** Training is under way by then: the first runs try the programs. */
const NTH = 20;
const crash: Fault = { in: "PJRT_LoadedExecutable_Execute", nth: NTH, how: "CRASHES" };
const CRASHED = "the engine xla:cpu crashed: signal SIGSEGV (train on another, as --engine wasm)";

/** Whoever is started meanwhile finds this plug-in. */
async function withPlugin<T>(file: string, act: () => Promise<T>): Promise<T> {
  const before = Deno.env.get("PJRT_PLUGIN_PATH");
  Deno.env.set("PJRT_PLUGIN_PATH", file);
  try {
    return await act();
  } finally {
    if (before === undefined) Deno.env.delete("PJRT_PLUGIN_PATH");
    else Deno.env.set("PJRT_PLUGIN_PATH", before);
  }
}

faultyTest(
  "plateau run says which engine crashed, and what to do",
  crash,
  (file) =>
    withPlugin(file, () =>
      inFolder(async (folder) => {
        const notebook = join(folder, "trains.ts");
        await Deno.writeTextFile(notebook, TRAINS);
        const main = new URL("../../../main.ts", import.meta.url).pathname;
        const args = ["run", "--quiet", "--allow-all", main, "run", "--engine", "xla:cpu", notebook];
        const { code, stderr } = await new Deno.Command(Deno.execPath(), { args, stdin: "null" }).output();
        const lines = new TextDecoder().decode(stderr).trim().split("\n");
        assert.equal(code, 1);
        assert.equal(lines.at(-1), `trains.ts:1  the kernel ended in cell runs: ${CRASHED}`);
        assert.deepEqual(lines.filter((line) => line.includes("crashed")).length, 1);
      })),
);

const starts: readonly [what: string, how: Fault["how"], line: string][] = [
  ["crashes", "CRASHES", CRASHED],
  [
    "hangs",
    "HANGS",
    "the engine xla:cpu did not answer for 3 s (train on another, as --engine wasm)",
  ],
];
for (const [what, how, message] of starts) {
  faultyTest(
    `a plug-in that ${what} where it starts is one line`,
    { in: "PJRT_Client_Create", how },
    (file) =>
      withPlugin(file, () =>
        inFolder(async (folder) => {
          const patience = how === "HANGS" ? 3000 : undefined;
          const choosing = chooseEngine("xla:cpu", join(folder, "engines.json"), {}, patience);
          await assert.rejects(choosing, { message });
        })),
  );
}

/** A page of a notebook that trains on such a plug-in, beside one that does not. */
function pageTest(name: string, fault: Fault, body: (page: Page, running: Running) => Promise<void>): void {
  const missing = chromiumPath === undefined ? " (no chromium: apt install chromium)" : "";
  faultyTest(name, fault, (file) =>
    withPlugin(file, async () => {
      const running = await startServer([], { engine: "xla:cpu" }), browser = await openChromium();
      try {
        await Deno.writeTextFile(`${running.project}/notebooks/trains.ts`, TRAINS);
        await Deno.writeTextFile(`${running.project}/notebooks/another.ts`, ANOTHER);
        const page = await browser.newPage();
        page.setDefaultTimeout(60_000);
        await page.goto(running.server.invite());
        await page.goto(`${running.origin}/notebooks/trains.ts`);
        await body(page, running);
      } finally {
        await browser.close();
        await running.end();
      }
    }), missing);
}

pageTest(
  "a plug-in that crashes ends its notebook's kernel alone: the page says so, and its run is kept",
  crash,
  async (page, { origin, project }) => {
    await page.locator("[data-cell=runs]", { hasText: CRASHED }).waitFor();
    assert.equal(await Deno.readTextFile(`${project}/notebooks/trains.ts`), TRAINS);
    await page.goto(`${origin}/notebooks/another.ts`);
    await page.locator("[data-cell=sum]", { hasText: "the sum is 42" }).waitFor();
    await page.goto(`${origin}/runs`);
    await page.locator("tr", { hasText: "seed 0" }).filter({ hasText: "interrupted" }).waitFor();
  },
);

pageTest(
  "a plug-in that hangs can be stopped, and its kernel restarted",
  { ...crash, how: "HANGS" },
  async (page) => {
    const cell = page.locator("[data-cell=runs]");
    await cell.locator(".status", { hasText: /step [1-9]/ }).waitFor();
    for (let before: string | null = null, now = ""; now !== before;) { // until it goes no further
      before = now;
      await page.waitForTimeout(1500);
      now = (await cell.locator(".status").textContent())!;
    }
    assert.match((await cell.locator(".status").textContent())!, /running step [\d,]+ of 3,000/);
    await page.locator("#stop").click();
    await cell.locator(".status", { hasText: "stopped" }).waitFor();
    await page.getByText("Restart kernel").click();
    await cell.locator(".status", { hasText: "the kernel was restarted" }).waitFor();
  },
);
