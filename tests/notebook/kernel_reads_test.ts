import assert from "node:assert/strict";
import { join } from "node:path";
import type { FileRead } from "../../lib/notebook/kernel_reads_file.ts";

interface Step {
  cell: string;
  /** the body of an async function of `vendor`, `folder` and `fs` */
  code: string;
  /** the names of the files that it depends on; null when it must not be kept */
  files: string[] | null;
}

/** What the steps depend on, in a process of its own that is watched as a kernel is. */
async function filesOf(steps: readonly Step[]): Promise<(string[] | null)[]> {
  const folder = Deno.makeTempDirSync({ prefix: "plateau reads " });
  try {
    for (const path of ["data/logs", "data/sub", "code"]) {
      Deno.mkdirSync(join(folder, path), { recursive: true });
    }
    for (const name of ["a", "b", "c", "start"]) Deno.writeTextFileSync(join(folder, `data/${name}`), name);
    for (const name of ["code/vendor.js", "code/cells.js", "main.ts", "data/worker.js"]) {
      Deno.writeTextFileSync(join(folder, name), textOf(name, steps));
    }
    for (const name of ["a", "b", "c", "start", "logs", "worker.js"]) {
      Deno.utimeSync(join(folder, `data/${name}`), 1e9, 1e9);
    }
    const library = new URL("../../", import.meta.url).pathname;
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--no-prompt",
        "--cached-only",
        "--quiet",
        "--no-check",
        `--config=${library}deno.json`,
        `--allow-read=${folder},${library}`,
        `--allow-write=${folder}`,
        join(folder, "main.ts"),
        folder,
      ],
      cwd: join(folder, "data"),
      env: { DENO_AUDIT_PERMISSIONS: join(folder, "audit.jsonl"), NO_COLOR: "1" },
    }).output();
    const text = new TextDecoder().decode(stdout);
    assert.ok(text.startsWith("["), new TextDecoder().decode(stderr));
    const within = ({ path }: FileRead) => path.replace(join(folder, "data") + "/", "");
    return (JSON.parse(text) as (FileRead[] | null)[]).map((files) => files && files.map(within).sort());
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

function textOf(name: string, steps: readonly Step[]): string {
  switch (name) {
    case "code/cells.js":
      return `export default [${
        steps.map(({ code }) => `async (vendor, folder, fs) => { ${code} }`).join(",\n")
      }];`;
    case "code/vendor.js":
      return `import { readFileSync } from "node:fs";
        export const atStart = Deno.readTextFileSync("start");
        let kept;
        export const remembered = () => kept ??= Deno.readTextFile("b");
        export const nodeRead = (path) => readFileSync(path, "utf8");`;
    case "data/worker.js":
      return `Deno.readTextFileSync("c"); postMessage(1); self.close();`;
    default:
      return `import { AsyncLocalStorage } from "node:async_hooks";
        import { KernelReads } from "${new URL("../../lib/notebook/kernel_reads.ts", import.meta.url)}";
        const [folder] = Deno.args, cellNow = new AsyncLocalStorage<string>();
        const code = ${JSON.stringify("file://")} + folder.replaceAll(" ", "%20") + "/code/";
        const reads = new KernelReads({
          log: folder + "/audit.jsonl",
          cell: () => cellNow.getStore(),
          modules: () => [code + "cells.js"],
        });
        const vendor = await import(code + "vendor.js"), { default: cells } = await import(code + "cells.js");
        const { default: fs } = await import("node:fs");
        const said = [], names = ${JSON.stringify(steps.map(({ cell }) => cell))};
        for (const [i, name] of names.entries()) {
          reads.begin(name);
          await cellNow.run(name, () => cells[i](vendor, folder, fs));
          said.push(await reads.files(name) ?? null);
        }
        console.log(JSON.stringify(said));`;
  }
}

const start = "start"; // what a module read as it was imported counts for every cell
/** As another process does it: what is written by this path is not counted. */
const changed = (name: string) => `fs.utimesSync("//" + folder + "/data/${name}", 1e9 + 1, 1e9 + 1);`;
const stories: [string, Step[]][] = [
  ["what a cell reads itself is its own, by any of Deno's functions", [
    { cell: "none", code: ``, files: [start] },
    { cell: "one", code: `await Deno.readTextFile("a");`, files: ["a", start] },
    { cell: "sync", code: `await null; Deno.readFileSync(folder + "/data/a");`, files: ["a", start] },
    { cell: "folder", code: `for await (const _ of Deno.readDir("logs"));`, files: ["logs", start] },
    {
      cell: "open",
      code: `using file = await Deno.open(new URL("file://" + folder.replaceAll(" ", "%20") + "/data/./a"));`,
      files: ["a", start],
    },
    { cell: "stat", code: `await Deno.stat("a"); Deno.lstatSync("b");`, files: ["a", "b", start] },
    { cell: "absent", code: `await Deno.stat("nope").catch(() => {});`, files: ["nope", start] },
    {
      cell: "size",
      code: `using one = await Deno.open("a"); await one.stat();
        using two = Deno.openSync("a"); two.statSync();`,
      files: ["a", start],
    },
    { cell: "another", code: `Deno.readTextFileSync("c");`, files: ["c", start] },
    { cell: "one", code: ``, files: [start] },
  ]],
  ["what a cell's module reads may be remembered there, and counts from then on", [
    { cell: "before", code: ``, files: [start] },
    {
      cell: "asks",
      code: `Deno.readTextFileSync("a"); await vendor.remembered();`,
      files: ["a", "b", start],
    },
    { cell: "later", code: `await vendor.remembered();`, files: ["a", "b", start] },
    { cell: "other", code: changed("b"), files: null },
    { cell: "itself", code: `Deno.readTextFileSync("b");`, files: ["a", "b", start] },
  ]],
  ["what is read by node's functions goes unattributed, not unseen", [
    { cell: "node", code: `vendor.nodeRead("a"); fs.existsSync("nope");`, files: ["a", "nope", start] },
    { cell: "later", code: ``, files: ["a", "nope", start] },
    {
      cell: "again",
      code: `Deno.readTextFileSync("b"); vendor.nodeRead("b");`,
      files: ["a", "b", "nope", start],
    },
  ]],
  ["what a worker reads counts too, its code as well", [
    {
      cell: "worker",
      code: `const url = "file://" + folder.replaceAll(" ", "%20") + "/data/worker.js";
        const worker = new Worker(url, { type: "module" });
        await new Promise((resolve, reject) => (worker.onmessage = resolve, worker.onerror = reject));`,
      files: ["c", start, "worker.js"],
    },
  ]],
  ["a run that writes, or whose files change, is not kept", [
    { cell: "writes", code: `Deno.writeTextFileSync("sub/new", "");`, files: null },
    { cell: "node writes", code: `fs.writeFileSync("sub/new", "");`, files: null },
    { cell: "pure", code: `Deno.readTextFileSync("a");`, files: ["a", start] },
    { cell: "changed", code: `Deno.readTextFileSync("a"); ${changed("a")}`, files: null },
    { cell: "settled", code: `Deno.readTextFileSync("a");`, files: ["a", start] },
    {
      cell: "removed",
      code: `Deno.readTextFileSync("a"); fs.unlinkSync("//" + folder + "/data/a");`,
      files: null,
    },
    { cell: "pure", code: ``, files: [start] },
  ]],
];
for (const [name, steps] of stories) {
  Deno.test(name, async () => {
    const found = await filesOf(steps);
    for (const [i, { cell, files }] of steps.entries()) {
      assert.deepEqual(found[i], files?.sort() ?? null, cell);
    }
  });
}

Deno.test("nothing is watched without the log that Deno writes", async () => {
  const { KernelReads } = await import("../../lib/notebook/kernel_reads.ts");
  const { readFile } = Deno;
  assert.throws(
    () => new KernelReads({ log: "/nowhere/audit.jsonl", cell: () => undefined, modules: () => [] }),
    /^Error: missing file: \/nowhere\/audit\.jsonl \(what DENO_AUDIT_PERMISSIONS names\)$/,
  );
  assert.equal(Deno.readFile, readFile);
});
