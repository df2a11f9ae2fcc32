import assert from "node:assert/strict";
import { join } from "node:path";
import fc from "fast-check";
import { damageText, EventLog, type LoggedEvent, readEventLog } from "../../lib/notebook/event_log.ts";
import type { Event } from "../../lib/notebook/wire.ts";
import { inFolder } from "../in_folder.ts";

const line = (text: string): Event => ({ t: "log", level: "log", text });
const entry = (id: number, text = `line ${id}`): LoggedEvent => ({ id, at: id, event: line(text) });
const upTo = (last: number): LoggedEvent[] => Array.from({ length: last }, (_, i) => entry(i + 1));

/** Opens a log, does something with it, closes it; what it had when it was opened. */
function reopened(path: string, act: (log: EventLog) => void = () => {}) {
  const entries: LoggedEvent[] = [], log = new EventLog(path, (each) => entries.push(each));
  try {
    act(log);
  } finally {
    log.close();
  }
  return { entries, epoch: log.epoch, gaps: log.gaps, damage: log.damage };
}

const appended = (path: string, entries: readonly LoggedEvent[]) =>
  reopened(path, (log) => entries.forEach((each) => log.append(each)));

Deno.test("a log is read as it was written, under the same name, and each life has ids of its own", () =>
  inFolder((folder) => {
    const path = join(folder, "events.2.bin"), first = appended(path, upTo(3));
    assert.deepEqual([first.entries, first.gaps], [[], []]);
    const second = appended(path, [entry(1_000_004)]);
    assert.deepEqual(second.entries, upTo(3));
    assert.deepEqual([second.epoch, second.gaps], [first.epoch, [[3, 1_000_003]]]);
    const third = reopened(path);
    assert.deepEqual(third.entries, [...upTo(3), entry(1_000_004)]);
    assert.deepEqual(third.gaps, [[3, 1_000_003], [1_000_004, 2_000_004]]);
    // a life in which nothing happened is over too
    assert.deepEqual(reopened(path).gaps.at(-1), [2_000_004, 3_000_004]);
    assert.deepEqual(readEventLog(path), third.entries);
  }));

Deno.test("after more openings than are told apart the oldest ids are unknown, and ids still rise", () =>
  inFolder((folder) => {
    const path = join(folder, "events.2.bin");
    appended(path, upTo(1));
    for (let life = 0; life < 103; life++) reopened(path);
    const { gaps } = reopened(path);
    assert.equal(gaps.length, 100);
    assert.deepEqual([gaps[0][0], gaps[0][1] >= 1_000_001], [-1, true]);
    for (const [i, [last, first]] of gaps.entries()) {
      assert.ok(last < first && (i === 0 || gaps[i - 1][1] <= last));
    }
  }));

Deno.test("rewritten, a log has only what it was given, and goes on", () =>
  inFolder((folder) => {
    const path = join(folder, "events.2.bin"), long = "x".repeat(1000);
    const log = new EventLog(path, () => {}, 10_000);
    for (let id = 1; id < 10; id++) log.append(entry(id, long));
    assert.equal(log.due, false);
    log.append(entry(10, long));
    assert.equal(log.due, true);
    log.rewrite([entry(4), entry(10, long)]);
    assert.equal(log.due, false);
    log.append(entry(11));
    log.close();
    assert.ok(Deno.statSync(path).size < 1500);
    const after = reopened(path);
    assert.deepEqual(after.entries, [entry(4), entry(10, long), entry(11)]);
    assert.deepEqual([after.epoch, after.gaps], [log.epoch, [[11, 1_000_011]]]);
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["events.2.bin"]);
    reopened(path, (log) => log.rewrite([entry(4)]));
    assert.deepEqual(reopened(path).gaps.slice(1), [[1_000_011, 2_000_011], [2_000_011, 3_000_011]]);
  }));

Deno.test("a log cut at any byte keeps every event before the cut, and goes on after it", () =>
  inFolder((folder) => {
    const path = join(folder, "events.2.bin");
    const { epoch } = appended(path, upTo(3)), whole = Deno.readFileSync(path);
    let kept = 0;
    for (let at = 0; at < whole.length; at++) {
      Deno.writeFileSync(path, whole.subarray(0, at));
      const cut = reopened(path, (log) => log.append(entry(9_000_000)));
      assert.deepEqual(cut.entries, upTo(cut.entries.length), `cut at ${at}`);
      assert.ok(cut.entries.length >= kept);
      kept = cut.entries.length;
      if (kept > 0) assert.equal(cut.epoch, epoch);
      assert.deepEqual(readEventLog(path), [...upTo(kept), entry(9_000_000)]);
    }
    assert.equal(kept, 2);
  }));

Deno.test("a flipped bit anywhere costs what comes after it, which is put aside and said", () =>
  inFolder((folder) => {
    const path = join(folder, "events.2.bin");
    appended(path, upTo(20));
    const whole = Deno.readFileSync(path);
    const place = fc.tuple(fc.nat(whole.length - 1), fc.nat(7));
    fc.assert(
      fc.property(place, ([at, bit]) => {
        const damaged = whole.slice();
        damaged[at] ^= 1 << bit;
        Deno.writeFileSync(path, damaged);
        const { entries, damage } = reopened(path);
        assert.deepEqual(entries, upTo(entries.length));
        assert.ok(damage && damage.at <= at && damage.at + damage.bytes === whole.length);
        assert.deepEqual(Deno.readFileSync(damage.aside), damaged.subarray(damage.at));
        assert.equal(
          damageText({ ...damage, at: 4096, bytes: 1312 }),
          "damaged log: events.2.bin at byte 4,096 (1,312 bytes put aside as events.2.bin.damaged)",
        );
      }),
      { numRuns: 100 },
    );
  }));

Deno.test("a file of zeros, of another format or of nothing is a new log", () =>
  inFolder((folder) => {
    const path = join(folder, "events.2.bin"), text = new TextEncoder().encode("t,loss\n".repeat(1000));
    const huge = Uint8Array.of(255, 255, 255, 255, 1, 2, 3, 4, 5);
    for (const bytes of [new Uint8Array(100_000), text, huge, new Uint8Array()]) {
      Deno.writeFileSync(path, bytes);
      const { entries, damage, gaps } = reopened(path, (log) => log.append(entry(1)));
      assert.deepEqual([entries, gaps, damage?.bytes], [[], [], bytes.length || undefined]);
      assert.deepEqual(reopened(path).entries, [entry(1)]);
    }
  }));

Deno.test("an event larger than what is read at once is read whole", () =>
  inFolder((folder) => {
    const path = join(folder, "events.2.bin"), large = entry(2, "x".repeat(3_000_000));
    appended(path, [entry(1), large, entry(3)]);
    assert.deepEqual(reopened(path).entries, [entry(1), large, entry(3)]);
  }));
