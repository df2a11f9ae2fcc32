/** What the documentation shows as code is code: it is checked, and runs. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../", import.meta.url));

/** The TypeScript blocks of a page that begin with an import, in order: the later ones go on with the earlier. */
function programOf(page: string): string {
  const blocks = [...Deno.readTextFileSync(join(ROOT, page)).matchAll(/^```ts\n(import [\s\S]*?)^```$/gm)];
  assert.ok(blocks.length > 0, `${page} shows no program`);
  return blocks.map(([, code]) => code).join("\n");
}

for (const page of ["docs/library.md"]) {
  Deno.test(`${page}: its programs are without type errors, and run to their end`, async () => {
    const file = await Deno.makeTempFile({ suffix: ".ts" });
    try {
      await Deno.writeTextFile(file, programOf(page));
      const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "--quiet", "--check", "--allow-all", "--config", join(ROOT, "deno.json"), file],
        env: { NO_COLOR: "1" },
      }).output();
      assert.ok(success, new TextDecoder().decode(stderr));
      assert.match(new TextDecoder().decode(stdout), /^model +logistic/m);
    } finally {
      await Deno.remove(file);
    }
  });
}
