import assert from "node:assert/strict";
import { awaitingModules, importPrograms } from "../../lib/notebook/import_programs.ts";
import { CellFailure } from "../../lib/notebook/runtime_error.ts";

const module = (text: string) => `data:text/javascript,${encodeURIComponent(text)}`;
const code = module("export default ({ k }) => [{ id: 0, fn: () => ({ k }) }];");

/** What modules of these tests await. */
const hold = Promise.withResolvers<number>();
Object.assign(globalThis, { importTest: { hold: hold.promise } });

const waiting: [what: string, vendor: string, named: string][] = [
  [
    "a module of the project",
    "// data/slow.ts\nvar k = await importTest.hold;\nexport { k };",
    "data/slow.ts",
  ],
  [
    "one of two",
    "// a.ts\nvar a = await 1;\n// b.ts\nvar k = await importTest\n.hold;\nexport { k };",
    "a.ts or b.ts",
  ],
  [
    "a package",
    `export { k } from ${JSON.stringify(module("export const k = await importTest.hold;"))};`,
    "a module that the notebook imports",
  ],
];
Deno.test("what is imported and never settles is given up, and named where that can be told", async () => {
  for (const [what, vendor, named] of waiting) {
    await assert.rejects(
      () => importPrograms({ vendor: module(vendor), code }, 200),
      (error) => {
        assert.ok(error instanceof CellFailure, what);
        assert.equal(
          error.message,
          `${named} is not there after 0.2 s: its top-level await has not settled`,
        );
        return true;
      },
    );
  }
  hold.resolve(1);
});

Deno.test("a module that computes for long, or awaits what comes, is waited for", async () => {
  const computes =
    "const end = performance.now() + 300; while (performance.now() < end); export const k = 1;";
  const awaits = "export const k = await new Promise((go) => setTimeout(go, 20, 2));";
  for (const [vendor, k] of [[computes, 1], [awaits, 2]] as const) {
    const [program] = await importPrograms({ vendor: module(vendor), code }, 200);
    assert.deepEqual(program.fn({} as never), { k });
  }
});

const bundles: [bundle: string, modules: string[]][] = [
  ["", []],
  ["// a.ts\nasync function a() {\n  await 1;\n}\n", []],
  ["// a.ts\nvar a = async () => await 1;\n", []],
  ["// a.ts\nvar a = await 1;\n// deep/b.ts\nawait a;\n", ["a.ts", "deep/b.ts"]],
  ["// a.ts\nvar a = 1;\n// b.ts\nvar b = {\n  c: await a\n};\n", []],
  ["// a.ts\nfor await (const x of y) {\n}\n// a.ts\nawait x;\n", ["a.ts"]],
  ["// not a file\nawait x;\n", []],
];
Deno.test("the modules of a bundle that await something are found by its text", () => {
  for (const [bundle, modules] of bundles) assert.deepEqual(awaitingModules(bundle), modules, bundle);
});
