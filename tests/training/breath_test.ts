import assert from "node:assert/strict";
import { breath } from "../../lib/training/breath.ts";

Deno.test("trainings that breathe while one of them rests share its rest", async () => {
  await new Promise((wake) => setTimeout(wake, 200)); // a rest is due
  const first = breath();
  assert.equal(breath(), first);
  await first;
  assert.notEqual(breath(), first);
});

Deno.test("what comes by pipe is read while two trainings work side by side", async () => {
  const address = new URL("../../lib/training/breath.ts", import.meta.url);
  const work = `
    import { breath } from ${JSON.stringify(address.href)};
    async function train() {
      for (;;) {
        const end = performance.now() + 50;
        while (performance.now() < end);
        await breath();
      }
    }
    train();
    train();
    for await (const bytes of Deno.stdin.readable) Deno.stdout.writeSync(bytes);
  `;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["eval", "--ext=ts", work],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  const reader = child.stdout.getReader();
  // Asked in a row, so that the answers together show a loop that starves its pipes for seconds at a time.
  const began = performance.now();
  for (let i = 0; i < 20; i++) {
    await writer.write(new Uint8Array([i]));
    assert.deepEqual((await reader.read()).value, new Uint8Array([i]));
  }
  const mean = (performance.now() - began) / 20;
  child.kill();
  await Promise.all([child.status, writer.close().catch(() => {}), reader.cancel()]);
  assert.ok(mean < 1_000, `an answer every ${mean} ms`);
});
