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

/** A page's programs as one: the later go on with the earlier. */
function programOf(page: string): string {
  const blocks = [...Deno.readTextFileSync(join(ROOT, page)).matchAll(/^```ts\n(import [\s\S]*?)^```$/gm)];
  assert.ok(blocks.length > 0, "it shows programs");
  return blocks.map(([, code]) => code).join("\n");
}

async function deno(...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...args.slice(0, -1), "--quiet", "--config", join(ROOT, "deno.json"), args.at(-1)!],
    env: { NO_COLOR: "1" },
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

Deno.test("the programs of the documentation are without type errors", () =>
  inFolder(async (folder) => {
    // those of all pages at once: the library's types are read a single time
    const all = Object.keys(PAGES).map((page, i) => {
      const file = join(folder, `shown${i}.ts`);
      Deno.writeTextFileSync(file, programOf(page));
      return `import ${JSON.stringify(file)};\n`;
    });
    await Deno.writeTextFile(join(folder, "all.ts"), all.join(""));
    await deno("check", join(folder, "all.ts"));
  }));

for (const [page, printed] of Object.entries(PAGES)) {
  Deno.test(`${page}: its programs run to their end`, () =>
    inFolder(async (folder) => {
      const file = join(folder, "shown.ts");
      await Deno.writeTextFile(file, programOf(page));
      assert.match(await deno("run", "--no-check", "--allow-all", file), printed);
    }));
}
