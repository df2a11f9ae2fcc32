/** A language server that is killed, or that nobody needs any more: saves are answered all the same. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { type TypeWatch, typeWatch } from "../../lib/notebook/type_watch.ts";
import { inFolder } from "../in_folder.ts";

const WRONG = `export const wrong: number = "1";\n`;

/** Resolves when this is so; `again` is done until then. */
async function until(done: () => boolean, again: () => unknown = () => {}) {
  for (const late = performance.now() + 60_000; !done();) {
    assert.ok(performance.now() < late, String(done));
    await again();
    await new Promise((next) => setTimeout(next, 5));
  }
}

async function withTypes(
  idle: number | undefined,
  act: (types: TypeWatch, save: () => Promise<void>) => unknown,
) {
  await inFolder(async (folder) => {
    const file = join(folder, "a.ts"), types = typeWatch({ project: folder, idle });
    Deno.writeTextFileSync(join(folder, "deno.json"), "{}");
    Deno.writeTextFileSync(file, WRONG);
    try {
      await act(types, async () => {
        assert.deepEqual((await types.errors(file, WRONG)).map(({ code }) => code), ["TS2322"]);
      });
    } finally {
      await types.close();
    }
    assert.equal(types.pid, undefined);
  });
}

Deno.test("a language server that is killed is started again once, and every save is answered", () =>
  withTypes(undefined, async (types, save) => {
    for (let deaths = 0; deaths < 2; deaths++) {
      await until(() => types.by === "language server", save);
      const { pid } = types;
      Deno.kill(pid!, "SIGKILL");
      await save();
      assert.equal(types.by, "deno check");
      assert.notEqual(types.pid, pid);
    }
    await save();
    assert.deepEqual([types.by, types.pid], ["deno check", undefined]);
  }));

Deno.test("an idle language server ends, and starts again with the next save", () =>
  withTypes(500, async (types, save) => {
    for (let times = 0; times < 2; times++) {
      await until(() => types.pid !== undefined, save);
      await until(() => types.pid === undefined);
    }
  }));

Deno.test("closing ends a language server that only begins", () =>
  withTypes(undefined, async (types, save) => {
    const asked = save();
    await types.close();
    await asked.catch(() => {});
    assert.equal(types.pid, undefined);
  }));
