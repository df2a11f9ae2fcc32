import assert from "node:assert/strict";
import { loadNotebook } from "../../lib/notebook/load.ts";
import { memoryModules } from "../../lib/notebook/modules.ts";

const rows: [text: string, message: RegExp][] = [
  ["// %%\nconst a = unknwn;\n", /in cell 0$/],
  ["// %% first\nconst a = unknwn;\n", /in cell first$/],
  ["// %%\nlet a = 1;\n// %%\na = 2;\n", /^cell 1 assigns a, which belongs to cell 0, line 2/],
  [
    "// %%\nconst a = b;\n// %%\nconst b = 1;\n",
    /\(read in cell 0, line 2, .*: move cell 1 up, or check --fix$/,
  ],
  ["// %%\nconst a = ;\n", /^cell 0: /],
  ["// %% [worker, markdown]\n", /^cell 0: /],
];
Deno.test("what is said of a cell without a title does not say cell twice", async () => {
  for (const [text, message] of rows) {
    const files = { "file:///p/n.ts": text, "file:///p/deno.json": "{}" };
    const { diagnostics } = await loadNotebook("file:///p/n.ts", memoryModules(files));
    assert.ok(diagnostics.some((each) => message.test(each.message)), JSON.stringify(diagnostics));
    for (const each of diagnostics) assert.doesNotMatch(each.message, /cell cell/);
  }
});
