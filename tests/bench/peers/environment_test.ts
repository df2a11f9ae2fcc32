import assert from "node:assert/strict";
import { isInstalled, type Peer } from "./environment.ts";

const peer: Peer = { name: "jax", requirements: ["numpy==2.4.6", "jax==0.10.2"], advice: "none" };

Deno.test("a peer is there when it was installed as it is pinned today", () => {
  assert.equal(isInstalled({ jax: ["numpy==2.4.6", "jax==0.10.2"] }, peer), true);
  assert.equal(isInstalled({ jax: ["numpy==2.4.6", "jax==0.9.0"] }, peer), false);
  assert.equal(isInstalled({ keras: peer.requirements }, peer), false);
  assert.equal(isInstalled({}, peer), false);
});
