import assert from "node:assert/strict";
import { join } from "node:path";
import fc from "fast-check";
import { notebookSlug, openSessionFolder } from "../../lib/notebook/session_folder.ts";
import { inFolder } from "../in_folder.ts";

const MODULE = new URL("../../lib/notebook/session_folder.ts", import.meta.url).href;

Deno.test("the slug of a notebook is its name, its path from the project, or a hash", () => {
  const slugs: readonly [file: string, slug: string][] = [
    ["/p/notebooks/rates.ts", "rates"],
    ["/p/notebooks/old/rates.ts", "old~rates"],
    ["/p/rates.ts", "~rates"],
    ["/p/old/rates.ts", "~old~rates"],
    ["/p/notebooks.ts", "~notebooks"],
    ["/p/notebooks/a~b.ts", "a%7Eb"],
    ["/p/notebooks/50%.ts", "50%25"],
    ["/p/notebooks/..rates.ts", "..rates"],
    ["/q/rates.ts", "~..~rates-dde86760"],
    ["/q/old/rates.ts", "~..~rates-1c6c7bb7"],
  ];
  for (const [file, slug] of slugs) assert.equal(notebookSlug("/p", file), slug, file);
});

Deno.test("no two notebooks of a project have the same slug, and each is one name of a folder", () => {
  const part = fc.string({
    unit: fc.constantFrom("a", "b", "~", "%", "2", "5", "7", "E", "."),
    minLength: 1,
    maxLength: 3,
  })
    .filter((text) => !/^\.+$/.test(text));
  const path = fc.tuple(
    fc.array(fc.oneof(part, fc.constant("notebooks"), fc.constant("x".repeat(90))), { maxLength: 3 }),
    part,
  ).map(([folders, name]) => ["/p", ...folders, `${name}.ts`].join("/"));
  fc.assert(
    fc.property(path, path, (one, other) => {
      assert.equal(notebookSlug("/p", one) === notebookSlug("/p", other), one === other);
      assert.match(notebookSlug("/p", one), /^[^/]{1,140}$/);
    }),
    { numRuns: 2000 },
  );
});

Deno.test("the second that opens a notebook has a folder of its own and is told of the first", () =>
  inFolder((project) => {
    const file = join(project, "notebooks", "a.ts"), first = openSessionFolder(project, file);
    assert.equal(first.folder, join(project, ".plateau", "notebooks", "a"));
    assert.equal(first.note, undefined);
    assert.ok(Deno.statSync(first.run).isDirectory);
    const second = openSessionFolder(project, file), third = openSessionFolder(project, file);
    assert.deepEqual([second, third].map(({ folder }) => folder), [
      join(first.folder, "2"),
      join(first.folder, "3"),
    ]);
    assert.equal(second.note, "also open in this process: this page has a session of its own");
    second.close();
    first.close();
    const again = openSessionFolder(project, file);
    assert.deepEqual([again.folder, again.note], [first.folder, undefined]);
    again.close();
    third.close();
  }));

Deno.test("a process that is killed lets go of its folder", () =>
  inFolder(async (project) => {
    const file = join(project, "a.ts");
    const program = `import { openSessionFolder } from ${JSON.stringify(MODULE)};
      console.log(openSessionFolder(${JSON.stringify(project)}, ${JSON.stringify(file)}).folder);
      setInterval(() => {}, 1000);`;
    const child = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--quiet",
        "--no-check",
        "--allow-all",
        `data:text/typescript,${encodeURIComponent(program)}`,
      ],
      stdout: "piped",
    }).spawn();
    const reader = child.stdout.getReader();
    assert.equal(
      new TextDecoder().decode((await reader.read()).value).trim(),
      join(project, ".plateau", "notebooks", "~a"),
    );
    const beside = openSessionFolder(project, file);
    assert.equal(beside.note, `also open in process ${child.pid}: this page has a session of its own`);
    beside.close();
    child.kill("SIGKILL");
    await Promise.all([child.status, reader.cancel()]);
    const after = openSessionFolder(project, file);
    assert.equal(after.note, undefined);
    after.close();
  }));

Deno.test({
  name: "a project that may not be written says which folder",
  ignore: Deno.build.os === "windows",
  fn: () =>
    inFolder((project) => {
      Deno.writeTextFileSync(join(project, ".plateau"), "a file");
      assert.throws(
        () => openSessionFolder(project, join(project, "notebooks", "a.ts")),
        /^StorageFault: storage fault: \S+notebooks\/a \(/,
      );
    }),
});
