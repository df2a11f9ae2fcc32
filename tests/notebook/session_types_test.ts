import assert from "node:assert/strict";
import { stopBundler } from "../../lib/notebook/bundle.ts";
import type { Diagnostic } from "../../lib/notebook/notebook.ts";
import { openSession } from "../../lib/notebook/session.ts";

const options = { sanitizeOps: false, sanitizeResources: false };
const wrong: Diagnostic = {
  level: "error",
  line: 2,
  column: 7,
  code: "TS2322",
  message: "cell a: not a number",
  cells: [0],
};

Deno.test(
  "a save waits for its types a moment only; found later they mark what is shown",
  options,
  async () => {
    const project = await Deno.makeTempDir({ prefix: "plateau-types-" }), file = `${project}/n.ts`;
    const save = (text: string) => Deno.writeTextFileSync(file, `// %% a\nconst a = ${text};\n`);
    save("1");
    // a compiler that says what it found when it is told to, as one on a busy machine
    const asked: PromiseWithResolvers<Diagnostic[]>[] = [];
    const types = {
      errors: () => (asked[asked.length] = Promise.withResolvers<Diagnostic[]>()).promise,
      by: "none" as const,
      pid: undefined,
      close: () => Promise.resolve(),
    };
    const session = await openSession({ file, project, engine: "wasm", types });
    const source = () => {
      const page = session.page();
      return page?.t === "cells" ? page.notebook.cells[0].code.join("\n").replaceAll(/<[^>]*>/g, "") : "";
    };
    const found = () => session.state().diagnostics.map(({ message }) => message);
    try {
      save("2");
      const began = performance.now();
      await session.reload();
      assert.match(source(), /a = 2/);
      assert.ok(performance.now() - began < 60_000);
      assert.deepEqual(found(), []);
      for (let round = 0; round < 500 && found().length === 0; round++) { // the watch may read the file once more
        for (const { resolve } of asked) resolve([wrong]);
        await new Promise((go) => setTimeout(go, 20));
      }
      assert.deepEqual(found(), ["cell a: not a number"]);

      // What is found of a version that was saved over is not said of the next.
      save("3");
      await session.reload();
      save("4 +");
      await session.reload();
      const [syntax] = found();
      for (const { resolve } of asked) resolve([wrong]);
      await new Promise((go) => setTimeout(go, 10));
      assert.deepEqual(found(), [syntax]);
      assert.match(source(), /a = 3/, "the last good version stays");
    } finally {
      for (const { resolve } of asked) resolve([]);
      await session.close();
      await stopBundler();
      await Deno.remove(project, { recursive: true });
    }
  },
);
