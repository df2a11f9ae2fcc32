import assert from "node:assert/strict";
import { encode } from "../../../lib/notebook/codec.ts";
import type { PageCell, PageNotebook } from "../../../lib/notebook/wire.ts";
import { packFrames } from "../../../lib/report/frames.ts";
import type { Recording } from "../../../lib/report/recording.ts";
import { reportStreams } from "../../../server/client/report_streams.ts";

const cell = (name: string, reads: string[], defines: string[], lives: string[] = []) =>
  ({ name, reads, defines, lives }) as unknown as PageCell;

const frames = (values: readonly (readonly [at: number, value: unknown])[]) =>
  packFrames(values.map(([at, value]) => ({ at, value })));

const streamed = (name: string, value: unknown) => ({
  t: "value" as const,
  name,
  cell: name,
  value: encode({ value, arrays: [] }),
});

const loss = Float64Array.of(0.7, 0.5, 0.4);

/** A training, what is computed from it, and what has nothing to do with it. */
function recording(): Recording {
  const cells = [
    cell("train", ["rate"], ["run"], ["run"]),
    cell("halves", ["run"], ["half"]),
    cell("again", ["half"], ["quarter"]),
    cell("apart", [], ["word"]),
    cell("one value", [], ["single"], ["single"]),
  ];
  return {
    notebook: { cells } as unknown as PageNotebook,
    events: [streamed("run", { loss }), streamed("half", 2), streamed("word", "a"), streamed("single", 1)],
    streams: {
      run: frames([[0, { loss: loss.subarray(0, 1) }], [40, { loss: loss.subarray(0, 2) }], [90, { loss }]]),
      half: frames([[0, 0], [50, 1], [120, 2]]),
      word: frames([[0, "b"], [10, "a"]]),
      single: frames([[0, 1]]),
    },
  } as unknown as Recording;
}

Deno.test("a cell that streams can be replayed, with what is computed from it", () => {
  const streams = reportStreams(recording());
  assert.deepEqual(streams.map(({ cell, names, times }) => [cell.name, names, times]), [
    ["train", ["run", "half"], [0, 40, 90]],
  ]);
});

Deno.test("at each time stands what was there then, and at the end the last of all", () => {
  const [stream] = reportStreams(recording());
  const shown = stream.times.map((_, place) => Object.fromEntries(stream.at(place)));
  assert.deepEqual(shown, [
    { run: { loss: loss.subarray(0, 1) }, half: 0 },
    { run: { loss: loss.subarray(0, 2) }, half: 0 },
    { run: { loss }, half: 2 },
  ]);
});

Deno.test("a replay of which values were left out knows how many there were", () => {
  assert.deepEqual(reportStreams({ ...recording(), thinned: { run: 3000, half: 900 } }).map(({ of }) => of), [
    3000,
  ]);
  assert.deepEqual(reportStreams(recording()).map(({ of }) => of), [undefined]);
});
