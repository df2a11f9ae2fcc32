import assert from "node:assert/strict";
import { evaluate } from "../../lib/notebook/evaluate.ts";
import { runNotebook } from "../../lib/notebook/run.ts";
import { join } from "node:path";

const LATE = `import { display } from "plateau";
// %% f
const f = () => x + 1;
// %% x
const x = 3;
// %% y
const y = f() + g();
display(y);
// %% g
function g() {
  return 0;
}
`;

Deno.test("a function may read what stands below it, as a script and in a test as in the file itself", async () => {
  const project = await Deno.makeTempDir({ prefix: "plateau-order-" });
  try {
    const file = join(project, "late.ts");
    const map = { imports: { plateau: new URL("../../lib/mod.ts", import.meta.url).href } };
    await Deno.writeTextFile(join(project, "deno.json"), JSON.stringify(map));
    await Deno.writeTextFile(file, LATE);
    let out = "", err = "";
    const code = await runNotebook({
      file,
      project,
      engine: "wasm",
      out: (words) => out += words,
      err: (words) => err += words,
      terminal: false,
    });
    assert.deepEqual([code, out, err], [0, "4\n", ""]);
    assert.equal((await evaluate(file, ["y"])).values.y, 4);
  } finally {
    await Deno.remove(project, { recursive: true });
  }
});
