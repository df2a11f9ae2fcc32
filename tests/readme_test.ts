/** The README is true: its notebook runs, its commands and files are there. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { loadNotebook } from "../lib/notebook/load.ts";
import { runNotebook } from "../lib/notebook/run.ts";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const README = Deno.readTextFileSync(`${ROOT}README.md`);

Deno.test("the README's notebook has no problems and runs", async () => {
  const [, source] = /```ts\n([\s\S]*?)```/.exec(README)!;
  Deno.mkdirSync(`${ROOT}.plateau`, { recursive: true });
  const folder = Deno.makeTempDirSync({ dir: `${ROOT}.plateau`, prefix: "readme-" });
  try {
    const file = `${folder}/readme.ts`;
    Deno.writeTextFileSync(file, source);
    const { diagnostics } = await loadNotebook(`file://${file}`);
    assert.deepEqual(diagnostics, []);
    let out = "", err = "";
    const code = await runNotebook({
      file,
      project: ROOT,
      engine: "wasm",
      out: (text) => out += text,
      err: (text) => err += text,
    });
    assert.equal(code, 0, err);
    assert.match(out, /Validation loss/);
    assert.match(out, /Fixed steps 700/);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("every task, file and picture that the README names is there", () => {
  const { tasks } = JSON.parse(Deno.readTextFileSync(`${ROOT}deno.json`));
  for (const [, task] of README.matchAll(/deno task (\w+)/g)) assert.ok(task in tasks, `no task ${task}`);
  for (const [, path] of README.matchAll(/\]\((docs\/[^)]+)\)/g)) {
    assert.ok(Deno.statSync(ROOT + path).isFile);
  }
  for (const [, path] of README.matchAll(/`((?:lib|server|tests|notebooks)\/[\w/.]*)`/g)) {
    assert.ok(Deno.statSync(ROOT + path), path);
  }
});
