import assert from "node:assert/strict";
import { notebookProject } from "../../../server/commands/notebook_project.ts";
import { PROJECT } from "../../../server/commands/project_paths.ts";
import { inFolder } from "../../in_folder.ts";

const CASES: readonly (readonly [about: string, there: readonly string[], project: string])[] = [
  ["its own folder where nothing says otherwise", [], "/a/b"],
  ["the nearest folder with a deno.json", ["a/deno.json", ".git/HEAD"], "/a"],
  ["else its work tree of git", [".git/HEAD"], ""],
  ["of two work trees the nearer, which may be a linked one", ["a/.git", ".git/HEAD"], "/a"],
];
for (const [about, there, project] of CASES) {
  Deno.test(`the project of a notebook is ${about}`, () =>
    inFolder(async (folder) => {
      for (const path of there) {
        await Deno.mkdir(`${folder}/${path}`.replace(/[^/]+$/, ""), { recursive: true });
        await Deno.writeTextFile(`${folder}/${path}`, "{}");
      }
      await Deno.mkdir(`${folder}/a/b`, { recursive: true });
      await Deno.writeTextFile(`${folder}/a/b/n.ts`, "// %% a");
      assert.equal(await notebookProject(`${folder}/a/b/n.ts`), folder + project);
    }));
}

Deno.test("the project of the notebooks here is Plateau, and a home folder is none", async () => {
  assert.equal(await notebookProject(`${PROJECT}/notebooks/your_curves.ts`), PROJECT);
  await inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/deno.json`, "{}");
    assert.equal(await notebookProject(`${folder}/study/n.ts`, folder), `${folder}/study`);
    assert.equal(await notebookProject(`${folder}/study/n.ts`, "/home/ada"), folder);
  });
});
