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
    name: "reading early is warned of",
    cells: ["const y = x;", "const x = 1;"],
    edges: "a<b",
    problems: ["used-before-defined 2"],
    says: /cell b, line 3/,
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
    says: /cell b assigns n, which belongs to cell a, line 1/,
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
  },
  { name: "assignment in its own cell", cells: ["let n = 1; n = 2;"], defines: ["n"] },
  {
    name: "an unknown name, with the nearest",
    cells: ["const patience = 1;", "patiense;"],
    problems: ["unknown-name 4"],
    says: /unknown name: patiense \(did you mean patience\?\)/,
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
