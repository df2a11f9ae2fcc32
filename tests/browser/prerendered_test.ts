/** What a report shows before any script runs is what it shows once they have. */
import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { exportReport } from "../../server/report/export_report.ts";
import { projectWith } from "../server/report/project.ts";
import { chromiumTest, faultsOf, openChromium } from "./chromium.ts";
import { bothTexts, drawnAnew, figuresAt, otherThanDrawn } from "./drawn_cells.ts";

/** Every kind of input, moved away from where it stands by itself, and every kind of output. */
const EVERY_KIND = `import * as Plot from "@observablehq/plot";
import { charts, display, inputs, md, view } from "plateau";

// %% [markdown]
// # Every kind

// %% inputs
const count = view(inputs.range([0, 10], { label: "Count", value: 3, unit: "points" }));
const share = view(inputs.range([0, 1], { label: "Share", value: 0.25, step: 0.05 }));
const rate = view(inputs.range([1e-4, 1e-1], { label: "Rate", value: 3e-3, log: true }));
const keep = view(inputs.choice(["best", "last", "mean"], { label: "Keep", value: "last" }));
const axis = view(inputs.select(["steps", "epochs", "examples"], { label: "Axis", value: "epochs" }));
const pair = view(inputs.select([{ a: 1 }, { a: 2 }], { labels: ["one", "two"], value: { a: 2 } }));
const raw = view(inputs.toggle({ label: "Raw", value: true }));
const words = view(inputs.text({ label: "Words", value: 'say "a < b"', placeholder: "any" }));
const logs = view(inputs.path({ label: "Logs", value: "notebooks/logs" }));

// %% base
const base = view(inputs.select([10, 20, 30], { label: "Base", value: 20 }));

// %% sums [server]
const sums = Float64Array.from({ length: 40 }, (_, i) => base * Math.exp(-i / 9) + Math.sin(i));
display("on the server " + base);

// %% finding
display(md\`With \${words} the **\${count}**th is \${sums[count].toFixed(3)}.\`);

// %% values
display([count, share, rate, keep, axis, pair.a, raw, words, logs, base].join(" | "));
display({ nested: { list: [1, "two", null], when: new Date(0) }, map: new Map([[1, 2]]) });

// %% prose
display(md\`A list:

- \${"<b>no tag</b>"}
- a [link](https://example.org/) and \\\`code\\\`

| a | b |
|--:|---|
| 1 | 2 |
\`);

// %% chart
const points = Array.from(sums, (y, x) => ({ x, y }));
const chart = (title: string) => ({
  type: "chart" as const,
  title,
  meta: "one a step",
  alt: title + " over steps.",
  rest: "last " + sums.at(-1)!.toFixed(2),
  legend: [{ kind: "patience" as const, label: "Early stopping" }],
  stops: points.map(({ x }) => x),
  options: ({ width, narrow }: { width: number; narrow: boolean }) => ({
    width,
    height: narrow ? 160 : 240,
    marks: [
      Plot.ruleY([0]),
      Plot.lineY(points, { x: "x", y: "y", stroke: "var(--ink)", clip: true }),
      Plot.text(["top"], { frameAnchor: "top" }),
    ],
  }),
  text: () => title,
});
display(chart("Sum"));
display(chart("Again"));
display({ ...chart("None yet"), empty: "Waiting for the first evaluation." });

// %% table
display({
  type: "table",
  caption: "Two of them",
  columns: [{ label: "policy", sortable: true }, { label: "stops", align: "right", optional: true }, { label: "share" }],
  rows: [
    [{ text: "Early", policy: "patience", sub: "5" }, { text: "5,800", mono: true }, { text: "52%", meter: { share: 0.52 } }],
    ["steps", 8, { text: "", spark: { x: [1, 2, 3], y: [3, NaN, 1], stop: 3, policy: "steps" } }],
  ],
  sorted: { column: 0, ascending: true },
});
display({ type: "table", columns: [{ label: "a" }], rows: [], empty: "No runs yet." });

// %% element
const list = document.createElement("ul");
list.className = "mine";
list.append(...sums.slice(0, 3).map(String).toString().split(",").map((text) => {
  const item = document.createElement("li");
  item.textContent = Number(text).toFixed(1);
  item.dataset.kind = axis;
  return item;
}));
display(list);

// %% painted
const painted = document.createElement("canvas");
painted.setAttribute("aria-label", "Two squares");
painted.getContext("2d")!.fillRect(0, 0, 9, 9);
display(painted);

// %% later
const later = await new Promise<string>((resolve) => setTimeout(() => resolve("after a while"), 50));
display(later);

// %% broken
display(points[99].y);
const never = points[99].y;

// %% waits
display(never);

// %% quiet
const quiet = count + 1;
`;

chromiumTest("every cell is drawn beforehand as the browser draws it", async () => {
  const project = await projectWith(EVERY_KIND), path = `${project.project}/report.html`;
  const browser = await openChromium();
  try {
    const report = await exportReport({ file: project.file, project: project.project, engine: "cpu" });
    assert.match(
      report.failed.join("\n"),
      /^cell broken at line \d+: TypeError: Cannot read properties of undefined \(reading 'y'\)\.$/,
    );
    await Deno.writeTextFile(path, report.html);
    const context = await browser.newContext({
      viewport: { width: 1280, height: 900 },
      offline: true,
      bypassCSP: true,
    });
    const page = await context.newPage();
    const faults = faultsOf(page, "null");
    await page.goto(pathToFileURL(path).href);
    await drawnAnew(page);
    const drawn = report.recording.notebook.cells.filter(({ key }) => report.cells[key] !== undefined);
    assert.deepEqual(
      drawn.filter(({ key }) => report.cells[key].wide === "").map(({ name }) => name),
      ["setup", "quiet"],
      "of all cells only those that show nothing are empty",
    );
    assert.deepEqual(await otherThanDrawn(page, report, "wide"), []);
    const { key } = drawn.find(({ name }) => name === "chart")!;
    const { live } = await bothTexts(page, "chart", report.cells[key].wide);
    assert.ok(live.filter((line) => line.includes("<path")).length > 20, live.join("\n"));
    await figuresAt(page, 358, 32);
    assert.deepEqual(await otherThanDrawn(page, report, "narrow"), []);
    assert.deepEqual(faults, []);
  } finally {
    await browser.close();
    await project.end();
  }
});
