import assert from "node:assert/strict";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { check } from "../../lib/notebook/check.ts";
import { mayBeExcluded } from "../../lib/notebook/check_excluded.ts";
import { mayImport } from "../../lib/notebook/check_imports.ts";

/** A folder of files, given by name. */
async function withFiles(files: Readonly<Record<string, string>>, work: (folder: string) => unknown) {
  const folder = await Deno.makeTempDir({ prefix: "plateau-check-" });
  try {
    for (const [name, text] of Object.entries(files)) await Deno.writeTextFile(join(folder, name), text);
    await work(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const PROJECT = {
  "deno.json": `{ "exclude": ["left_out.ts", "drafts/*.ts"] }`,
  "fine.ts": "// %% a\nexport const a = 1;\n",
  "wrong.ts": `// %% a\nexport const rate: number = "one";\n`,
  "reads_wrong.ts": `import { rate } from "./wrong.ts";\n// %% a\nexport const a: string = rate;\n`,
  "reads_shared.ts": `import type { Row } from "./shared.ts";\n// %% a\nexport const a: Row = { n: 1 };\n`,
  "shared.ts": `export interface Row { n: number }\nexport const row: Row = { n: "1" };\n`,
  "left_out.ts": `// %% a\nexport const a: number = "one";\n`,
};

Deno.test("notebooks checked at once say each its own, as each alone would", async () => {
  await withFiles(PROJECT, async (folder) => {
    const names = ["fine.ts", "wrong.ts", "reads_wrong.ts", "reads_shared.ts", "left_out.ts"];
    const { text, errors } = await check(names.map((name) => join(folder, name)), { json: true });
    const files = JSON.parse(text).files as {
      diagnostics: { code: string; line: number; message: string }[];
    }[];
    const said = files.map(({ diagnostics }) => diagnostics.map(({ code, line }) => `${code} ${line}`));
    assert.deepEqual(said, [[], ["TS2322 2"], ["TS2322 1", "TS2322 3"], ["TS2322 1"], ["types 1"]]);
    assert.match(files[2].diagnostics[0].message, /wrong\.ts:2: Type 'string' is not assignable/);
    assert.match(files[3].diagnostics[0].message, /shared\.ts:2: Type 'string' is not assignable/);
    assert.match(files[4].diagnostics[0].message, /deno\.json excludes this file/);
    assert.equal(errors, 4);
  });
});

Deno.test("a file that deno.json may exclude is known, whatever the list is for", () =>
  withFiles(PROJECT, async (folder) => {
    await Deno.mkdir(join(folder, "drafts"));
    await Deno.writeTextFile(
      join(folder, "drafts", "deno.jsonc"),
      `{ "fmt": { "exclude": ["b", /* x */ "c.ts"] } }`,
    );
    const found = ["fine.ts", "left_out.ts", "drafts/a.ts", "drafts/b/a.ts", "drafts/c.ts", "drafts.ts"]
      .filter((name) => mayBeExcluded(join(folder, name)));
    assert.deepEqual(found, ["left_out.ts", "drafts/a.ts", "drafts/b/a.ts", "drafts/c.ts"]);
  }));

Deno.test("what a file may import is followed through others, types and rings included", () =>
  withFiles({
    "deno.json": "{}",
    "top.ts": `import { m } from "./mid.ts";\n`,
    "mid.ts": `export type * from './deep.ts';\nimport "./top.ts";\n`,
    "deep.ts": "export type D = 1;\n",
    "lazy.ts": `const d = await import( "./deep.ts" );\n`,
    "other.ts": `import a from "npm:deep.ts";\n`,
  }, (folder) => {
    const url = (name: string) => pathToFileURL(join(folder, name)).href;
    const found = ["top.ts", "mid.ts", "lazy.ts", "other.ts", "gone.ts"]
      .filter((name) => mayImport(url(name), new Set([url("deep.ts")])));
    assert.deepEqual(found, ["top.ts", "mid.ts", "lazy.ts"]);
  }));
