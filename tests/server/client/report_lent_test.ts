import assert from "node:assert/strict";
import { withLender } from "../../../lib/report/lent_packages.ts";
import * as lent from "../../../server/client/report_lent.ts";

const root = new URL("../../../lib/", import.meta.url);

function textsIn(folder: URL): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) =>
    isDirectory
      ? textsIn(new URL(`${name}/`, folder))
      : name.endsWith(".ts")
      ? Deno.readTextFileSync(new URL(name, folder))
      : []
  );
}

Deno.test("all that the library uses of Plot is lent, and nothing else", () => {
  const users = textsIn(root).filter((text) => /^import (?!type).*"@observablehq\/plot"/m.test(text));
  for (const text of users) assert.match(text, /^import \* as Plot from "@observablehq\/plot";/m);
  const used = users.flatMap((text) => [...text.matchAll(/\bPlot\.(\w+)/g)].map(([, name]) => name));
  assert.deepEqual([...new Set(used)].sort(), Object.keys(lent).sort());
});

Deno.test("imports of what is lent lead to the lender, and no other text does", () => {
  const module = `import*as X from"lent:@observablehq/plot";import"b";const a="lent:@observablehq/plots";`;
  assert.equal(
    withLender(module, "blob:null/$&"),
    `import*as X from"blob:null/$&";import"b";const a="lent:@observablehq/plots";`,
  );
});
