import assert from "node:assert/strict";
import { blockSize } from "./block.ts";

const sizeAt = (ms: number, grain: number) => blockSize({ grain, run: () => Promise.resolve(ms) });

Deno.test("a block takes about half a second, in whole grains, and at least one", async () => {
  assert.equal(await sizeAt(1, 64), 512);
  assert.equal(await sizeAt(0.001, 1000), 500_000);
  assert.equal(await sizeAt(200, 16), 16);
});

Deno.test("the first run, which compiles, does not count", async () => {
  let first = true;
  const run = () => {
    const ms = first ? 400 : 0.5;
    first = false;
    return Promise.resolve(ms);
  };
  assert.equal(await blockSize({ grain: 10, run }), 1000);
});
