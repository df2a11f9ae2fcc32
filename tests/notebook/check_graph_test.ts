import assert from "node:assert/strict";
import fc from "fast-check";
import { reordered } from "../../lib/notebook/check_fix.ts";
import { graphCells, graphText } from "../../lib/notebook/check_graph.ts";
import { graphSvg } from "../../lib/notebook/check_svg.ts";
import { stopBundler } from "../../lib/notebook/bundle.ts";
import { loadNotebook } from "../../lib/notebook/load.ts";
import { memoryModules } from "../../lib/notebook/modules.ts";

const URL = "file:///project/study.ts";

Deno.test({
  name: "whatever the text, rings and doubles included, its graph is told and drawn, and nothing is lost",
  sanitizeResources: false,
  sanitizeOps: false,
  async fn() {
    const piece = fc.constantFrom(
      "// %% a\n",
      "// %% b\n",
      "// %% c [server]\n",
      "// %% prose [markdown]\n",
      "const x = y;\n",
      "const y = () => x;\n",
      "const z = Deno.pid;\n",
      "const x = z;\n",
      "y(z);\n",
      "export { x as w };\n",
      "enum E {}\n",
      "const (\n",
      "// 漢 <&>\n",
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 14 }), async (pieces) => {
        const text = pieces.join("");
        const notebook = await loadNotebook(URL, memoryModules({ [URL]: text }));
        const cells = graphCells(notebook);
        const lines = graphText(notebook).split("\n");
        assert.equal(
          lines.length,
          1 +
            cells.reduce(
              (sum, { reads, sends }) =>
                sum + 1 + new Set(reads.map((each) => each.cell)).size +
                new Set(sends.map((each) => each.to)).size,
              0,
            ),
        );
        const drawn = graphSvg(notebook);
        assert.doesNotMatch(drawn, /NaN|undefined|Infinity/);
        const { text: fixed, moved, refused } = reordered(text, URL);
        assert.equal(fixed.length, text.length);
        if (refused) assert.deepEqual([fixed, moved], [text, []]);
        else assert.deepEqual(reordered(fixed, URL), { text: fixed, moved: [] });
      }),
      { numRuns: 200 },
    );
    await stopBundler();
  },
});
