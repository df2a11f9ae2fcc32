import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { bundle, stopBundler, vendor } from "../../lib/notebook/bundle.ts";
import { isInside } from "../../lib/notebook/bundle_plugin.ts";
import { program } from "../../lib/notebook/compile.ts";
import { loadNotebook } from "../../lib/notebook/load.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Files in a folder of their own inside this project (or outside of it), removed afterwards. */
async function within(
  files: Readonly<Record<string, string>>,
  work: (at: (name: string) => string, write: (name: string, text: string) => Promise<void>) => Promise<void>,
  dir = join(ROOT, ".plateau"),
) {
  await Deno.mkdir(dir, { recursive: true });
  const folder = await Deno.realPath(await Deno.makeTempDir({ dir, prefix: "bundle-test-" }));
  const write = (name: string, text: string) => Deno.writeTextFile(join(folder, name), text);
  try {
    for (const [name, text] of Object.entries(files)) await write(name, text);
    await work((name) => pathToFileURL(join(folder, name)).href, write);
  } finally {
    await stopBundler();
    await Deno.remove(folder, { recursive: true });
  }
}

const importText = (text: string) => import(`data:text/javascript;charset=utf-8,${encodeURIComponent(text)}`);

/** Imports a module in a `deno run` of its own, in the folder given, and prints an expression of it. */
async function printed(file: string, expression: string): Promise<string> {
  const source = `const m = await import(${
    JSON.stringify(file)
  }); console.log(JSON.stringify(${expression}));`;
  const script = join(fileURLToPath(new URL(".", file)), "print.ts");
  await Deno.writeTextFile(script, source);
  const args = ["run", "--no-prompt", "--cached-only", `--allow-read=${ROOT}`, "--no-check", script];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: ROOT });
  return stdout.trim();
}

Deno.test("what a page cell imports comes without the engine and without Deno", async () => {
  const text = `import { charts, criteria, display, inputs, replay, view } from "plateau";
// %% rate
const patience = view(inputs.range([1, 9], { label: "patience", value: 3 }));
// %% rule
const rule = criteria.plateau({ metric: "validation.loss", mode: "min", patience });
// %% chart
display(charts); display(replay); display(rule);
`;
  await within({ "study.ts": text }, async (at) => {
    const notebook = await loadNotebook(at("study.ts"));
    assert.deepEqual(notebook.diagnostics, []);
    const { text: code, diagnostics } = await bundle(notebook, "browser");
    assert.deepEqual(diagnostics, []);
    assert.deepEqual(code.match(/.*(tfjs|tensorflow|Deno\.|"node:).*/gi) ?? [], []);
    const module = await importText(code);
    assert.deepEqual(Object.keys(module).sort(), ["charts", "criteria", "inputs", "replay"]);
    assert.deepEqual(Object.keys(module.criteria), ["plateau"]);
    assert.equal(typeof module.replay, "function");
    assert.equal(module.inputs.range([1, 9], { value: 3 }).value, 3);
  });
});

Deno.test("the page's own client goes into the same bundle", async () => {
  const files = {
    "study.ts": "// %% a\nconst a = 1;\n",
    "client.ts": "export const start = (n: number) => n + 1;",
  };
  await within(files, async (at) => {
    const notebook = await loadNotebook(at("study.ts"));
    const extra = `export { start } from ${JSON.stringify(at("client.ts"))};`;
    const module = await importText(await vendor(notebook, "browser", extra));
    assert.equal(module.start(1), 2);
    await assert.rejects(
      vendor(notebook, "browser", `export * from "./none.ts";`),
      /cannot bundle: .*missing file/,
    );
  });
});

Deno.test("packages are bundled for the page, and only the members that cells read", async () => {
  const text =
    `import * as z from "zod";\nimport { lineY } from "@observablehq/plot";\n// %% a\nz.string(); lineY;\n`;
  await within({ "study.ts": text }, async (at) => {
    const module = await importText(await vendor(await loadNotebook(at("study.ts")), "browser"));
    assert.deepEqual(Object.keys(module.z), ["string"]);
    assert.equal(module.z.string().parse("x"), "x");
    assert.equal(typeof module.lineY, "function");
  });
});

Deno.test("on the server local modules go in, the library and packages stay outside, and all of it loads", async () => {
  const files = {
    "study.ts": `import { steps } from "plateau";
import * as z from "zod";
import { readFileSync } from "node:fs";
import { where, Colour } from "./own.ts";
import data from "./data.json" with { type: "json" };
// %% a [server]
const all = [steps(3), z.string, readFileSync, where, Colour, data];
`,
    "own.ts": `import { epochs } from "plateau";
export enum Colour { red, green }
export const where = [import.meta.url, import.meta.dirname, import.meta.main, "import.meta.url", epochs(2)];`,
    "data.json": `{"answer": 42}`,
  };
  await within(files, async (at, write) => {
    const notebook = await loadNotebook(at("study.ts"));
    assert.deepEqual(notebook.diagnostics, []);
    const { text, files: bundled } = await bundle(notebook, "server");
    assert.doesNotMatch(text.replace(/\/\/# sourceMappingURL.*/, ""), /function maxSteps|ZodString/);
    assert.deepEqual([...bundled].sort(), [at("data.json"), at("own.ts")]);
    await write("vendor.js", text);
    await write("code.js", program(notebook, "server"));
    const seen = JSON.parse(
      await printed(at("vendor.js"), "[m.steps(3), m.where, m.Colour.green, m.data, typeof m.z.string]"),
    );
    const folder = fileURLToPath(at("")).replace(/\/$/, "");
    assert.deepEqual(seen, [
      { unit: "steps", count: 3 },
      [at("own.ts"), folder, false, "import.meta.url", { unit: "epochs", count: 2 }],
      1,
      { answer: 42 },
      "function",
    ]);
    assert.equal(await printed(at("code.js"), "m.default({}).length"), "2");
  });
});

Deno.test("nothing is built again until the imports or a local module change", async () => {
  const files = {
    "study.ts": `import { one } from "./own.ts";\n// %% a\none;\n`,
    "own.ts": "export const one = 1;",
  };
  await within(files, async (at, write) => {
    const first = await bundle(await loadNotebook(at("study.ts")), "browser");
    await write("study.ts", files["study.ts"] + "// %% b\nconst b = 2;\n");
    assert.equal(await bundle(await loadNotebook(at("study.ts")), "browser"), first);
    await write("own.ts", "export const one = 11;");
    const second = await bundle(await loadNotebook(at("study.ts")), "browser");
    assert.equal((await importText(second.text)).one, 11);
    await write("study.ts", `import { one as uno } from "./own.ts";\n// %% a\nuno;\n`);
    const third = await bundle(await loadNotebook(at("study.ts")), "browser");
    assert.deepEqual(Object.keys(await importText(third.text)), ["uno"]);
  });
});

Deno.test("what cannot be bundled is said at the import's line, and the rest is bundled", async () => {
  const files = {
    "study.ts": `import { one } from "./own.ts";
import * as gone from "is-odd-not-installed";
// %% a
one;
// %% b
gone;
`,
    "own.ts": "export const one = 1;",
    "deno.json": `{"imports": {"is-odd-not-installed": "npm:is-odd-not-installed@1.0.0"}}`,
  };
  await within(files, async (at) => {
    const notebook = await loadNotebook(at("study.ts"));
    assert.deepEqual(notebook.diagnostics, []);
    const { text, diagnostics } = await bundle(notebook, "browser");
    const message = "missing package: is-odd-not-installed is not installed: deno install";
    assert.deepEqual(diagnostics, [{
      level: "error",
      line: 2,
      column: 8,
      code: "bundle",
      message,
      cells: [2],
    }]);
    assert.equal((await importText(text)).one, 1);
  });
});

Deno.test("a link that leads out of the project is refused", async () => {
  const outside = await Deno.makeTempDir();
  await Deno.writeTextFile(join(outside, "secret.ts"), "export const secret = 1;");
  try {
    for (const side of ["browser", "server"] as const) {
      const text = `import { secret } from "./link.ts";\n// %% a [${side}]\nsecret;\n`;
      await within({ "study.ts": text, "deno.json": "{}" }, async (at) => {
        await Deno.symlink(join(outside, "secret.ts"), fileURLToPath(at("link.ts")));
        const { text, diagnostics } = await bundle(await loadNotebook(at("study.ts")), side);
        assert.deepEqual(diagnostics.map((each) => [each.line, each.cells]), [[1, [1]]]);
        assert.match(diagnostics[0].message, /^outside the project: .*secret\.ts/);
        assert.doesNotMatch(text, /secret = 1/);
      });
    }
  } finally {
    await Deno.remove(outside, { recursive: true });
  }
});

Deno.test("folders are compared by component", () => {
  const rows: [folder: string, path: string, inside: boolean][] = [
    ["/data", "/data/a.ts", true],
    ["/data", "/data", true],
    ["/data", "/data-secret/a.ts", false],
    ["/data", "/", false],
    ["/data", "/data/../etc", false],
    ["/data", "/data/..hidden", true],
    ["/", "/etc", true],
  ];
  for (const [folder, path, inside] of rows) {
    assert.equal(isInside(folder, path), inside, `${folder} ${path}`);
  }
});
