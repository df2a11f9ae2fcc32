import assert from "node:assert/strict";
import { framed, messages } from "../../lib/notebook/kernel_messages.ts";

async function* chunks(...parts: readonly Uint8Array[]) {
  yield* parts;
}

Deno.test("a message that announces more than it may have is refused before its bytes come", async () => {
  const message = framed({ t: "pong", n: 1 });
  const head = new Uint8Array(8), view = new DataView(head.buffer);
  view.setUint32(0, 1000, true);
  view.setUint32(4, ~1000, true);
  assert.deepEqual(await Array.fromAsync(messages(chunks(message), 999)), [{ t: "pong", n: 1 }]);
  await assert.rejects(
    Array.fromAsync(messages(chunks(message, head), 999)),
    /^Error: invalid message: 1000 bytes \(at most 999\)$/,
  );
});
