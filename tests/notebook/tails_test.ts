import assert from "node:assert/strict";
import fc from "fast-check";
import { decode, encode } from "../../lib/notebook/codec.ts";
import {
  encodedTails,
  type Held,
  type Packed,
  TailGap,
  TailReceiver,
  TailSender,
} from "../../lib/notebook/tails.ts";

const over = (packed: Packed) => decode(encode(packed)) as Packed;

Deno.test("a growing curve costs its tail", () => {
  const sender = new TailSender();
  const loss = Float64Array.from({ length: 100_000 }, (_, i) => 1 / (i + 1));
  const frames = [50_000, 50_001, 100_000].map((n) =>
    encode(sender.pack({ run: { loss: loss.subarray(0, n) } })).length
  );
  assert.ok(frames[0] > 400_000);
  assert.ok(frames[1] < 200, `${frames[1]} bytes`);
});

Deno.test("a changed byte sends the array again, whole", () => {
  const [sender, receiver] = [new TailSender(), new TailReceiver()];
  const buffer = new Float64Array([1, 2, 3]);
  receiver.unpack(over(sender.pack(buffer)));
  buffer[0] = 9;
  const packed = sender.pack(buffer);
  assert.equal(packed.arrays[0][1], 0);
  assert.deepEqual(receiver.unpack(over(packed)), new Float64Array([9, 2, 3]));
});

Deno.test("views handed out before stay as they were", () => {
  const [sender, receiver] = [new TailSender(), new TailReceiver()];
  const first = receiver.unpack(over(sender.pack([new Float64Array([1, NaN])]))) as Float64Array[];
  receiver.unpack(over(sender.pack([new Float64Array([1, NaN, 3])])));
  receiver.unpack(over(sender.pack([new Float64Array([7])])));
  assert.deepEqual(first, [new Float64Array([1, NaN])]);
});

Deno.test("an array shared at two paths, and an object, arrive equal", () => {
  const [sender, receiver] = [new TailSender(), new TailReceiver()];
  for (const n of [2, 5]) {
    const loss = Float64Array.from({ length: n }, (_, i) => i);
    const run = { loss };
    const value = { loss, run, again: run };
    assert.deepEqual(receiver.unpack(over(sender.pack(value))), value);
  }
});

Deno.test("what cannot be sent is refused by its path from the name on", () => {
  const cycle: Record<string, unknown> = { loss: new Float64Array(2) };
  cycle.again = [cycle];
  const refused: [unknown, RegExp][] = [
    [cycle, /^cannot send run\.again\[0\]: /],
    [{ layers: [{ f: () => 1 }] }, /^cannot send run\.layers\[0\]\.f: it is a function/],
  ];
  for (const [value, message] of refused) {
    assert.throws(() => encodedTails(new TailSender(), "run", value), { name: "EncodeError", message });
  }
});

Deno.test("a tail that continues nothing is refused", () => {
  const tail = { value: [new Float64Array(1)], arrays: [[[0], 5]] } as unknown as Packed;
  assert.throws(() => new TailReceiver().unpack(tail), TailGap);
  const forged = { value: {}, arrays: [[["__proto__", "x"], 0]] } as unknown as Packed;
  assert.throws(() => new TailReceiver().unpack(forged), TailGap);
});

const column = fc.oneof(
  fc.array(fc.double({ noDefaultInfinity: false }), { maxLength: 12 }).map((items) =>
    Float64Array.from(items)
  ),
  fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 12 }).map((items) => Uint8Array.from(items)),
);
const value = fc.letrec((tie) => ({
  node: fc.oneof(
    { depthSize: "small" },
    column,
    fc.integer(),
    fc.dictionary(fc.constantFrom("a", "b", "__proto__", "0"), tie("node"), {
      maxKeys: 3,
      noNullPrototype: true,
    }),
    fc.array(tie("node"), { maxLength: 3 }),
  ),
})).node;

/** Each value, then the same with every column longer or shorter: what a stream of curves looks like. */
const grown = fc.tuple(value, fc.array(fc.integer({ min: -2, max: 5 }), { maxLength: 4 })).map(
  ([first, steps]) => {
    const grow = (item: unknown, by: number): unknown =>
      item instanceof Float64Array || item instanceof Uint8Array
        ? (() => {
          const longer = new (item.constructor as Float64ArrayConstructor)(Math.max(0, item.length + by));
          longer.set((item as Float64Array).subarray(0, longer.length));
          return longer;
        })()
        : Array.isArray(item)
        ? item.map((x) => grow(x, by))
        : item;
    const sequence: unknown[] = [first];
    for (const by of steps) sequence.push(grow(sequence.at(-1), by));
    return sequence;
  },
);

Deno.test("any sequence of values arrives equal, for the receiver and for peers that join when they like", () => {
  fc.assert(
    fc.property(fc.array(grown, { maxLength: 4 }), fc.infiniteStream(fc.boolean()), (runs, coins) => {
      const [sender, receiver] = [new TailSender(), new TailReceiver()];
      const peers = [0, 1].map(() => ({ receiver: new TailReceiver(), have: new Map() as Held }));
      for (const item of runs.flat()) {
        assert.deepStrictEqual(receiver.unpack(over(sender.pack(item))), item);
        for (const peer of peers) {
          if (!coins.next().value) continue;
          assert.deepStrictEqual(peer.receiver.unpack(over(receiver.since(peer.have))), item);
        }
      }
    }),
    { numRuns: 300 },
  );
});
