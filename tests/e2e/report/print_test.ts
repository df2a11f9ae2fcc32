/** A report printed by the command, as a PDF whose pages hold words and vector charts. */
import assert from "node:assert/strict";
import { inflateSync } from "node:zlib";
import { exportCommand } from "../../../server/report/export_command.ts";
import { chromiumTest } from "../../browser/chromium.ts";
import { inFolder } from "../../in_folder.ts";
import { projectWith, STUDY } from "../../server/report/project.ts";

const CHART = `import * as Plot from "@observablehq/plot";
${STUDY}
// %% chart
display(Plot.lineY(Array.from({ length: 60 }, (_, i) => Math.sin(i / 5) + shift)).plot());
`;

/** What the pages of a PDF are drawn by. */
function drawnBy(pdf: Uint8Array): string {
  const bytes = new TextDecoder("latin1").decode(pdf);
  return [...bytes.matchAll(/\/Filter\s*\/FlateDecode[^>]*>>\s*stream\r?\n/g)].map(({ index, 0: head }) => {
    const from = index + head.length, to = bytes.indexOf("endstream", from);
    try {
      return new TextDecoder("latin1").decode(inflateSync(pdf.subarray(from, to)));
    } catch {
      return ""; // a font's bytes, in which the word that ends a stream may stand
    }
  }).join("\n");
}

chromiumTest(
  "a report is printed beside its file, as pages of words and vector charts",
  () =>
    inFolder(async (folder) => {
      const { project, file, end } = await projectWith(CHART);
      const output = `${folder}/study.html`, pdf = `${folder}/study.pdf`, lines: string[] = [];
      const code = await exportCommand({
        ...{ file, project, engine: "cpu", output, pdf, terminal: false },
        out: (line) => void lines.push(line),
        err: () => {},
        onInterrupt: () => () => {},
      });
      await end();
      assert.equal(code, 0);
      assert.ok(lines.some((line) => line.startsWith(pdf)), lines.join("\n"));
      const printed = Deno.readFileSync(pdf), text = new TextDecoder("latin1").decode(printed);
      assert.match(text, /^%PDF-1\.\d/);
      assert.match(text, /%%EOF\s*$/);
      const pages = [...text.matchAll(/\/Type\s*\/Page\b/g)].length;
      assert.ok(pages >= 1 && pages <= 10, `${pages} pages`);
      const drawn = drawnBy(printed);
      assert.ok((drawn.match(/\bT[jJ]\b/g) ?? []).length > 50, "words are words");
      assert.ok((drawn.match(/^[\d. -]+ [lc]$/gm) ?? []).length > 20, "a chart is lines, not a picture");
    }),
);
