import assert from "node:assert/strict";
import fc from "fast-check";
import { encode } from "../../lib/notebook/codec.ts";
import { packFrames, thinned, unpackFrame, WrongFrame } from "../../lib/report/frames.ts";

const typed = fc.oneof(
  fc.float64Array({ maxLength: 6 }),
  fc.float32Array({ maxLength: 6 }),
  fc.int32Array({ maxLength: 6 }),
  fc.uint8Array({ maxLength: 6 }),
);
/** Plain data with arrays of numbers in it, as streams give it. */
const value = fc.letrec<{ value: unknown; leaf: unknown }>((tie) => ({
  leaf: fc.oneof(fc.string(), fc.boolean(), fc.double(), fc.constant(null), fc.constant(undefined), typed),
  value: fc.oneof(
    { depthSize: "small" },
    tie("leaf"),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.oneof(fc.string({ maxLength: 3 }), fc.constant("__proto__")), tie("value"), {
      maxKeys: 3,
      noNullPrototype: true,
    }),
    fc.array(tie("value"), { maxLength: 2 }).map((items) => new Map(items.map((item, i) => [i, item]))),
  ),
})).value;
/** The last value of a stream after some that were as it is now, but that arrays were shorter. */
const grown = value.chain((last) =>
  fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 4 })
    .map((shares) => [...shares.sort((a, b) => a - b).map((share) => shortened(last, share)), last])
);

/** Arrays of which some begin as the last one does. */
const alike = fc.array(fc.int32Array({ min: 0, max: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 });

function shortened(item: unknown, share: number): unknown {
  if (ArrayBuffer.isView(item)) {
    const array = item as Float64Array;
    return array.subarray(0, Math.floor(share * array.length));
  }
  if (Array.isArray(item)) return item.map((each) => shortened(each, share));
  if (typeof item !== "object" || item === null || item instanceof Map) return item;
  return Object.fromEntries(Object.entries(item).map(([key, each]) => [key, shortened(each, share)]));
}

const timed = (values: readonly unknown[]) => values.map((value, i) => ({ at: 10 * i, value }));

Deno.test("what is packed is unpacked to the same bytes, whatever the values have to do with one another", () => {
  fc.assert(
    fc.property(fc.oneof(grown, alike, fc.array(value, { minLength: 1, maxLength: 4 })), (values) => {
      const frames = packFrames(timed(values));
      const back = frames.map((frame) => unpackFrame(frame, values.at(-1)));
      assert.deepEqual(back.map((each) => encode(each)), values.map((each) => encode(each)));
      assert.deepEqual(frames.map(({ at }) => at), values.map((_, i) => 10 * i));
    }),
    { numRuns: 300 },
  );
});

Deno.test("what is shared within a value stays shared", () => {
  const shared = { loss: Float64Array.of(1, 2, 3) }, last = { a: shared, b: shared };
  const [frame] = packFrames(timed([last]));
  const back = unpackFrame(frame, last) as typeof last;
  assert.deepEqual(back, last);
  assert.equal(back.a, back.b);
});

Deno.test("120 frames of a curve of 100,000 points take less than a hundredth of what they hold", () => {
  const loss = Float64Array.from({ length: 100_000 }, (_, i) => Math.sin(i) / (i + 1));
  const frames = packFrames(
    timed(Array.from({ length: 120 }, (_, i) => ({ runs: [{ loss: loss.subarray(0, 800 * (i + 1)) }] }))),
  );
  const bytes = frames.reduce((sum, { value }) => sum + value.length, 0);
  assert.ok(bytes < 20_000, `${bytes} bytes`);
});

Deno.test("bits decide what is a prefix: −0 is not 0, and NaN is itself", () => {
  const last = Float64Array.of(0, NaN, 2);
  for (const [values, packed] of [[[0, NaN], true], [[-0, NaN], false], [[0, 1], false]] as const) {
    const [frame] = packFrames(timed([Float64Array.from(values), last]));
    const back = unpackFrame(frame, last) as Float64Array;
    assert.deepEqual(encode(back), encode(Float64Array.from(values)));
    assert.equal(back.buffer === last.buffer, packed);
  }
});

Deno.test("a frame of another stream is refused with what it lacks", () => {
  const [frame] = packFrames(timed([{ loss: Float64Array.of(1) }, { loss: Float64Array.of(1, 2) }]));
  const others: [last: unknown, lacks: string][] = [
    [undefined, "the last value has 0 arrays, not 1"],
    [{}, "the last value has 0 arrays, not 1"],
    [{ loss: [1, 2] }, "the last value has 0 arrays, not 1"],
    [{ loss: new Float64Array() }, "the last value has no 1 numbers at loss"],
    [{ rate: Float64Array.of(1) }, "it has no place rate"],
  ];
  for (const [last, lacks] of others) {
    assert.throws(() => unpackFrame(frame, last), new WrongFrame(lacks));
  }
});

Deno.test("a stream is thinned evenly: its ends stay, and each of its values is near one that stays", () => {
  const times = fc.array(fc.integer({ min: 0, max: 1e6 }), { minLength: 1, maxLength: 400 })
    .map((all) => all.sort((a, b) => a - b).map((at, i) => ({ at, i })));
  fc.assert(fc.property(times, fc.integer({ min: 2, max: 30 }), (frames, most) => {
    const kept = thinned(frames, most);
    assert.ok(kept.length <= most);
    assert.deepEqual([kept[0], kept.at(-1)], [frames[0], frames.at(-1)]);
    assert.ok(kept.every((each, n) => n === 0 || each.i > kept[n - 1].i));
    if (frames.length <= most) assert.deepEqual(kept, frames);
    const distance = (frames.at(-1)!.at - frames[0].at) / (most - 1);
    for (const { at } of frames) {
      assert.ok(kept.some((each) => Math.abs(each.at - at) <= distance + 1e-6), `nothing near ${at}`);
    }
  }));
});
