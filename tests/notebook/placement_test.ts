import assert from "node:assert/strict";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { loadNotebook } from "../../lib/notebook/load.ts";
import { fileModules, memoryModules } from "../../lib/notebook/modules.ts";
import { OWN_LIBRARY } from "../../lib/notebook/modules_project.ts";
import type { Notebook } from "../../lib/notebook/notebook.ts";
import { inFolder } from "../in_folder.ts";

const URL_OF_NOTEBOOK = "file:///project/study.ts";

/** A small library in the shape of lib/mod.ts. */
const LIBRARY: Readonly<Record<string, string>> = {
  "file:///project/deno.json": JSON.stringify({
    imports: {
      plateau: "./lib/mod.ts",
      "@observablehq/plot": "npm:@observablehq/plot@0.6.17",
      "@tensorflow/tfjs-core": "npm:@tensorflow/tfjs-core@4.22.0",
      "@own/": "./own/",
    },
  }),
  "file:///project/lib/mod.ts": `
    export { train } from "./training/train.ts";
    export { replay } from "./policies/replay.ts";
    export { display, live, md, signal, view } from "./notebook/authoring.ts";
    export * as criteria from "./criteria/mod.ts";
    export * as curves from "./curves/mod.ts";
    import * as models from "./models/mod.ts";
    import { steps as updates } from "./durations.ts";
    export { models, updates as steps };
    export * from "./charts/mod.ts";
    export type { Plan } from "./training/train.ts";
  `,
  "file:///project/lib/training/train.ts": `
    import { engine } from "../engine/engine.ts";
    export interface Plan { steps: number }
    export async function* train() { yield engine; }`,
  "file:///project/lib/engine/engine.ts":
    `import * as tf from "@tensorflow/tfjs-core"; export const engine = tf;`,
  "file:///project/lib/policies/replay.ts": `
    import type { Plan } from "../training/train.ts";
    import { plateau } from "../criteria/mod.ts";
    export const replay = (plan: Plan) => plateau;`,
  "file:///project/lib/notebook/authoring.ts": `
    export { md } from "./md.ts";
    export const display = (x: unknown) => Deno.inspect(x);
    export const live = display, view = display, signal = 1;`,
  "file:///project/lib/notebook/md.ts": `export const md = String.raw;`,
  "file:///project/lib/criteria/mod.ts": `
    export { plateau } from "./plateau.ts"; export { maxSteps as cap } from "./max_steps.ts";
    export * from "./rounds.ts";`,
  "file:///project/lib/criteria/plateau.ts": `
    class Faulty extends Error { constructor(readonly rule: string) { super(rule); } }
    export const plateau = () => Faulty;`,
  "file:///project/lib/criteria/max_steps.ts": `export function maxSteps() {}`,
  "file:///project/lib/criteria/rounds.ts": `
    import * as files from "../curves/readers.ts";
    import { plateau } from "./mod.ts";
    export const rounds = () => [files.readCsv, plateau];`,
  "file:///project/lib/curves/mod.ts": `
    export { ema } from "./ema.ts"; export * as readers from "./readers.ts"; export { thin } from "./thin.ts";`,
  "file:///project/lib/curves/ema.ts": `export const ema = (x: number) => x;`,
  "file:///project/lib/curves/thin.ts":
    `import { readFileSync } from "node:fs"; export const thin = readFileSync;`,
  "file:///project/lib/curves/readers.ts": `export const readCsv = () => Deno.readTextFile("x");`,
  "file:///project/lib/models/mod.ts": `export { mlp } from "./mlp.ts"; export { sizes } from "./sizes.ts";`,
  "file:///project/lib/models/mlp.ts":
    `import { engine } from "../engine/engine.ts"; export const mlp = engine;`,
  "file:///project/lib/models/sizes.ts": `export const sizes = [1];`,
  "file:///project/lib/charts/mod.ts": `export { line } from "./line.ts";`,
  "file:///project/lib/charts/line.ts":
    `import * as Plot from "@observablehq/plot"; export const line = Plot.line;`,
  "file:///project/lib/durations.ts": `export const steps = (n: number) => n;`,
  "file:///project/own/pure.ts": `
    export const pure = typeof Deno === "undefined" ? 1 : globalThis.Deno;
    export default pure;`,
  "file:///project/own/env.ts": `import process from "node:process"; export const home = process.env;`,
  "file:///project/own/deep.ts": `import { home } from "./env.ts"; export const deep = () => home;`,
  "file:///project/own/effect.ts": `import "./env.ts"; export const one = 1;`,
  "file:///project/own/unused.ts": `import { home } from "./env.ts"; export const two = 2;`,
  "file:///project/own/ring.ts": `import { pong } from "./ring2.ts"; export const ping = () => pong;`,
  "file:///project/own/ring2.ts": `import { ping } from "./ring.ts"; export const pong = () => ping;`,
  "file:///project/own/dead.ts": `import { gone } from "./gone.ts"; export const dead = gone;`,
  "file:///project/own/data.json": `{"a": 1}`,
};

const HEAD =
  `import { curves, criteria, display, live, md, models, replay, signal, steps, train, view } from "plateau";\n`;

const load = (text: string, more: Readonly<Record<string, string>> = {}): Promise<Notebook> =>
  loadNotebook(URL_OF_NOTEBOOK, memoryModules({ ...LIBRARY, ...more, [URL_OF_NOTEBOOK]: text }));

Deno.test("one cell runs where the files that define its names can", async () => {
  const rows: [code: string, place: string, why: string][] = [
    [HEAD + "display(replay);", "browser", "needs nothing of the server"],
    [HEAD + "display(train);", "server", "engine.ts imports @tensorflow/tfjs-core"],
    [HEAD + "display(curves.ema(1));", "browser", "needs nothing of the server"],
    [HEAD + "display(curves.readers);", "server", "readers.ts uses Deno"],
    [HEAD + "display(curves.thin);", "server", "thin.ts imports node:fs"],
    [HEAD + "display(curves['ema']);", "browser", "needs nothing of the server"],
    [HEAD + "const { ema } = curves; display(ema);", "browser", "needs nothing of the server"],
    [HEAD + "display(curves);", "server", "readers.ts uses Deno"],
    [HEAD + "display(Object.keys(curves));", "server", "readers.ts uses Deno"],
    [HEAD + "display(criteria.plateau, criteria.cap);", "browser", "needs nothing of the server"],
    [HEAD + "display(criteria.rounds);", "server", "readers.ts uses Deno"],
    [HEAD + "display(models.sizes);", "browser", "needs nothing of the server"],
    [HEAD + "display(models.mlp);", "server", "engine.ts imports @tensorflow/tfjs-core"],
    [HEAD + "display(steps(3), md`a`, signal);", "browser", "needs nothing of the server"],
    [`import { line } from "plateau";\nline;`, "browser", "needs nothing of the server"],
    [`import * as p from "plateau";\np.replay;`, "browser", "needs nothing of the server"],
    [`import * as p from "plateau";\np.train;`, "server", "engine.ts imports @tensorflow/tfjs-core"],
    [
      `import type { Plan } from "plateau";\nconst p: Plan = { steps: 1 };`,
      "browser",
      "needs nothing of the server",
    ],
    [`import pure from "./own/pure.ts";\npure;`, "browser", "needs nothing of the server"],
    [`import { deep } from "./own/deep.ts";\ndeep;`, "server", "env.ts imports node:process"],
    [`import { deep } from "@own/deep.ts";\ndeep;`, "server", "env.ts imports node:process"],
    [`import { one } from "./own/effect.ts";\none;`, "server", "env.ts imports node:process"],
    [`import { two } from "./own/unused.ts";\ntwo;`, "browser", "needs nothing of the server"],
    [`import { ping } from "./own/ring.ts";\nping;`, "browser", "needs nothing of the server"],
    [
      `import data from "./own/data.json" with { type: "json" };\ndata;`,
      "browser",
      "needs nothing of the server",
    ],
    [`import { readFileSync } from "node:fs";\nreadFileSync;`, "server", "node:fs"],
    [`import * as tf from "@tensorflow/tfjs-core";\ntf.tensor;`, "server", "@tensorflow/tfjs-core"],
    [`import * as Plot from "@observablehq/plot";\nPlot.plot({});`, "browser", "needs nothing of the server"],
    [
      `import * as P from "npm:@observablehq/plot@0.6.17";\nP.plot();`,
      "browser",
      "needs nothing of the server",
    ],
    ["const v = Deno.version;", "server", "uses Deno"],
    ["const v = typeof Deno;", "browser", "needs nothing of the server"],
    ["const v = process.pid;", "server", "uses process"],
    ["document.title;", "browser", "uses document"],
    ["const f = () => 1; class K {} function g() {}", "both", "only functions"],
    ["const f = () => Deno.pid;", "server", "uses Deno"],
    ["const f = () => document.title;", "browser", "uses document"],
    ["const x = 1;", "browser", "needs nothing of the server"],
    [`import { display } from "plateau";`, "both", "only imports"],
  ];
  for (const [code, place, why] of rows) {
    const { cells: [cell], diagnostics } = await load(`// %% a\n${code}\n`);
    assert.deepEqual(diagnostics, [], code);
    assert.deepEqual([cell.place, cell.why], [place, why], code);
  }
});

interface Row {
  readonly name: string;
  /** "title: code" */
  readonly cells: readonly string[];
  /** place of each cell, in order */
  readonly places: string;
  readonly toBrowser?: string;
  readonly toServer?: string;
  readonly problems?: readonly string[];
  readonly says?: RegExp;
}

const ROWS: readonly Row[] = [
  {
    name: "a story",
    cells: [
      "rate: const rate = view(1);",
      "train: const run = await live(train(rate));",
      "cap: const cap = view(2);",
      "chart: display(run, cap);",
    ],
    places: "input server input browser",
    toBrowser: "run",
    toServer: "rate",
  },
  {
    name: "what feeds the server is on the server",
    cells: ["a: const x = 1;", "b: const y = x + 1;", "c: Deno.pid + y;"],
    places: "server server server",
  },
  {
    name: "and travels to the page too",
    cells: ["a: const x = 1;", "b: Deno.pid + x;", "c: display(x);"],
    places: "server server browser",
    toBrowser: "x",
  },
  {
    name: "inputs of the server need theirs",
    cells: ["a: const most = 9;", "b: const n = view(most);", "c: Deno.pid + n;"],
    places: "server input server",
    toBrowser: "most",
    toServer: "n",
  },
  {
    name: "inputs of the page do not",
    cells: ["a: const most = 9;", "b: const n = view(most);", "c: display(n);"],
    places: "browser input browser",
  },
  {
    name: "an input read by an input of the server",
    cells: ["a: const m = view(1);", "b: const n = view(m);", "c: Deno.pid + n;"],
    places: "input input server",
    toServer: "m n",
  },
  {
    name: "one of two inputs of a cell",
    cells: ["a: const m = view(1); const n = view(2);", "b: Deno.pid + n;"],
    places: "input server",
    toServer: "n",
  },
  {
    name: "functions serve both sides",
    cells: ["f: const f = () => 1;", "s: Deno.pid + f();", "b: display(f());"],
    places: "both server browser",
  },
  {
    name: "functions over what the page has stay there",
    cells: ["x: const x = view(1);", "f: const f = () => x;", "b: display(f());"],
    places: "input browser browser",
  },
  {
    name: "functions over an input, needed by the server",
    cells: ["x: const x = view(1);", "f: const f = () => x;", "s: Deno.pid + f();"],
    places: "input both server",
    toServer: "x",
  },
  {
    name: "functions over a value, needed by the server",
    cells: ["x: const x = [1];", "f: const f = () => x;", "s: Deno.pid + f();", "b: f();"],
    places: "server both server browser",
    toBrowser: "x",
  },
  {
    name: "functions over a server value stay there",
    cells: ["x: const x = Deno.pid;", "f: const f = () => x;"],
    places: "server server",
  },
  {
    name: "functions over a server value, needed by the page",
    cells: ["x: const x = Deno.pid;", "f: const f = () => x;", "b: display(f());"],
    places: "server both browser",
    toBrowser: "x",
  },
  {
    name: "functions of functions",
    cells: ["f: const f = () => 1;", "g: const g = () => f();", "b: display(g());"],
    places: "both both browser",
  },
  {
    name: "pins",
    cells: ["a [server]: const x = 1;", "b [browser]: display(x);"],
    places: "server browser",
    toBrowser: "x",
  },
  {
    name: "a pinned cell pulls",
    cells: ["a: const x = 1;", "b [server]: display(x);"],
    places: "server server",
  },
  {
    name: "a pin against its needs",
    cells: ["a [browser]: Deno.pid;"],
    places: "browser",
    problems: ["browser-needs-server 2"],
    says: /pinned to the browser, but uses Deno/,
  },
  {
    name: "node: in a pinned cell",
    cells: ["a [browser]: train();"],
    places: "browser",
    problems: ["browser-needs-server 2"],
    says: /engine\.ts imports @tensorflow/,
  },
  {
    name: "a page cell pinned to the server",
    cells: ["a [server]: document.title;"],
    places: "server",
    problems: ["server-needs-page 2"],
  },
  {
    name: "a server cell reads a pinned one",
    cells: ["a [browser]: const x = 1;", "b: Deno.pid + x;"],
    places: "browser server",
    problems: ["server-reads-browser 4"],
    says: /server cell b \(line 4\) reads x, but cell a \(line 2\) is pinned/,
  },
  {
    name: "a server cell reads what draws",
    cells: ["a: const x = document.title;", "b: Deno.pid + x;"],
    places: "browser server",
    problems: ["server-reads-browser 4"],
    says: /cell a \(line 2\) uses document/,
  },
  {
    name: "even far away",
    cells: ["a: const x = document.title;", "b: const y = x;", "c: Deno.pid + y;"],
    places: "browser server server",
    problems: ["server-reads-browser 4"],
  },
  {
    name: "both at once",
    cells: ["a: document.title = Deno.cwd();"],
    places: "server",
    problems: ["two-sides 2"],
  },
  {
    name: "an input that needs the server",
    cells: ["a: const n = view(Deno.pid);"],
    places: "input",
    problems: ["input-needs-server 2"],
  },
  {
    name: "an input pinned to the server",
    cells: ["a [server]: const n = view(1);"],
    places: "input",
    problems: ["pinned-input 2"],
  },
  { name: "prose", cells: ["a [markdown]: // words"], places: "browser" },
  {
    name: "a worker is a thread of the server",
    cells: ["a: const x = 1;", "b [worker]: const y = x;", "c: display(y);"],
    places: "server server browser",
    toBrowser: "y",
  },
  {
    name: "an input in a worker",
    cells: ["a [worker]: const n = view(1);"],
    places: "input",
    problems: ["pinned-input 2"],
    says: /^cell a holds inputs, which live in the page: drop \[worker\]$/,
  },
  {
    name: "a page cell in a worker",
    cells: ["a [worker]: document.title;"],
    places: "server",
    problems: ["server-needs-page 2"],
    says: /uses document: drop \[worker\] or that use$/,
  },
  {
    name: "prose in a worker",
    cells: ["a [markdown, worker]: // words"],
    places: "browser",
    problems: ["invalid-flags 2"],
    says: /^cell a: invalid flags: markdown and worker \(prose does not run\)$/,
  },
  {
    name: "a worker in the page",
    cells: ["a [worker, browser]: 1;"],
    places: "server",
    problems: ["invalid-flags 2"],
    says: /worker and browser/,
  },
  {
    name: "waiting at the top of a page cell",
    cells: ["a: const n = view(1);", "b: const x = await Promise.resolve(n);", "c: display(x);"],
    places: "input browser browser",
  },
  {
    name: "a browser cell may wait too",
    cells: ["a [browser]: await new Promise(requestAnimationFrame);"],
    places: "browser",
  },
  {
    name: "a default of a parameter that needs the server",
    cells: ["a: const home = Deno.cwd();", "b: const f = (path = home) => path;", "c: f();"],
    places: "server both browser",
    toBrowser: "home",
  },
  {
    name: "a getter over a server value",
    cells: [
      "a: const pid = Deno.pid;",
      "b: const o = { get pid() { return pid; } };",
      "c: Deno.exit(o.pid);",
    ],
    places: "server server server",
  },
  {
    name: "an own name hides the platform's",
    cells: ["a: const document = 1, process = 2;", "b: document + process;"],
    places: "browser browser",
  },
  {
    name: "a shadowed name of the server needs nothing",
    cells: ["a: const f = (Deno) => Deno.pid;"],
    places: "both",
  },
  {
    name: "an exported value travels like any other",
    cells: ["a: const x = 1;", "b: export const y = x;", "c: Deno.pid + y;"],
    places: "server server server",
  },
  {
    name: "an export by another name reads",
    cells: ["a: const x = 1;", "b [server]: export { x as y };"],
    places: "server server",
  },
  {
    name: "a type is no need of the server",
    cells: ["a: const x: Deno.FileInfo | null = null;", "b: display(x as unknown as NodeJS.Process);"],
    places: "browser browser",
  },
];

Deno.test("cells pull what they read to their side", async () => {
  for (const { name, cells, places, toBrowser = "", toServer = "", problems = [], says } of ROWS) {
    const text = cells.map((cell) => cell.replace(/^(\w+)([^:]*): /, "// %% $1$2\n")).join("\n");
    const notebook = await load(HEAD.trim() + "\n" + text + "\n");
    const [, ...own] = notebook.cells;
    assert.equal(own.map((cell) => cell.place).join(" "), places, name);
    assert.equal(notebook.toBrowser.join(" "), toBrowser, name);
    assert.equal(notebook.toServer.join(" "), toServer, name);
    assert.deepEqual(notebook.diagnostics.map((each) => `${each.code} ${each.line}`), problems, name);
    if (says) assert.match(notebook.diagnostics[0].message, says, name);
  }
});

Deno.test("an import that leads nowhere is named with its line, its cells and what to do", async () => {
  const rows: [code: string, says: RegExp][] = [
    [`import { x } from "./own/none.ts";\nx;`, /^import in cell a: missing file: \.\/own\/none\.ts$/],
    [
      `import { x } from "lodash/fp";\nx;`,
      /^import in cell a: unknown package: lodash is not in deno\.json: deno add npm:lodash$/,
    ],
    [
      `import { max } from "npm:d3-array@3";\nmax;`,
      /^import in cell a: unknown package: npm:d3-array@3 is not in deno\.json: deno add npm:d3-array@3, then import/,
    ],
    [
      `import { criteria } from "plateau";\ncriteria.plateu;`,
      /^import in cell a: unknown export: plateu of criteria\/mod\.ts \(did you mean plateau\?\)$/,
    ],
    [`import { trian } from "plateau";\ntrian;`, /did you mean train\?\)$/],
    [
      `import { dead } from "./own/dead.ts";\ndead;`,
      /^import in cell a: dead\.ts: missing file: \.\/gone\.ts$/,
    ],
    [
      `import { x } from "../elsewhere/a.ts";\nx;`,
      /^import in cell a: outside the project: \/elsewhere\/a\.ts/,
    ],
    [
      `import { x } from "/project-secret/a.ts";\nx;`,
      /^import in cell a: outside the project: \/project-secret\/a\.ts/,
    ],
    [`import { broken } from "./own/broken.ts";\nbroken;`, /^import in cell a: broken\.ts: /],
  ];
  for (const [code, says] of rows) {
    const { diagnostics } = await load(`// %% a\n${code}\n`, {
      "file:///project/own/broken.ts": "export const = 1",
    });
    assert.equal(diagnostics.length, 1, code);
    assert.match(diagnostics[0].message, says);
    assert.deepEqual([diagnostics[0].line, diagnostics[0].column, diagnostics[0].cells], [2, 10, [0]], code);
  }
});

Deno.test("a key changes when, and only when, the cell means something else", async () => {
  const base = `import { ema } from "./own/ema.ts";\n// %% a\nconst x = ema(1);\nconst y = 2;\n`;
  const own = { "file:///project/own/ema.ts": "export const ema = (x: number) => x;" };
  const key = async (text: string, more: Record<string, string> = own) => {
    const { cells } = await load(text, more);
    return cells.find((cell) => cell.name === "a" || cell.name === "renamed")!.key;
  };
  const same = await key(base);
  const equal: string[] = [
    "// a comment\n\n" + base,
    base.replace("const x", "/* why */ const   x"),
    base.replace("const x =", "const x: number ="),
    base.replace("// %% a", "// %% renamed [hidden]"),
    base + "// %% b\nconst z = 3;\n",
    base.replace("ema(1);", "ema(1)"),
  ];
  for (const text of equal) assert.equal(await key(text), same, text);
  const different: string[] = [
    base.replace("ema(1)", "ema(2)"),
    base.replace("const y", "let y"),
    base.replace("// %% a", "// %% a [server]"),
    base.replace(`import { ema }`, `import { ema as ema2, ema3 as ema }`),
  ];
  for (const text of different) {
    const more = {
      "file:///project/own/ema.ts": own["file:///project/own/ema.ts"] + "export const ema3 = ema;",
    };
    assert.notEqual(await key(text, text.includes("ema3") ? more : own), same, text);
  }
  assert.notEqual(
    await key(base, { "file:///project/own/ema.ts": "export const ema = (x: number) => -x;" }),
    same,
  );
  assert.equal(await key(base, { ...own, "file:///project/own/other.ts": "export const a = 1;" }), same);
});

Deno.test("cells that say the same have different keys", async () => {
  const { cells } = await load("// %% a\n1;\n// %% b\n1;\n// %% c\n1;\n");
  assert.equal(new Set(cells.map((cell) => cell.key)).size, 3);
});

Deno.test("the real library keeps replay, criteria, inputs and charts in the page, and training on the server", async () => {
  const url = new URL("../tests/notebook/placement_probe.ts", OWN_LIBRARY).href;
  const rows: [use: string, place: string][] = [
    ["train", "server"],
    ["replay", "browser"],
    ["criteria.plateau", "browser"],
    ["criteria", "browser"],
    ["schedules.cosine", "browser"],
    ["inputs.range", "browser"],
    ["md", "browser"],
    ["steps(1)", "browser"],
    ["charts", "browser"],
    ["curves.ema", "browser"],
    ["curves.comparable", "browser"],
    ["curves.read", "server"],
    ["curves", "server"], // passed on whole, its readers of files may be called too
    ["datasets.digits", "server"],
  ];
  const names = [...new Set(rows.map(([use]) => /^\w+/.exec(use)![0]))];
  const cells = rows.map(([use], i) => `// %% ${i}\nconst x${i} = ${use};\n`);
  const text = `import { ${names.join(", ")} } from "plateau";\n${cells.join("")}`;
  const files = fileModules();
  const notebook = await loadNotebook(url, {
    text: (address: string) => address === url ? text : files.text(address),
    stamp: (address: string) => address === url ? text : files.stamp(address),
  });
  for (const [i, [use, place]] of rows.entries()) {
    const { place: found, why } = notebook.cells[i + 1];
    assert.equal(found, place, `${use}: ${why}`);
  }
});

Deno.test("a byte order mark is no part of the text", () =>
  inFolder((folder) => {
    const file = join(folder, "a.ts");
    Deno.writeTextFileSync(file, "\uFEFF// %% a\nconst a = 1;\n");
    assert.equal(fileModules().text(pathToFileURL(file).href), "// %% a\nconst a = 1;\n");
  }));
