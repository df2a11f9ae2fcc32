import assert from "node:assert/strict";
import type { RecordingsComparison } from "../../lib/report/compare_recordings.ts";
import { pageCounts } from "../../lib/report/drawn_report.ts";
import type { Verdict } from "../../lib/report/verdict.ts";
import { verdictText, verifyCommand } from "../../lib/report/verify_command.ts";
import { inFolder } from "../in_folder.ts";

const compared = { cells: 2, values: 1, shows: 0, states: 12, frames: 0 };
const comparison = { compared, differences: [], count: 0, near: null, leftOut: {}, alone: [] };
const verdict = {
  ...{ kind: "same bytes", line: "same bytes", because: [], on: null, unchecked: [] },
  comparison: comparison as unknown as RecordingsComparison,
} as unknown as Verdict;

Deno.test("what was compared is counted, with the figures and tables of the page that was drawn again", () => {
  const lines = verdictText({ ...verdict, page: { figures: 3, tables: 1 } }).split("\n");
  assert.equal(
    lines[0],
    "compared 1 value at the border, 0 outputs of the server, of 2 cells, and 12 computed states of inputs",
  );
  assert.equal(lines[1], "drew the page again, the same in every letter: 3 figures, 1 table");
  assert.equal(lines.at(-1), "same bytes");
  assert.doesNotMatch(verdictText(verdict), /drew the page/);
});

Deno.test("figures and tables of a page are those that its cells show", () => {
  const table = { kind: "table", table: { caption: "", columns: [], rows: [] } } as const;
  const outputs = new Map([["a", [table, { kind: "text", text: "1" } as const]], ["b", [table]]]);
  assert.deepEqual(pageCounts({ title: "", dek: "", outputs, tokens: new Map() as never }), {
    figures: 0,
    tables: 2,
  });
});

Deno.test("who gives a notebook to check is told what to give", () =>
  inFolder(async (folder) => {
    const file = `${folder}/study.ts`;
    await Deno.writeTextFile(file, "// %% a");
    await assert.rejects(
      verifyCommand({ file, values: {}, findEngine: () => Promise.reject(new Error("none")) }),
      { name: "Misuse", message: `not a report: ${file} (give the .html that plateau export makes of it)` },
    );
  }));
