import assert from "node:assert/strict";
import { loadNotebook } from "../../lib/notebook/load.ts";
import { memoryModules } from "../../lib/notebook/modules.ts";
import { saysStopped, staleCells } from "../../lib/notebook/session_stale.ts";
import type { CellNews } from "../../lib/notebook/wire.ts";

const TEXT = `// %% train [server]
const run = patience * 2;
// %% read [server]
const last = run + 1;
// %% patience
import { inputs, view } from "plateau";
const patience = view(inputs.range([1, 30]));
`;
const notebook = await loadNotebook(
  "file:///project/n.ts",
  memoryModules({
    "file:///project/n.ts": TEXT,
    "file:///project/deno.json": `{"imports": {"plateau": "./mod.ts"}}`,
    "file:///project/mod.ts": "export const inputs = 1, view = 1;",
  }),
);
const keyOf = (name: string) => notebook.cells.find((cell) => cell.name === name)!.key;

type Told = Pick<CellNews, "state" | "reason">;
const rows: [what: string, train: Told, pending: string[], train: string | undefined, read?: string][] = [
  ["nothing", { state: "done" }, [], undefined],
  ["stopped with a value", { state: "done", reason: "stopped" }, [], "stopped"],
  ["stopped without one", { state: "error", reason: "stopped" }, [], "stopped", "train stopped"],
  ["an input changed", { state: "done" }, ["patience"], "patience changed", "patience changed"],
  [
    "stopped, and an input changed",
    { state: "done", reason: "stopped" },
    ["patience"],
    "stopped; patience changed",
    "patience changed",
  ],
  [
    "stopped without a value, and an input changed",
    { state: "error", reason: "stopped" },
    ["patience"],
    "stopped; patience changed",
    "patience changed",
  ],
  [
    "the kernel says both",
    { state: "stale", reason: "stopped; patience changed" },
    [],
    "stopped; patience changed",
    "patience changed",
  ],
  [
    "the kernel says both, and another change waits",
    { state: "stale", reason: "stopped; seed changed" },
    ["patience"],
    "stopped; patience changed",
    "patience changed",
  ],
];

Deno.test("a cell that was stopped says so beside what else makes it stale; what is below says the rest", () => {
  for (const [what, told, pending, train, read] of rows) {
    const stale = staleCells(notebook, {
      pending,
      awaited: new Map(),
      base: (key) => key === keyOf("train") ? { t: "state", cell: key, ...told } : undefined,
    });
    assert.equal(stale.get(keyOf("train")), train, what);
    assert.equal(stale.get(keyOf("read")), read, what);
    assert.equal(saysStopped(train), told.reason?.startsWith("stopped") ?? false, what);
  }
});
