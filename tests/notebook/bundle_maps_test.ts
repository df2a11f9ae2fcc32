/** The bundler reads with its owner's rights: nothing in a module has it open a file elsewhere. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { bundle, stopBundler } from "../../lib/notebook/bundle.ts";
import { loadNotebook } from "../../lib/notebook/load.ts";
import { inFolder } from "../in_folder.ts";

const COMMENTS: Record<string, (map: string) => string> = {
  "a line": (map) => `export const h = 1;\n//# sourceMappingURL=${map}\n`,
  "a block": (map) => `export const h = 1;\n/*# sourceMappingURL=${map} */\n`,
};
for (const [name, helper] of Object.entries(COMMENTS)) {
  for (const file of ["help.ts", "help.js"]) {
    Deno.test(`the source map that ${name} of ${file} names is not opened`, async () => {
      await inFolder(async (folder) => {
        const project = join(folder, "project"), secret = "what lies elsewhere";
        await Deno.mkdir(project);
        const map = {
          ...{ version: 3, sources: ["x.ts"], sourcesContent: [secret], names: [], mappings: "AAAA" },
        };
        await Deno.writeTextFile(join(folder, "secret.map"), JSON.stringify(map));
        const plateau = new URL("../../lib/mod.ts", import.meta.url).href;
        await Deno.writeTextFile(join(project, "deno.json"), JSON.stringify({ imports: { plateau } }));
        await Deno.writeTextFile(join(project, file), helper("../secret.map"));
        const text = `import { h } from "./${file}";\n// %% a [server]\nconst a = h;\nDeno.cwd();\n`;
        await Deno.writeTextFile(join(project, "a.ts"), text);
        const notebook = await loadNotebook(pathToFileURL(join(project, "a.ts")).href);
        const { text: code, diagnostics } = await bundle(notebook, "server");
        await stopBundler();
        assert.deepEqual(diagnostics, []);
        const [, map64] = /sourceMappingURL=data:application\/json;base64,([\w+/=]+)/.exec(code) ?? [];
        assert.ok(!atob(map64).includes(secret) && atob(map64).includes("export const h = 1"), atob(map64));
      });
    });
  }
}
