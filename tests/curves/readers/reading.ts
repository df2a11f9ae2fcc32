/** How the tests read: a file at once, or in pieces; and the laws that every reader of bytes keeps. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { LogReader, ParsedLog } from "../../../lib/curves/logged.ts";

/** What a reader makes of a file that comes in these pieces. */
export function read(reader: LogReader, ...pieces: readonly Uint8Array[]): ParsedLog {
  const parser = reader.parser({ path: "run/log", head: pieces[0] ?? new Uint8Array(0) });
  for (const piece of pieces) parser.push(piece);
  const logs = parser.result();
  assert.equal(logs.length, 1);
  return logs[0];
}

/** The file is read alike, wherever it is cut; and what was handed over may be overwritten. */
export function assertCutsDoNotMatter(reader: LogReader, bytes: Uint8Array, runs = 50): void {
  const whole = read(reader, bytes);
  const cuts = fc.array(fc.nat(bytes.length), { maxLength: 12 });
  fc.assert(
    fc.property(cuts, (cuts) => {
      const places = [0, ...cuts.sort((a, b) => a - b), bytes.length];
      const parser = reader.parser({ path: "run/log", head: bytes });
      for (let i = 1; i < places.length; i++) {
        const piece = bytes.slice(places[i - 1], places[i]);
        parser.push(piece);
        piece.fill(255);
        if (i % 3 === 0) parser.result();
      }
      assert.deepEqual(parser.result(), [whole]);
    }),
    { numRuns: runs },
  );
  assert.deepEqual(
    read(reader, ...Array.from(bytes.subarray(0, 20_000), (byte) => Uint8Array.of(byte))),
    read(reader, bytes.subarray(0, 20_000)),
  );
}

/** How a file may be damaged: bytes overwritten, taken out, put in, or repeated. */
const wounds = fc.array(
  fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    removed: fc.nat(40),
    added: fc.uint8Array({ maxLength: 40 }),
    again: fc.boolean(),
  }),
  { minLength: 1, maxLength: 4 },
);

/** Whatever is done to the file, reading it ends soon, throws nothing, and every warning lies in the file. */
export function assertDamageIsTold(reader: LogReader, bytes: Uint8Array, runs: number): void {
  fc.assert(
    fc.property(wounds, (wounds) => {
      let file = bytes;
      for (const { at, removed, added, again } of wounds) {
        const from = Math.floor(at * file.length),
          rest = file.subarray(again ? from - removed : from + removed);
        file = Uint8Array.of(...file.subarray(0, from), ...added, ...rest);
      }
      const began = performance.now();
      const { segments, warnings } = read(reader, file);
      assert.ok(performance.now() - began < 1000);
      for (const { offset } of warnings) assert.ok(offset === null || (offset >= 0 && offset <= file.length));
      for (const { series } of segments) {
        for (const { step, value, seconds } of Object.values(series)) {
          assert.equal(step.length, value.length);
          assert.ok(step.length > 0 && (seconds?.length ?? step.length) === step.length);
        }
      }
    }),
    { numRuns: runs },
  );
}
