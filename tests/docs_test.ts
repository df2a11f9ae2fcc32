/** What the documentation shows as code is code: it is checked, and runs. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { inFolder } from "./in_folder.ts";

const ROOT = fileURLToPath(new URL("../", import.meta.url));

const PAGES = {
  "docs/library.md": /^model +logistic/m,
  "docs/curves.md": /^\d+ updates trained, \d+ judged/m,
};

for (const [PAGE, printed] of Object.entries(PAGES)) {
  Deno.test(`${PAGE}: its programs are without type errors, and run to their end`, async () => {
    const blocks = [...Deno.readTextFileSync(join(ROOT, PAGE)).matchAll(/^```ts\n(import [\s\S]*?)^```$/gm)];
    assert.ok(blocks.length > 0, "it shows programs");
    await inFolder(async (folder) => {
      const file = join(folder, "shown.ts");
      await Deno.writeTextFile(file, blocks.map(([, code]) => code).join("\n")); // the later go on with the earlier
      const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "--quiet", "--check", "--allow-all", "--config", join(ROOT, "deno.json"), file],
        env: { NO_COLOR: "1" },
      }).output();
      assert.ok(success, new TextDecoder().decode(stderr));
      assert.match(new TextDecoder().decode(stdout), printed);
    });
  });
}
