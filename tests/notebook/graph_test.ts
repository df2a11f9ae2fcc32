import assert from "node:assert/strict";
import { graph } from "../../lib/notebook/graph.ts";
import { parse } from "../../lib/notebook/parse.ts";

interface Row {
  readonly name: string;
  /** text of the cells a, b, c … */
  readonly cells: readonly string[];
  /** "b<a" : b reads a name of a */
  readonly edges?: string;
  readonly defines?: readonly string[];
  /** `code line` of each problem, warnings too */
  readonly problems?: readonly string[];
  readonly says?: RegExp;
}

const VERBS = `import { display, live, signal, view } from "plateau";\n`;

const ROWS: readonly Row[] = [
  {
    name: "a reader depends on the definer",
    cells: ["const x = 1;", "x + 1;"],
    edges: "b<a",
    defines: ["x", ""],
  },
  {
    name: "order in the file does not matter for functions",
    cells: ["const f = () => x;", "const x = 1;"],
    edges: "a<b",
  },
  {
    name: "reading early fails as a script",
    cells: ["const y = x;", "// why\nconst x = 1;"],
    edges: "a<b",
    problems: ["used-before-defined 2"],
    says: /^used before defined: x \(read in cell a, line 2, declared in cell b, line 5\): move cell b up/,
  },
  {
    name: "several names, one edge each",
    cells: ["const x = 1, z = 2;", "const y = x + z;"],
    edges: "b<a",
    defines: ["x z", "y"],
  },
  { name: "own names are no edges", cells: ["const x = 1; x;"], edges: "" },
  {
    name: "patterns define",
    cells: ["const { x, y: [z], ...r } = { x: 1, y: [2] };", "x + z; r;"],
    edges: "b<a",
    defines: ["x z r", ""],
  },
  {
    name: "functions and classes define",
    cells: ["function f() {} class K {}", "f(); K;"],
    edges: "b<a",
    defines: ["f K", ""],
  },
  {
    name: "var in a block defines",
    cells: ["if (true) { var v = 1; } for (var i = 0; i < 1; i++);", "v + i;"],
    edges: "b<a",
    defines: ["v i", ""],
  },
  { name: "let in a block does not", cells: ["{ let v = 1; v; }"], defines: [""] },
  { name: "export says nothing", cells: ["export const x = 1;", "x;"], edges: "b<a" },
  { name: "shadowing cuts the edge", cells: ["const x = 1;", "[1].map((x) => x);"], edges: "" },
  {
    name: "types are no edges",
    cells: ["interface T { x: number }", "const y: T = { x: 1 };"],
    edges: "",
    defines: ["", "y"],
  },
  {
    name: "a twice declared name names both",
    cells: ["const x = 1;", "const x = 2;"],
    problems: ["duplicate-name 4"],
    says: /duplicate name: x \(cell a, line 2, cell b, line 4\)/,
  },
  {
    name: "twice in one cell",
    cells: ["const x = 1; const x = 2;"],
    problems: ["duplicate-name 2"],
    says: /lines 2 and 2/,
  },
  { name: "var twice in one cell is fine", cells: ["var x = 1; var x = 2;"], defines: ["x"] },
  {
    name: "an import and a cell's name",
    cells: [`import { x } from "./m.ts";`, "const x = 2;"],
    problems: ["duplicate-name 4"],
    says: /import in a, line 2, cell b, line 4/,
  },
  {
    name: "a verb's name",
    cells: [VERBS, "const view = 1;"],
    problems: ["duplicate-name 4"],
    says: /a name of plateau/,
  },
  {
    name: "a ring of two",
    cells: ["const f = () => y;", "const y = f();"],
    edges: "a<b b<a",
    problems: ["cycle 1"],
    says: /cycle: a \(line 1\) → b \(line 3\) → a/,
  },
  {
    name: "a ring of three",
    cells: ["const p = () => r;", "const q = () => p;", "const r = () => q;"],
    edges: "a<c b<a c<b",
    problems: ["cycle 1"],
  },
  { name: "a cell cannot wait for itself", cells: ["const f = () => f;"], edges: "" },
  {
    name: "assignment to another cell's name",
    cells: ["let n = 1;", "n = 2;"],
    edges: "b<a",
    problems: ["foreign-assignment 4"],
    says: /cell b assigns n, which belongs to cell a, line 2/,
  },
  {
    name: "counting in another cell",
    cells: ["let n = 1;", "n++;"],
    edges: "b<a",
    problems: ["foreign-assignment 4"],
  },
  {
    name: "assignment to an import",
    cells: [`import { n } from "./m.ts";`, "n = 1;"],
    problems: ["foreign-assignment 4"],
    says: /cell b assigns n, which line 2 imports/,
  },
  { name: "assignment in its own cell", cells: ["let n = 1; n = 2;"], defines: ["n"] },
  {
    name: "an unknown name, with the nearest",
    cells: ["const patience = 1;", "patiense;"],
    problems: ["unknown-name 4"],
    says: /^unknown name: patiense \(did you mean patience\?\), in cell b$/,
  },
  {
    name: "an unknown name like no other",
    cells: ["quux;"],
    problems: ["unknown-name 2"],
    says: /no cell declares it/,
  },
  {
    name: "platform names are known",
    cells: ["document; window; Deno; console; fetch; HTMLElement; typeof nope;"],
  },
  {
    name: "a view is read elsewhere",
    cells: [VERBS + "const n = view(1);", "display(n);"],
    edges: "b<a",
    defines: ["n", ""],
  },
  {
    name: "a view in its own cell",
    cells: [VERBS + "const n = view(1); display(n);"],
    problems: ["stream-in-own-cell 3"],
    says: /n comes from view/,
  },
  {
    name: "a live value in its own cell",
    cells: [VERBS + "const n = await live(1); n;"],
    problems: ["stream-in-own-cell 3"],
  },
  {
    name: "live without await",
    cells: [VERBS + "const n = live(1);"],
    problems: ["live-without-await 3"],
    says: /write await live\(…\)/,
  },
  { name: "live without a name", cells: [VERBS + "await live(1);"], problems: ["live-without-name 3"] },
  {
    name: "view inside an expression",
    cells: [VERBS + "const n = view(1) + 1;"],
    problems: ["view-without-name 3"],
  },
  {
    name: "a stream taken apart",
    cells: [VERBS + "const { n } = view(1);"],
    problems: ["destructured-stream 3"],
  },
  {
    name: "inputs and a stream in one cell",
    cells: [VERBS + "const n = view(1); const m = await live(2);"],
    problems: ["view-and-live 1"],
  },
  {
    name: "verbs by another name",
    cells: [`import { view as ask } from "plateau";\nconst n = ask(1);`, "n;"],
    edges: "b<a",
  },
  {
    name: "verbs through a namespace",
    cells: [`import * as p from "plateau";\np.display(1);`],
    problems: ["verb-by-namespace 3"],
  },
  { name: "export default", cells: ["export default 1;"], problems: ["export-default 2"] },
  { name: "export star", cells: [`export * from "./m.ts";`], problems: ["export-all 2"] },
  { name: "export from", cells: [`export { x } from "./m.ts";`], problems: ["export-from 2"] },
  { name: "import for effect", cells: [`import "./m.ts";`], problems: ["import-effect 2"] },
  {
    name: "a type-only import is none",
    cells: [`import type { T } from "./m.ts"; import { type U } from "./m.ts";`],
  },
  { name: "import()", cells: [`const m = await import("./m.ts");`], problems: ["dynamic-import 2"] },

  // order: what a cell needs the moment it runs
  {
    name: "a template's tag and new need what they name",
    cells: ["tag`x`; new K();", "const tag = String.raw; class K {}"],
    edges: "a<b",
    problems: ["used-before-defined 2", "used-before-defined 2"],
  },
  {
    name: "a stream over what comes later",
    cells: [VERBS + "const run = await live(gen(rate));", "const rate = 1;", "function* gen(r) { yield r; }"],
    edges: "a<b a<c",
    problems: ["used-before-defined 3"],
  },
  {
    name: "an input over what comes later",
    cells: [VERBS + "const n = view(most);", "const most = 1;"],
    problems: ["used-before-defined 3"],
  },
  {
    name: "a function that is called before what it reads",
    cells: ["const f = () => x;", "const y = f();", "const x = 1;"],
    edges: "a<c b<a",
    problems: ["used-before-defined 4"],
    says:
      /x \(read by f of cell a, line 2, called in cell b, line 4, declared in cell c, line 6\): move cell c up/,
  },
  {
    name: "a function that is called after what it reads",
    cells: ["const f = () => x;", "const x = 1;", "const y = f();"],
    edges: "a<b c<a",
  },
  {
    name: "a function that calls a function",
    cells: ["function f() { return g(); } function g() { return x; }", "f();", "const x = 1;"],
    problems: ["used-before-defined 4"],
    says: /read by g of cell a, line 2, called by f of cell a, line 2, called in cell b, line 4/,
  },
  {
    name: "a function declaration may stand below its call",
    cells: ["f();", "export function f() { return g; }", "async function* g() {}"],
    edges: "a<b b<c",
  },
  {
    name: "but not its call above what it reads",
    cells: ["f();", "function f() { return x; }", "const x = 1;"],
    problems: ["used-before-defined 2"],
    says: /read by f of cell b, line 4, called in cell a, line 2, declared in cell c, line 6/,
  },
  {
    name: "functions that call each other",
    cells: ["function f() { return g(); } function g() { return f() + x; }", "f();", "const x = 1;"],
    problems: ["used-before-defined 4"],
  },
  {
    name: "a function called in its own cell",
    cells: ["const f = () => x; f();", "const x = 1;"],
    problems: ["used-before-defined 2"],
    says: /read by f of cell a, line 2, called in cell a, line 2/,
  },
  {
    name: "a function handed on may wait",
    cells: ["const f = () => x; later(f);", "const x = 1, later = 1;"].toReversed(),
  },
  {
    name: "a function under another name is not followed",
    cells: ["const f = () => x; const g = f; g();", "const x = 1;"],
    edges: "a<b",
  },
  {
    name: "a function that may be replaced is not followed",
    cells: ["let f = () => x; f();", "const x = 1;"],
    edges: "a<b",
  },
  {
    name: "a function called where it is written",
    cells: ["(() => x)(); (async function () { y; })();", "const x = 1, y = 2;"],
    problems: ["used-before-defined 2", "used-before-defined 2"],
  },
  {
    name: "a function handed to an array method",
    cells: ["const y = [1].map((n) => n * x);", "const x = 1;"],
    problems: ["used-before-defined 2"],
  },
  {
    name: "a named function handed to an array method",
    cells: ["const f = (n) => n * x;", "[1].forEach(f);", "const x = 1;"],
    problems: ["used-before-defined 4"],
  },
  {
    name: "a function handed to a timer",
    cells: ["setTimeout(() => x);", "const x = 1;"],
    edges: "a<b",
  },
  {
    name: "a generator begins when its values are asked for",
    cells: ["function* g() { yield x; }\nconst kept = g();", "const x = 1;", "for (const v of g()) v;"],
    edges: "a<b c<a",
  },
  {
    name: "a generator that is read too early",
    cells: ["function* g() { yield x; }", "const all = [...g()];", "const x = 1;"],
    problems: ["used-before-defined 5"].map(() => "used-before-defined 4"),
  },
  {
    name: "a stream of a generator that reads what is below",
    cells: ["async function* g() { yield x; }", VERBS + "const s = await live(g());", "const x = 1;"],
    problems: ["used-before-defined 5"],
    says: /read by g of cell a, line 2, called in cell b, line 5/,
  },
  {
    name: "fields wait for new, static ones do not",
    cells: ["class K { own = x; static all = y; }", "const x = 1, y = 2;"],
    edges: "a<b",
    problems: ["used-before-defined 2"],
    says: /: y \(/,
  },
  {
    name: "new runs fields, the constructor and what it extends",
    cells: [
      "class A { constructor() { x; } } class B extends A { own = y; m() { z; } }",
      "new B();",
      "const x = 1, y = 2, z = 3;",
    ],
    problems: ["used-before-defined 4", "used-before-defined 4"],
  },
  {
    name: "a method waits for its call",
    cells: ["const o = { m() { return x; }, get g() { return x; } };", "const x = 1;"],
    edges: "a<b",
  },
  {
    name: "defaults of parameters wait for the call",
    cells: ["function f(n = x) { return n; }", "f();", "const x = 1;"],
    edges: "a<c b<a",
    problems: ["used-before-defined 4"],
  },
  {
    name: "defaults of patterns do not",
    cells: ["const { n = x } = {};", "const x = 1;"],
    problems: ["used-before-defined 2"],
  },

  // names
  {
    name: "names of the platform may be a cell's own",
    cells: [
      "const name = 1, event = 2, status = 3, length = 4, top = 5;",
      "name + event + status + length + top;",
    ],
    edges: "b<a",
    defines: ["name event status length top", ""],
  },
  {
    name: "a loop over another cell's values",
    cells: ["const xs = [1];", "for (const x of xs) x;"],
    edges: "b<a",
  },
  {
    name: "a loop that names its value in the open",
    cells: ["const xs = [1];", "for (var x of xs) x;", "x;"],
    edges: "b<a c<b",
    defines: ["xs", "x", ""],
  },
  {
    name: "a loop that assigns another cell's name",
    cells: ["let x = 1;", "for (x of [1]) x;"],
    problems: ["foreign-assignment 4"],
  },
  {
    name: "taking apart into another cell's name",
    cells: ["let x = 1, y = 1;", "[x, { y }] = [1, { y: 2 }];"],
    problems: ["foreign-assignment 4", "foreign-assignment 4"],
  },
  {
    name: "assignment from inside a function",
    cells: ["let n = 1;", "const f = () => { n += 1; };"],
    problems: ["foreign-assignment 4"],
    says: /cell b assigns n, which belongs to cell a, line 2: declare a name of its own/,
  },
  { name: "labels are no names", cells: ["const outer = 1;", "outer: for (;;) break outer;"], edges: "" },
  { name: "keys and members are no names", cells: ["const x = 1;", "({ x: 2 }).x; this?.x;"], edges: "" },
  { name: "a short key is a name", cells: ["const x = 1;", "({ x });"], edges: "b<a" },
  { name: "an optional catch", cells: ["const e = 1;", "try { 1; } catch { e; }"], edges: "b<a" },
  { name: "a caught value shadows", cells: ["const e = 1;", "try { 1; } catch (e) { e; }"], edges: "" },
  { name: "arguments belong to functions", cells: ["function f() { return arguments; }"], edges: "" },
  { name: "regular expressions hold no names", cells: ["const x = 1;", "/x(?<y>x)/.test('');"], edges: "" },
  {
    name: "a template may hold what looks like a marker",
    cells: ["const x = 1;", "const t = `\n// %% no cell ${x}\n`;"],
    edges: "b<a",
    defines: ["x", "t"],
  },
  {
    name: "getters, setters and private names",
    cells: ["const x = 1;", "class K { #x = 2; get x() { return this.#x; } set x(v) { this.#x = v; } }"],
    edges: "",
  },
  {
    name: "closures read through all their functions",
    cells: ["const x = 1;", "const f = () => () => { { return x; } };"],
    edges: "b<a",
  },
  {
    name: "var goes up to its function, not beyond",
    cells: ["const v = 1;", "function f() { if (true) { var v = 2; } return v; }"],
    edges: "",
  },
  {
    name: "what using declares ends with its cell",
    cells: ["using r = { [Symbol.dispose]() {} }; r;", "r;"],
    edges: "b<a",
    problems: ["disposed-name 4"],
    says: /cell b reads r, which cell a, line 2, declares by using and disposes of at its end: write const/,
  },
  { name: "using for itself", cells: ["using r = { [Symbol.dispose]() {} }; r;"], defines: ["r"] },

  // types, exports, imports
  {
    name: "a type and a value of one name",
    cells: ["interface Rate { n: number }\ntype Cap = number;", "const Rate = 1, Cap = 2;", "Rate + Cap;"],
    edges: "c<b",
  },
  {
    name: "declared things are types",
    cells: [
      "declare const d: number;\ndeclare function f(): void;\ndeclare namespace N { const n: number }",
      "1;",
    ],
    defines: ["", ""],
  },
  {
    name: "typeof in a type is no edge",
    cells: ["const x = 1;", "type X = typeof x; const y = 2 as unknown as X;"],
    edges: "",
  },
  {
    name: "generics, assertions and satisfies",
    cells: ["const x = 1;", "const y = <T,>(v: T): T => v; y<number>(x!) satisfies number;"],
    edges: "b<a",
  },
  {
    name: "an overloaded function declares once",
    cells: [
      "function f(a: number): void;\nfunction f(a: string): void;\nfunction f(_a: unknown) {}",
      "f(1);",
    ],
    edges: "b<a",
    defines: ["f", ""],
  },
  {
    name: "a function declared twice",
    cells: ["function f() {}", "function f() {}"],
    problems: ["duplicate-name 4"],
  },
  {
    name: "an export by another name reads",
    cells: ["const a = 1;", "export { a as b };"],
    edges: "b<a",
    defines: ["a", ""],
  },
  {
    name: "an exported type is none",
    cells: ["export type T = number; type U = 1; export type { U };"],
    defines: [""],
  },
  {
    name: "an export of what is below",
    cells: ["export { a };", "const a = 1;"],
    edges: "a<b",
  },
  {
    name: "one import twice",
    cells: [`import { x } from "./m.ts";`, `import { x } from "./m.ts";`],
    problems: ["duplicate-name 4"],
    says: /import in a, line 2, import in b, line 4/,
  },
  {
    name: "an import below its use",
    cells: ["x;", `import { x } from "./m.ts";`],
    edges: "",
  },
  {
    name: "a function that assigns a name of its cell is for that cell, where others read the name",
    cells: ["let n = 0; const step = () => { n++; };\nfunction bump() { step(); }", "bump();", "n;"],
    problems: ["foreign-assignment 5"],
    says:
      /^cell b uses bump, which assigns n of cell a, line 2: cell c would not see it; return the new value, /,
  },
  {
    name: "its own cell may call it, and one that nobody else reads is a state of its own",
    cells: [
      "let n = 0, m = 0;\nconst bump = () => { n++; m = n; };\nconst next = () => m++;\nbump();",
      "n;",
      "1;",
    ],
    edges: "b<a",
  },
  {
    name: "a name whose value nobody else reads may be changed from anywhere",
    cells: ["let n = 0; const next = () => ++n;", "next();", "next();"],
    edges: "b<a c<a",
  },
  {
    name: "names that make an object another thing are refused",
    cells: ["function then() {}", "const __proto__ = 1;"],
    problems: ["reserved-name 2", "reserved-name 4"],
    says: /^cell a declares then: an object with that name is taken for a promise: rename it$/,
  },
  {
    name: "a faulty cell hides no other's fault",
    cells: ["const a = ;", "b;", "const c = a;"],
    problems: ["syntax 1", "unknown-name 4"],
  },
];

Deno.test("cells connect by the names they declare and read, and faults are named", () => {
  for (const { name, cells, edges = undefined, defines, problems = [], says } of ROWS) {
    const text = cells.map((body, i) => `// %% ${"abcdef"[i]}\n${body.trimEnd()}\n`).join("");
    const found = graph(parse(text, "file:///n.ts"));
    const seen = found.cells.flatMap((cell) =>
      cell.reads.map((read) => `${cell.name}<${found.cells[found.owner.get(read)!].name}`)
    );
    if (edges !== undefined) assert.equal([...new Set(seen)].sort().join(" "), edges, name);
    if (defines) assert.deepEqual(found.cells.map((c) => [...c.defines.keys()].join(" ")), defines, name);
    assert.deepEqual(found.diagnostics.map((each) => `${each.code} ${each.line}`), problems, name);
    if (says) assert.match(found.diagnostics[0].message, says, name);
  }
});

Deno.test("a problem between two cells concerns both", () => {
  const { diagnostics } = graph(parse("// %% a\nconst x = 1;\n// %% b\nconst x = 2;\n", "file:///n.ts"));
  assert.deepEqual(diagnostics[0].cells, [0, 1]);
});

Deno.test("a cell is asynchronous when it waits for more than a live stream", () => {
  const rows: [code: string, async: boolean][] = [
    ["await p;", true],
    ["for await (const x of p) x;", true],
    ["await using r = p;", true],
    ["const f = async () => await p;", false],
    ["const run = await live(p);", false],
    ["const run = await live(await p);", true],
  ];
  for (const [code, async] of rows) {
    const text = `import { live } from "plateau";\ndeclare const p: any;\n${code}\n`;
    assert.equal(graph(parse(text, "file:///n.ts")).cells[0].async, async, code);
  }
});
