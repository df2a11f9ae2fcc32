import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

const REPORTS = fileURLToPath(new URL("../../../server/report/reports.ts", import.meta.url));

const CASES: readonly (readonly [words: readonly string[], code: number, said: RegExp])[] = [
  [["--help"], 0, /^deno task reports \[words …\][^]*exit codes/],
  [["--engnie", "cpu"], 2, /^unknown option: --engnie \(has --engine, --help\)\n$/],
  [["--engine", "abacus"], 2, /^[^\n]*abacus[^\n]*\n$/],
  [["no_such_notebook"], 2, /^no notebook here has in its name: no_such_notebook\n$/],
];
for (const [words, code, said] of CASES) {
  Deno.test(`deno task reports ${words.join(" ")} ends with ${code} and says why`, async () => {
    const ended = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--no-check", "--allow-all", REPORTS, ...words],
      env: { NO_COLOR: "1" },
    }).output();
    assert.equal(ended.code, code);
    assert.match(new TextDecoder().decode(code === 0 ? ended.stdout : ended.stderr), said);
  });
}
