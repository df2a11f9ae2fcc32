import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../lib/charts/mod.ts", import.meta.url));

/** Every module that `file` needs when it runs, with what it imports from packages. Types are not needed. */
async function needs(file: string, seen = new Map<string, string[]>()): Promise<Map<string, string[]>> {
  if (seen.has(file)) return seen;
  const text = await Deno.readTextFile(file);
  const statements = /^(?:import|export)\s(?!type\b)(?:[^;"]*?from\s+)?"([^"]+)"|\bimport\("([^"]+)"\)/gm;
  const found = [...text.matchAll(statements)].map(([, named, dynamic]) => named ?? dynamic);
  seen.set(file, found.filter((from) => !from.startsWith(".")));
  for (const from of found.filter((each) => each.startsWith("."))) {
    await needs(join(dirname(file), from), seen);
  }
  return seen;
}

Deno.test("charts need Observable Plot and nothing else, no engine and no Deno", async () => {
  const modules = await needs(root);
  assert.ok(modules.size > 20);
  for (const [file, packages] of modules) {
    assert.deepEqual(packages.filter((name) => name !== "@observablehq/plot"), [], file);
    assert.doesNotMatch(await Deno.readTextFile(file), /\bDeno\./, file);
    assert.doesNotMatch(file, /lib\/(engine|training|store|notebook)\//);
  }
});
