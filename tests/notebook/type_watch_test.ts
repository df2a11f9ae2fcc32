import assert from "node:assert/strict";
import { join } from "node:path";
import fc from "fast-check";
import { typeErrors } from "../../lib/notebook/check_types.ts";
import { type TypedFile, type TypeWatch, typeWatch } from "../../lib/notebook/type_watch.ts";
import { framedRpc, type RpcMessage, rpcMessages } from "../../lib/notebook/type_watch_messages.ts";
import { joinedBytes } from "../../lib/joined_bytes.ts";
import type { Diagnostic } from "../../lib/notebook/notebook.ts";
import { inFolder } from "../in_folder.ts";

/** A project of one notebook and one module, and its types. */
class Project {
  readonly file: string;
  readonly module: string;
  readonly types: TypeWatch;
  constructor(readonly folder: string) {
    this.file = join(folder, "a.ts");
    this.module = join(folder, "m.ts");
    Deno.writeTextFileSync(join(folder, "deno.json"), `{ "compilerOptions": { "noUnusedLocals": true } }\n`);
    this.write("m.ts", "export const rate: number = 0.1;\n");
    this.types = typeWatch({ project: folder });
  }
  write(name: string, text: string) {
    Deno.writeTextFileSync(join(this.folder, name), text);
  }
  save(text: string, cells?: TypedFile["cells"]) {
    this.write("a.ts", text);
    return this.types.errors(this.file, text, { modules: [this.module], cells });
  }
  /** Saves until the server answers. */
  async warm() {
    for (const late = performance.now() + 60_000; this.types.by !== "language server";) {
      await this.save("export {};\n");
      assert.ok(performance.now() < late, "no language server");
    }
  }
}

/** Errors of many kinds, and lines without: `deno check` says what the server must say. */
const FAULTY = `import { rate } from "./m.ts";
export const right: number = 1;
export const wrong: number = "1";
const a: { x: number; y: { z: string } } = { x: 1, y: { z: 2 } };
type Loss = { at: { step: number } };
const of: { at: { step: string } } = { at: { step: "1" } };
export const loss: Loss = of;
export const ü = "𝒳"; export const after: number = "é𝒳"; nope;
export const text: string = rate;
export const twice = rate.toFixed().size();
function f(a: number, b: string) { return a + b; }
export const c = f("1");
await f(1, "", 2);
export const found = [1, 2].find((n) => n > 1).toFixed();
for (const x of 1) console.log(x);
const twofold = 1; const twofold = 2;
`;
const byPlace = (a: Diagnostic, b: Diagnostic) => a.line - b.line || a.column - b.column;

Deno.test("the language server says what deno check says, and knows of modules that were saved", () =>
  inFolder(async (folder) => {
    const project = new Project(folder), { types } = project;
    try {
      assert.deepEqual([types.by, types.pid], ["none", undefined]);
      const first = await project.save(FAULTY);
      assert.equal(types.by, "deno check");
      const checked = (await typeErrors(project.file, [])).map(({ endColumn: _, ...error }) => error);
      assert.deepEqual(first, checked.toSorted(byPlace));
      assert.ok(new Set(first.map(({ code }) => code)).size >= 8, first.map(({ code }) => code).join());
      await project.warm();
      assert.deepEqual(await project.save(FAULTY), first);

      const cells = [{ id: 3, name: "twice", line: 1, endLine: 2 }];
      const reads = `import { rate } from "./m.ts";\nexport const twice = 2 * rate;\n`;
      assert.deepEqual(await project.save(reads, cells), []);
      project.write("m.ts", `export const rate: string = "0.1";\n`);
      const [{ message, line, column, cells: named }] = await project.save(reads, cells);
      assert.match(message, /^cell twice: The right-hand side of an arithmetic operation must be of type/);
      assert.deepEqual([line, column, named], [2, 26, [3]]);
      project.write("m.ts", `export const rate = 0.1;\n`);
      assert.deepEqual(await project.save(reads, cells), []);
      assert.equal(types.by, "language server");
      const written = [...Deno.readDirSync(folder)].map(({ name }) => name).toSorted();
      assert.deepEqual(written, ["a.ts", "deno.json", "m.ts"]);
    } finally {
      await types.close();
    }
    assert.equal(types.pid, undefined);
    assert.deepEqual(await project.save(FAULTY), []);
  }));

Deno.test("messages arrive as they were sent, however the bytes are cut", () => {
  const text = fc.string({
    unit: fc.constantFrom("a", "ü", "𝒳", "\r\n", "Content-Length: 3\r\n\r\n"),
    maxLength: 30,
  });
  const message: fc.Arbitrary<RpcMessage> = fc.record({ id: fc.nat(), method: text, params: text }, {
    noNullPrototype: true,
  });
  return fc.assert(
    fc.asyncProperty(
      fc.array(message, { maxLength: 5 }),
      fc.array(fc.integer({ min: 1, max: 60 })),
      async (sent, cuts) => {
        const bytes = joinedBytes([new Uint8Array(), ...sent.map(framedRpc)]), parts: Uint8Array[] = [];
        for (let at = 0, i = 0; at < bytes.length; i++) {
          const length = cuts.length > 0 ? cuts[i % cuts.length] : bytes.length;
          parts.push(bytes.subarray(at, at += length));
        }
        const heard: unknown[] = [];
        for await (
          const { jsonrpc, ...each } of rpcMessages(ReadableStream.from(parts)) as AsyncIterable<
            { jsonrpc: string }
          >
        ) {
          assert.equal(jsonrpc, "2.0");
          heard.push(each);
        }
        assert.deepEqual(heard, sent);
      },
    ),
    { numRuns: 300 },
  );
});

Deno.test("bytes that are no message are refused", async () => {
  for (const text of ["x".repeat(2000), "Content-Length: 99999999999\r\n\r\n{}"]) {
    const messages = rpcMessages(ReadableStream.from([new TextEncoder().encode(text)]));
    await assert.rejects(messages.next(), /^Error: invalid message: /);
  }
});
