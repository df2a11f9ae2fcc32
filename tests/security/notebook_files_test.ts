import assert from "node:assert/strict";
import fc from "fast-check";
import { contains, notebookFiles } from "../../server/notebook_files.ts";

/** A project with two notebooks, links out of it, and a sibling whose name begins alike. */
async function project(): Promise<{ path: string; remove: () => Promise<void> }> {
  const root = await Deno.realPath(await Deno.makeTempDir());
  const path = `${root}/project`;
  await Deno.mkdir(`${path}/notebooks/folder.ts`, { recursive: true });
  await Deno.mkdir(`${path}/notebooks-secret`);
  await Deno.writeTextFile(`${root}/outside.ts`, "secret");
  await Deno.writeTextFile(`${path}/deno.json`, "{}");
  await Deno.writeTextFile(`${path}/notebooks-secret/a.ts`, "secret");
  for (const name of ["b.ts", "a.ts", "ünï cödé 100%.ts", ".hidden.ts", "types.d.ts", "readme.md"]) {
    await Deno.writeTextFile(`${path}/notebooks/${name}`, "// %% a\n");
  }
  await Deno.symlink(`${root}/outside.ts`, `${path}/notebooks/out.ts`);
  await Deno.symlink(`${path}/notebooks-secret/a.ts`, `${path}/notebooks/sibling.ts`);
  await Deno.symlink(`${path}/notebooks/a.ts`, `${path}/notebooks/inside.ts`);
  await Deno.symlink(`${root}/nothing`, `${path}/notebooks/broken.ts`);
  return { path, remove: () => Deno.remove(root, { recursive: true }) };
}

Deno.test("only TypeScript files that really lie in the folder are listed", async () => {
  const { path, remove } = await project();
  assert.deepEqual(await notebookFiles(path).list(), ["a.ts", "b.ts", "inside.ts", "ünï cödé 100%.ts"]);
  await remove();
});

Deno.test("no name finds a file that is not listed", async () => {
  const { path, remove } = await project();
  const files = notebookFiles(path);
  const names = [
    "../deno.json",
    "..",
    ".",
    "",
    "/etc/hostname",
    "a.ts/",
    "./a.ts",
    "a.ts/../a.ts",
    "../notebooks/a.ts",
    "..\\outside.ts",
    "../../outside.ts",
    "../notebooks-secret/a.ts",
    "%2e%2e/outside.ts",
    "..%2foutside.ts",
    "..;/outside.ts",
    "a.ts\0",
    "a.ts\0.md",
    "\0",
    "A.TS",
    "a.ts ",
    " a.ts",
    "a.ts.",
    "a.ts::$DATA",
    "file:///etc/hostname",
    "~/a.ts",
    "folder.ts",
    "out.ts",
    "sibling.ts",
    "broken.ts",
    ".hidden.ts",
    "types.d.ts",
    "readme.md",
    "constructor",
    "__proto__",
  ];
  for (const name of names) assert.equal(await files.find(name), null, JSON.stringify(name));
  assert.equal(await files.find("a.ts"), `${path}/notebooks/a.ts`);
  assert.equal(await files.find("inside.ts"), `${path}/notebooks/a.ts`);
  await remove();
});

Deno.test("whatever the name, what is found lies in the folder", async () => {
  const { path, remove } = await project();
  const files = notebookFiles(path);
  const piece = fc.constantFrom(
    "..",
    ".",
    "/",
    "\\",
    "a.ts",
    "b.ts",
    "out.ts",
    "%2e",
    "%2f",
    "\0",
    "//",
    "notebooks",
    "-secret",
    ";",
  );
  const name = fc.oneof(fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join("")), fc.string());
  await fc.assert(
    fc.asyncProperty(name, async (text) => {
      const found = await files.find(text);
      assert.ok(found === null || contains(`${path}/notebooks`, found));
    }),
    { numRuns: 2_000 },
  );
  await remove();
});

Deno.test("a folder of notebooks that is a link out of the project holds no notebooks", async () => {
  const { path, remove } = await project();
  const other = `${path}/other`;
  await Deno.mkdir(other);
  await Deno.symlink(`${path}/notebooks`, `${other}/notebooks`);
  assert.deepEqual(await notebookFiles(other).list(), []);
  await remove();
});

Deno.test("a project without the folder has no notebooks", async () => {
  const empty = await Deno.makeTempDir();
  assert.deepEqual(await notebookFiles(empty).list(), []);
  await Deno.remove(empty);
});

Deno.test("containment is judged by component", () => {
  const cases: readonly [string, string, boolean][] = [
    ["/a/b", "/a/b/c", true],
    ["/a/b", "/a/b/..c", true],
    ["/a/b", "/a/b", false],
    ["/a/b", "/a/bc", false],
    ["/a/b", "/a/b-secret/c", false],
    ["/a/b", "/a", false],
    ["/a/b", "/a/c/b", false],
  ];
  for (const [folder, path, inside] of cases) assert.equal(contains(folder, path), inside, path);
});
