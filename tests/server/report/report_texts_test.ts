import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { createAssets } from "../../../server/assets.ts";

const kept = fileURLToPath(new URL("../../../.plateau/assets.json", import.meta.url));

Deno.test("script and style of a report take at most 250 kB, and reach for nothing", async () => {
  const { script, style } = await createAssets(kept).report();
  const packed = gzipSync(script).length + gzipSync(style).length;
  assert.ok(packed <= 250_000, `${packed} bytes`);
  assert.ok(packed > 50_000, `${packed} bytes are no page`);
  assert.doesNotMatch(script, /\bWebSocket\b|\bfetch\(|\bXMLHttpRequest\b|\bimport"/);
  assert.doesNotMatch(style, /url\(|@import/);
});
