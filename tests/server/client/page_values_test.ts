import assert from "node:assert/strict";
import { encode } from "../../../lib/notebook/codec.ts";
import { NotebookRuntime } from "../../../lib/notebook/runtime.ts";
import { TailGap, TailSender } from "../../../lib/notebook/tails.ts";
import { Pace } from "../../../server/client/pace.ts";
import { PageValues } from "../../../server/client/page_values.ts";

/** A page with one cell that reads `curve`, and frames that come when they are asked for. */
function page() {
  const seen: unknown[] = [], frames: (() => void)[] = [];
  const runtime = new NotebookRuntime({
    modules: () => [],
    begin: () => {},
    display: () => {},
    view: () => undefined,
    state: () => {},
  });
  const cell = { id: 0, key: "a", name: "reads", reads: ["curve"], defines: [], views: [] };
  runtime.load([cell], [{ id: 0, fn: (_, curve) => void seen.push(curve) }], ["curve"], {});
  const pace = new Pace({
    now: () => 0,
    after: (_, work) => work(),
    frame: (work) => frames.push(work),
    shown: () => {},
  });
  return {
    seen,
    values: new PageValues({ runtime, pace, takes: () => true, leftOut: () => {} }),
    /** paints, and waits until all that this began has run */
    paint: async () => {
      for (const work of frames.splice(0)) work();
      await new Promise((next) => setTimeout(next, 20));
    },
  };
}

Deno.test("of a name that is no more a page holds nothing: it begins with a whole value, and what waited is dropped", async () => {
  const { values, seen, paint } = page(), sender = new TailSender();
  const sent = (...curve: number[]) => (
    { t: "value" as const, name: "curve", cell: "a", value: encode(sender.pack(Float64Array.from(curve))) }
  );
  values.take(sent(1));
  values.keep(new Set(["curve"]));
  values.take(sent(1, 2));
  await paint();
  values.take(sent(1, 2, 3));
  values.keep(new Set());
  await paint();
  assert.deepEqual(seen, [Float64Array.of(1, 2)]);
  assert.throws(() => values.take(sent(1, 2, 3, 4)), TailGap);
});
