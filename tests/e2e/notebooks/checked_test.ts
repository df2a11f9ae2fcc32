/** The notebooks as `plateau check` and `plateau test` see them. */
import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { checkNotebook } from "../../../lib/notebook/check.ts";
import { loadNotebook } from "../../../lib/notebook/load.ts";
import { neededCells } from "../../../lib/notebook/needed_cells.ts";
import { testName } from "../../../lib/notebook/test_cell.ts";
import { testCommand } from "../../../lib/notebook/test_command.ts";
import { FILES, FINDINGS, PATHS, ROOT } from "./findings.ts";

Deno.test("every notebook is followed here", () => assert.deepEqual(FILES, Object.keys(FINDINGS)));

/** Types take their time: the task `check` asks for them too. */
Deno.test("every notebook is without faults", async () => {
  for (const path of PATHS) assert.deepEqual(await checkNotebook(path, { types: false }), []);
});

Deno.test("the tests of every notebook pass, and none of them waits for its trainings", async () => {
  for (const path of PATHS) {
    const { cells, file } = await loadNotebook(pathToFileURL(path).href);
    const tests = cells.filter((cell) => testName(cell) !== undefined);
    assert.ok(tests.length > 0, `${file} has no tests`);
    const streams = neededCells(cells, tests).flatMap(({ lives }) => lives);
    assert.deepEqual(streams, [], `a test of ${file} needs a whole training`);
  }
  const lines: string[] = [];
  const options = { files: PATHS, project: ROOT, engine: "wasm" } as const;
  const code = await testCommand({ ...options, out: (line) => lines.push(line), err: () => {} });
  assert.equal(code, 0, lines.join("\n"));
  assert.match(lines.at(-1)!, /^\d+ passed, 0 failed in /);
});
