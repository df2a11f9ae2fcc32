/** What the documentation shows as code is code: it is checked, and runs. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { studiesIn } from "../lib/studies/study_file.ts";
import { STUDY_NOTES } from "../lib/studies/study_options.ts";
import { trialsOf } from "../lib/studies/trials_of.ts";
import { inFolder } from "./in_folder.ts";

const ROOT = fileURLToPath(new URL("../", import.meta.url));

const PAGES = {
  "docs/library.md": /^model +logistic/m,
  "docs/curves.md": /^\d+ updates trained, \d+ judged/m,
};
/** Its program is a study file: `study run` trains it. */
const STUDIES = "docs/studies.md";

/** A page's programs as one: the later go on with the earlier. */
function programOf(page: string): string {
  const blocks = [...Deno.readTextFileSync(join(ROOT, page)).matchAll(/^```ts\n(import [\s\S]*?)^```$/gm)];
  assert.ok(blocks.length > 0, "it shows programs");
  return blocks.map(([, code]) => code).join("\n");
}

async function deno(...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...args.slice(0, -1), "--quiet", "--config", join(ROOT, "deno.json"), args.at(-1)!],
    env: { NO_COLOR: "1" },
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

Deno.test("the programs of the documentation are without type errors", () =>
  inFolder(async (folder) => {
    // those of all pages at once: the library's types are read a single time
    const all = [...Object.keys(PAGES), STUDIES].map((page, i) => {
      const file = join(folder, `shown${i}.ts`);
      Deno.writeTextFileSync(file, programOf(page));
      return `import ${JSON.stringify(file)};\n`;
    });
    await Deno.writeTextFile(join(folder, "all.ts"), all.join(""));
    await deno("check", join(folder, "all.ts"));
  }));

for (const [page, printed] of Object.entries(PAGES)) {
  Deno.test(`${page}: its programs run to their end`, () =>
    inFolder(async (folder) => {
      const file = join(folder, "shown.ts");
      await Deno.writeTextFile(file, programOf(page));
      assert.match(await deno("run", "--no-check", "--allow-all", file), printed);
    }));
}

Deno.test("docs/studies.md: its study file is one, of 8 trials", () =>
  inFolder(async (folder) => {
    const file = join(folder, "rates.ts");
    await Deno.writeTextFile(file, programOf(STUDIES));
    const [study, other] = await studiesIn(file);
    assert.equal(other, undefined);
    assert.deepEqual(trialsOf(study).map(({ maxSteps }) => maxSteps), Array(8).fill(350));
  }));
Deno.test("docs/studies.md: the commands, pages and pictures that it names are there", () => {
  const text = Deno.readTextFileSync(join(ROOT, STUDIES));
  const named = [...text.matchAll(/study ([a-z]+(?:-[a-z]+)*) (?:rates|FILE)/g)].map(([, command]) =>
    command
  );
  const [, table] = /\| command \| its question \|\n([\s\S]*?)\n\n/.exec(text)!;
  named.push(...[...table.matchAll(/^\| `([\w-]+)/gm)].map(([, command]) => command));
  assert.ok(named.length > 10, named.join());
  for (const command of named) assert.match(STUDY_NOTES, new RegExp(`^  plateau study ${command} `, "m"));
  for (const [, path] of text.matchAll(/\]\(([\w.]+)\)/g)) {
    assert.ok(Deno.statSync(join(ROOT, "docs", path)).isFile);
  }
});
