/** A notebook as a module, by nothing but `deno run`: it prints its finding. */
import assert from "node:assert/strict";
import { FILES, FINDINGS, ROOT } from "./findings.ts";

for (const notebook of FILES) {
  Deno.test(`${notebook} runs as a plain script`, async () => {
    const { stdout, stderr, code } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--allow-all", "--no-check", `${ROOT}notebooks/${notebook}`],
      cwd: ROOT,
      stdin: "null",
    }).output();
    assert.equal(code, 0, new TextDecoder().decode(stderr));
    assert.match(new TextDecoder().decode(stdout), FINDINGS[notebook]);
  });
}
