/** A small recording and its cells as they are drawn: each kind of output once, with words that mean something in HTML. */
import { loadNotebook } from "../../lib/notebook/load.ts";
import { memoryModules } from "../../lib/notebook/modules.ts";
import { pageNotebook } from "../../lib/notebook/session_page.ts";
import type { Recording } from "../../lib/report/recording.ts";
import type { DrawnCells } from "../../lib/report/report_blocks.ts";

const TEXT = `
import { display, inputs, md, view } from "plateau";

// %% title [markdown]
// # When to stop?
//
// What <b>patience</b> costs, in _steps_.

// %% rate
const rate = view(inputs.range([0, 1], { label: "Rate" }));

// %% rows
const rows = [1, 2].filter((row) => row < 3 && row > 0);
console.log("two rows");
display(rows);

// %% curves
display("a chart");

// %% finding
display(md\`It stops at **1,200**.\`);

// %% quiet [hidden]
const quiet = 1;

// %% broken
throw new TypeError("no \`loss\`");
`.slice(1);

const CHART =
  `<figure class="chart"><header><h3>Validation &lt;loss&gt;</h3><span class="meta">3 seeds</span>` +
  `<output aria-live="off">at rest</output></header><svg class="plot" fill="currentColor" font-family="system-ui" ` +
  `font-size="10" text-anchor="middle" width="864" height="320" viewBox="0 0 864 320" role="img" aria-label="It falls.">` +
  `<g aria-label="rule" stroke="var(--grid)"><line x1="48" x2="772" y1="4" y2="4"></line></g>` +
  `<a href="javascript:xss(1)"><text fill="color-mix(in oklab, var(--p-steps) 55%, var(--ink))" onclick="xss(1)">` +
  `5  &lt; 6</text></a><script>xss(1)</script><image href="//leak.test/x" width="9"></image>` +
  `<clippath id="c"><rect width="9" height="9"></rect></clippath><path d="M0,0" clip-path="url(#c)" ` +
  `mask="url(//leak.test/x)" stroke="currentColor"></path></svg><ul class="plain legend" hidden></ul>` +
  `<figcaption><span>3 seeds.</span><span class="saves"><button>SVG</button></span></figcaption></figure>`;

const TABLE =
  `<figure class="table"><div class="scroll"><table><caption>Policies | all</caption><thead><tr><th>policy</th>` +
  `<th class="r"><button>regret ↑</button></th></tr></thead><tbody><tr><td><svg class="key"><path></path></svg>Fixed ` +
  `&lt;20&gt;<span class="sub opt">20 epochs</span></td><td class="r">+0.013</td></tr></tbody></table></div>` +
  `<figcaption><span></span></figcaption></figure>`;

const INPUTS = `<div class="inputs"><form><label for="i">Rate</label><div><input type="range" value="0.5">` +
  `<input type="number" value="0.5"><span class="unit">per step</span></div><span class="why"></span></form>` +
  `<form><label>Kind</label><div><div class="seg"><label><input type="radio">one</label><label>` +
  `<input type="radio" checked="">two</label></div></div></form><form><label>Data</label><div><select>` +
  `<option>digits</option><option selected="">moons</option></select></div></form></div>`;

const DRAWN: Readonly<Record<string, { wide: string; error?: string }>> = {
  setup: { wide: "" },
  rate: { wide: INPUTS },
  rows: { wide: `<pre class="value">[1, 2]</pre>${TABLE}` },
  curves: { wide: CHART },
  finding: { wide: `<div class="prose"><p>It stops at <strong>1,200</strong>.</p></div>` },
  quiet: { wide: "" },
  broken: {
    wide: `<p><b>TypeError</b> no \`loss\`.</p><p class="mono"><a href="#broken">stop.ts:28:7</a></p>`,
    error: "TypeError no `loss`.",
  },
};

export interface DrawnRecording {
  readonly recording: Recording;
  readonly drawn: DrawnCells;
}

export async function drawnRecording(): Promise<DrawnRecording> {
  const url = "file:///project/notebooks/stop.ts";
  const notebook = pageNotebook(await loadNotebook(url, memoryModules({ [url]: TEXT })), 0);
  const keyOf = (name: string) => notebook.cells.find((cell) => cell.name === name)!.key;
  const recording: Recording = {
    notebook,
    code: "",
    vendor: "",
    inputs: {},
    events: [{ t: "log", cell: keyOf("rows"), level: "log", text: "two rows" }],
    streams: {},
    groups: [],
    frozen: {},
    on: {
      engine: "wasm",
      version: "4.22.0",
      device: "cpu",
      deno: "2.9.6",
      system: "linux",
      processor: "x",
      threads: 2,
    },
    began: Date.UTC(2026, 10, 21),
    seconds: 2,
  };
  return {
    recording,
    drawn: Object.fromEntries(Object.entries(DRAWN).map(([name, cell]) => [keyOf(name), cell])),
  };
}
