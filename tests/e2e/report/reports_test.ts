/** `deno task reports`: every notebook of a project is exported and checked, and what is not the same is told and counted. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { stopBundler } from "../../../lib/notebook/bundle.ts";
import { makeReports } from "../../../server/report/reports.ts";
import { inFolder } from "../../in_folder.ts";
import { writeFiles } from "../../report/report_by_hand.ts";

const plateau = new URL("../../../lib/mod.ts", import.meta.url).href;
const notebook = (title: string, value: string) =>
  `import { display } from "plateau";

// %% title [markdown]
// # ${title}

// %% value [server]
const value = ${value};

// %% shown
display(\`It is \${value}\`);
`;

Deno.test("reports of all notebooks are made and checked, one line each, and those that differ are counted", async () => {
  await inFolder(async (project) => {
    await writeFiles(project, {
      "deno.json": JSON.stringify({ imports: { plateau } }),
      "notebooks/chance.ts": notebook("Another each time", "Math.random()"),
      "notebooks/same.ts": notebook("The same each time", "6 * 7"),
      "notebooks/README.md": "no notebook",
    });
    const lines: string[] = [];
    const make = (words: string[]) =>
      makeReports({ project, engine: "cpu", words, say: (line) => lines.push(line) });
    assert.equal(await make([]), 1);
    const [chance, same] = lines;
    assert.equal(lines.length, 2);
    assert.match(
      chance,
      /^chance\.ts {2}[\d,]+ kB, goal 700 kB {2}\d+ s {2}differs: cell value at value: 0\.\d+, was 0\.\d+/,
    );
    assert.match(same, /^same\.ts {2}[\d,]+ kB, goal 700 kB {2}\d+ s {2}same bytes$/);
    const html = await Deno.readTextFile(join(project, ".plateau/reports/same.html"));
    assert.match(html, /It is 42/);
    assert.equal(await make(["none of that name"]), 0);
    assert.equal(lines.length, 2);
    await stopBundler();
  });
});
