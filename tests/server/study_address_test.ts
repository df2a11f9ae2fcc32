import assert from "node:assert/strict";
import fc from "fast-check";
import { Hono } from "hono";
import { studyNamed, studyPath } from "../../server/study_address.ts";

const STRANGE = [
  "a/b",
  "..",
  ".",
  "...",
  "a\\b",
  "a~002fb",
  "~",
  "%2f",
  "//",
  "\0",
  "\ud800",
  "é 漢",
  "?#&",
  "a b",
];

Deno.test("every name of a study has an address of one part, which leads back to it", async () => {
  const app = new Hono().get("/studies/:name", (c) => c.json(studyNamed(c.req.param("name"))));
  const name = fc.string({ unit: "binary", minLength: 1 });
  await fc.assert(
    fc.asyncProperty(name, async (name) => {
      const path = studyPath(name), url = new URL(`http://127.0.0.1${path}`);
      assert.equal(url.pathname, path);
      assert.ok(!/%2f|\\|%00/i.test(path), path); // what the guard refuses
      assert.equal(await (await app.request(url.href)).json(), name);
    }),
    { numRuns: 40, examples: STRANGE.map((name) => [name] as [string]) },
  );
});
