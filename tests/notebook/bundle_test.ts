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

Deno.test("a module of the project brings of the library what it asks, and the engine stays away", async () => {
  const files = {
    "study.ts": `import { display } from "plateau";
import { smooth, whole } from "./own.ts";
import { far } from "./barrel.ts";
// %% a
display([smooth([1, 2]), whole, far]);
`,
    "own.ts": `import { curves, criteria as rules } from "plateau";
import * as all from "plateau";
export { train, replay, curves } from "plateau";
export const smooth = (v: number[]) => curves.ema(v, 0.5);
export const whole = [rules.maxSteps(3), all.epochs(2)];`,
    "barrel.ts": `export * from "plateau";
export const far = 1;`,
  };
  await within(files, async (at, write) => {
    const notebook = await loadNotebook(at("study.ts"));
    assert.deepEqual([notebook.diagnostics, notebook.cells.at(-1)!.place], [[], "browser"]);
    const first = await bundle(notebook, "browser");
    assert.deepEqual(first.diagnostics, []);
    assert.deepEqual(first.text.match(/.*(tfjs|tensorflow|Deno\.|"node:).*/gi) ?? [], []);
    const module = await importText(first.text);
    assert.equal(module.smooth([1, 2]).length, 2);
    assert.deepEqual(module.whole[1], { unit: "epochs", count: 2 });
    assert.equal(module.far, 1);
    assert.equal(await bundle(await loadNotebook(at("study.ts")), "browser"), first);
    assert.ok(first.files.includes(at("own.ts")) && first.files.every((file) => file.startsWith("file:///")));
    await write("own.ts", files["own.ts"].replace("curves.ema(v, 0.5)", "[...curves.ema(v, 0.5), 9]"));
    const second = await importText((await bundle(await loadNotebook(at("study.ts")), "browser")).text);
    assert.equal(second.smooth([1, 2]).at(-1), 9);
  });
});

Deno.test("a project's own index brings to the page the names that a module asks of it, until they lead elsewhere", async () => {
  const files = {
    "study.ts": `import { twice } from "./own.ts";\n// %% a\nconst four = twice;\n`,
    "own.ts": `import { two } from "./index.ts";\nexport const twice = two * 2;`,
    "index.ts": `export { two } from "./two.ts";\nexport { list } from "./disk.ts";`,
    "two.ts": "export const two = 2;",
    "three.ts": "export const two = 3;",
    "disk.ts": `import { readdirSync } from "node:fs";\nexport const list = readdirSync(".");`,
  };
  await within(files, async (at, write) => {
    const built = async () => {
      const { text, diagnostics } = await bundle(await loadNotebook(at("study.ts")), "browser");
      assert.deepEqual(diagnostics, []);
      return (await importText(text)).twice;
    };
    assert.equal(await built(), 4);
    await write("index.ts", files["index.ts"].replace("./two.ts", "./three.ts"));
    assert.equal(await built(), 6);
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
