import assert from "node:assert/strict";
import { lightTokens } from "../../lib/report/light_colors.ts";
import { markdownOut } from "../../lib/report/markdown_out.ts";
import { drawnRecording } from "./drawn_recording.ts";

const TOKENS = lightTokens(
  await Deno.readTextFile(new URL("../../server/client/tokens.css", import.meta.url)),
);

Deno.test("a report as Markdown: title and finding first, then cells with code and what they show", async () => {
  const { recording, drawn } = await drawnRecording();
  const { text, files } = markdownOut(recording, drawn, TOKENS, "stop_files");
  assert.equal(
    text,
    `# When to stop?

What &lt;b>patience&lt;/b> costs, in *steps*.

It stops at **1,200**.

\`\`\`ts
import { display, inputs, md, view } from "plateau";
\`\`\`

\`\`\`ts
const rate = view(inputs.range([0, 1], { label: "Rate" }));
\`\`\`

- Rate: 0.5 per step
- Kind: two
- Data: moons

\`\`\`ts
const rows = [1, 2].filter((row) => row < 3 && row > 0);
console.log("two rows");
display(rows);
\`\`\`

\`\`\`text
two rows
\`\`\`

\`\`\`text
[1, 2]
\`\`\`

**Policies \\| all**

| policy | regret |
| --- | --: |
| Fixed &lt;20> 20 epochs | +0.013 |

\`\`\`ts
display("a chart");
\`\`\`

![It falls.](<stop_files/curves.svg>)

\`\`\`ts
throw new TypeError("no \`loss\`");
\`\`\`

> **TypeError** no \\\`loss\\\`.\\
> stop.ts:28:7

***

Recorded on 2026-11-21 from stop.ts, wasm 4.22.0, Deno 2.9.6.
`,
  );
  assert.deepEqual([...files.keys()], ["stop_files/curves.svg"]);
});

Deno.test("two figures of cells whose names are alike have files of their own", async () => {
  const { recording, drawn } = await drawnRecording();
  const [, , , rows, curves] = recording.notebook.cells;
  const both = { ...drawn, [rows.key]: drawn[curves.key] };
  const cells = recording.notebook.cells.map((cell) => cell === rows ? { ...cell, name: "Curves!" } : cell);
  const out = markdownOut({ ...recording, notebook: { ...recording.notebook, cells } }, both, TOKENS, "f");
  assert.deepEqual([...out.files.keys()], ["f/curves.svg", "f/curves-2.svg"]);
});
