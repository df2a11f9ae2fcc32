import assert from "node:assert/strict";
import type { Cell } from "../../lib/notebook/notebook.ts";
import { MOST_FRAMES } from "../../lib/report/frames.ts";
import { RecordStreams } from "../../lib/report/record_streams.ts";

const cells = [{ name: "run", reads: [], defines: ["run"], lives: ["run"] }] as unknown as readonly Cell[];

Deno.test("how many values a stream had is kept where not every one of them is, and begins anew with it", () => {
  let now = 0;
  const came = (count: number, again = 0) => {
    const streams = new RecordStreams({ cells }, () => now++);
    for (let i = 0; i < again; i++) streams.add("run", i);
    if (again > 0) streams.begin("run");
    for (let i = 0; i < count; i++) streams.add("run", i);
    return [streams.pack().run.length, streams.thinned()] as const;
  };
  assert.deepEqual(came(MOST_FRAMES), [MOST_FRAMES, {}]);
  const [kept, thinned] = came(3000);
  assert.ok(kept <= MOST_FRAMES);
  assert.deepEqual(thinned, { run: 3000 });
  assert.deepEqual(came(5, 3000), [5, {}]);
});
