import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import type { LoggedRun } from "../../../lib/curves/logged.ts";
import { curvesCommand } from "../../../lib/curves/readers/curves_command.ts";
import { followLogs } from "../../../lib/curves/readers/follow_logs.ts";
import { inFolder } from "../../in_folder.ts";

const EVENTS = Deno.readFileSync(
  fileURLToPath(
    new URL("../../logs/tensorboard/tbx_bs30/events.out.tfevents.1795247826.vm", import.meta.url),
  ),
);

/** Follows a folder: `next` is what it gives after an act; a look every 5 ms. */
async function following(
  path: string,
  act: (next: (act: () => void) => Promise<LoggedRun[]>) => Promise<void>,
): Promise<void> {
  const ended = new AbortController(), runs = followLogs(path, { every: 5, signal: ended.signal });
  const limit = setTimeout(() => ended.abort(), 60_000);
  try {
    await act(async (act) => {
      act();
      const { value, done } = await runs.next();
      assert.ok(!done, "nothing new was seen");
      return value;
    });
  } finally {
    clearTimeout(limit);
    ended.abort();
    assert.deepEqual(await runs.next(), { value: undefined, done: true });
  }
}

/** The time of a file is told in milliseconds: two writes of one length within one would look alike. */
const write = (path: string, bytes: Uint8Array) => Deno.writeFileSync(path, bytes);
const nothing = () => {};

Deno.test("an event file is read on as it grows, wherever a write ends", () =>
  inFolder((folder) =>
    following(folder, async (next) => {
      assert.deepEqual(await next(nothing), []);
      const path = join(folder, "events.out.tfevents.1795247826.vm");
      let before = 0, end = 500;
      for (; end < EVENTS.length; end += 1501) {
        const [run] = await next(() => write(path, EVENTS.subarray(0, end)));
        const length = run.series["loss/train"]?.step.length ?? 0;
        assert.ok(length >= before);
        before = length;
      }
      const [whole] = await next(() => write(path, EVENTS));
      assert.equal(whole.series["loss/train"].step.length, 240);
      assert.deepEqual(whole.warnings, []);
    })
  ));

Deno.test("what did not change is the same run; new files and vanished ones are seen", () =>
  inFolder((folder) =>
    following(folder, async (next) => {
      const csv = (name: string, rows: number) => () =>
        Deno.writeTextFileSync(
          join(folder, name),
          `epoch,loss\n${Array.from({ length: rows }, (_, i) => `${i},${1 / (i + 1)}\n`).join("")}`,
        );
      await next(nothing);
      const [a] = await next(csv("a.csv", 3));
      const [same, b] = await next(csv("b.csv", 3));
      assert.equal(same, a);
      const [still, grown] = await next(csv("b.csv", 4));
      assert.equal(still, a);
      assert.notEqual(grown, b);
      assert.equal(grown.series.loss.step.length, 4);
      assert.deepEqual(await next(() => Deno.removeSync(join(folder, "b.csv"))), [a]);
    })
  ));

Deno.test("a file that shrank, or begins anew, is read anew", () =>
  inFolder((folder) => {
    const path = join(folder, "log.txt"),
      line = (step: number) => `step ${step}: train loss 1.5, val loss 2.${step}\n`;
    const lines = (...steps: number[]) => () => Deno.writeTextFileSync(path, steps.map(line).join(""));
    lines(0, 10, 20)();
    return following(path, async (next) => {
      const steps = async (act: () => void) => [...(await next(act))[0].series["val loss"].step];
      assert.deepEqual(await steps(nothing), [0, 10, 20]);
      assert.deepEqual(await steps(lines(0, 10, 20, 30)), [0, 10, 20, 30]);
      assert.deepEqual(await steps(lines(0, 10)), [0, 10]);
      assert.deepEqual(await steps(lines(50, 60, 70)), [50, 60, 70]);
    });
  }));

Deno.test("a database is followed while another holds it open, through its write-ahead log", () =>
  inFolder((folder) => {
    const path = join(folder, "project.db"), writer = new DatabaseSync(path);
    writer.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF");
    writer.exec("CREATE TABLE metrics (timestamp TEXT, run_name TEXT, step INTEGER, metrics TEXT)");
    const insert = writer.prepare("INSERT INTO metrics VALUES ('2026-01-01T00:00:00Z', 'a', ?, ?)");
    insert.run(0, '{"loss":1}');
    return following(folder, async (next) => {
      assert.equal((await next(nothing))[0].series.loss.step.length, 1);
      for (let step = 1; step < 5; step++) {
        const [run] = await next(() => void insert.run(step, `{"loss":${1 / step}}`));
        assert.equal(run.series.loss.step.length, step + 1);
      }
    }).finally(() => writer.close());
  }));

Deno.test("a path that is missing at the beginning is an error; one that is gone later is waited for", () =>
  inFolder(async (folder) => {
    const path = join(folder, "a.csv"),
      csv = (rows: string) => Deno.writeTextFileSync(path, `epoch,loss\n${rows}`);
    await assert.rejects(() => followLogs(path).next(), /^Error: missing file/);
    await assert.rejects(() => followLogs(path, { every: 0 }).next(), /^RangeError: invalid every: 0/);
    csv("0,1\n1,2\n");
    await following(path, async (next) => {
      await next(nothing);
      Deno.removeSync(path);
      await new Promise((resolve) => setTimeout(resolve, 30));
      const [run] = await next(() => csv("0,1\n1,2\n2,3\n"));
      assert.equal(run.series.loss.step.length, 3);
    });
  }));

Deno.test("plateau curves --follow prints a line for each run that has grown", () =>
  inFolder(async (folder) => {
    const ended = new AbortController(), lines: string[] = [];
    const add = (name: string, text: string) =>
      Deno.writeTextFileSync(join(folder, name), text, { append: true });
    add("a.csv", "epoch,loss\n0,1\n");
    add("b.csv", "epoch,loss\n0,1\n");
    const out = (text: string) => {
      lines.push(...text.trimEnd().split("\n"));
      if (lines.length === 2) add("b.csv", "1,0.5\n");
      else ended.abort();
      return Promise.resolve();
    };
    assert.equal(
      await curvesCommand({ path: folder, values: { follow: true }, out, signal: ended.signal }),
      0,
    );
    assert.deepEqual(lines.map((line) => line.split(/ {2,}/).slice(0, 4)), [
      ["a", "keras", "epochs 0 to 0", "loss 1 point"],
      ["b", "keras", "epochs 0 to 0", "loss 1 point"],
      ["b", "keras", "epochs 0 to 1", "loss 2 points"],
    ]);
  }));
