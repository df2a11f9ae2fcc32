import assert from "node:assert/strict";
import { endChild } from "../../lib/notebook/end_child.ts";

const spawn = (code: string) =>
  new Deno.Command(Deno.execPath(), { args: ["eval", "--quiet", code], stdin: "null", stdout: "null" })
    .spawn();

Deno.test("a process is ended once, and one that has ended by itself is no fault", async () => {
  const waits = spawn("setInterval(() => {}, 1000)");
  endChild(waits, "SIGTERM");
  assert.equal((await waits.status).signal, "SIGTERM");
  const over = spawn("0");
  await over.status;
  for (const child of [waits, over]) endChild(child);
});
