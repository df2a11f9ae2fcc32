import assert from "node:assert/strict";
import { decode } from "../../lib/notebook/codec.ts";
import type { FromKernel } from "../../lib/notebook/kernel_messages.ts";
import { KernelOutput } from "../../lib/notebook/kernel_output.ts";

/** An output, and the values of every message about what a cell shows. */
function recorded() {
  const shows: unknown[] = [];
  const send = (message: FromKernel) => message.t === "show" && shows.push(decode(message.values));
  return { output: new KernelOutput(send), shows };
}
const longer = () => new Promise((go) => setTimeout(go, 60));

Deno.test("what a cell showed stands while it runs again, until the new run shows something", async () => {
  const { output, shows } = recorded();
  output.begin("a");
  output.display("a", 1);
  output.settle("a");
  output.begin("a");
  await longer();
  assert.deepEqual(shows, [[1]]);
  output.begin("a"); // superseded before it showed anything
  await longer();
  output.display("a", 2);
  output.settle("a");
  assert.deepEqual(shows, [[1], [2]]);
});

Deno.test("a run that shows nothing clears what stood, at its end and once", () => {
  const { output, shows } = recorded();
  output.begin("a");
  output.display("a", 1);
  output.begin("a");
  output.settle("a");
  output.begin("a");
  output.settle("a");
  assert.deepEqual(shows, [[1], []]);
});

Deno.test("a cell that never showed anything says nothing", () => {
  const { output, shows } = recorded();
  output.begin("a");
  output.settle("a");
  assert.deepEqual(shows, []);
});
