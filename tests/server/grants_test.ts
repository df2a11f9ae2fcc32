import assert from "node:assert/strict";
import { createGrants, isPlainToSee } from "../../server/grants.ts";

Deno.test("a ticket is good once, for ten minutes, and for what it was asked", () => {
  let now = 0;
  const grants = createGrants(() => now), grant = { notebook: "a.ts", path: "/logs" };
  const [first, second, third] = [1, 2, 3].map(() => grants.ask(grant));
  assert.equal(new Set([first, second, third]).size, 3);
  assert.deepEqual([grants.redeem(first), grants.redeem(first)], [grant, null]);
  now = 599_999;
  assert.deepEqual(grants.redeem(second), grant);
  now = 600_000;
  assert.equal(grants.redeem(third), null);
  assert.equal(grants.redeem(""), null);
});

Deno.test("of more than a hundred open questions the oldest give way", () => {
  const grants = createGrants();
  const tickets = Array.from({ length: 101 }, (_, i) => grants.ask({ notebook: "a.ts", path: `/${i}` }));
  assert.equal(grants.redeem(tickets[0]), null);
  assert.deepEqual(grants.redeem(tickets[1]), { notebook: "a.ts", path: "/1" });
});

Deno.test("a path is plain to see when every character of it is drawn where it stands", () => {
  for (const path of ["/a b", "/größe", "/日本語", "/data-😀", "/o\u0308"]) {
    assert.ok(isPlainToSee(path), path);
  }
  for (const hidden of ["\n", "\t", "\u00a0", "\u200b", "\u202e", "\u2028", "\ufeff", "\u007f", "\ud800"]) {
    assert.ok(!isPlainToSee(`/a${hidden}b`), JSON.stringify(hidden));
  }
});
