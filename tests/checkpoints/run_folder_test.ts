import assert from "node:assert/strict";
import { basename, join } from "node:path";
import { decodeSafetensors, encodeSafetensors } from "../../lib/checkpoints/safetensors.ts";
import { readState } from "../../lib/checkpoints/read_state.ts";
import { openRun, type Run } from "../../lib/checkpoints/run_folder.ts";
import type { Outcome } from "../../lib/training/event.ts";
import { KEEPING, stateAt } from "./states.ts";
import { inFolder } from "../in_folder.ts";

const END = { reason: "stopped", path: "maxSteps", because: "reached 20 of 20 steps" } as const;
const OUTCOME = { ...END, checkpoint: "c1", state: "s1" } as unknown as Outcome;
const SAME = ["updates.f64", "evaluations.jsonl", "result.safetensors"];

function inRun<T>(folder: string, act: (run: Run) => T, options = {}): T {
  const run = openRun(folder, options);
  try {
    return act(run);
  } finally {
    run.close();
  }
}
const write = (folder: string, ...steps: number[]) =>
  inRun(folder, (run) => steps.forEach((step) => run.write(stateAt(step), KEEPING)));
const finish = (folder: string, step: number, clock?: number) =>
  inRun(folder, (run) => run.finish(stateAt(step, clock, END), OUTCOME, KEEPING));
const names = (folder: string) =>
  [...Deno.readDirSync(join(folder, "checkpoints"))].map(({ name }) => name).toSorted();
const pathOf = (folder: string, step: number) =>
  join(folder, "checkpoints", `step-${String(step).padStart(8, "0")}.safetensors`);
const all = { ...KEEPING, checkpoint: { keep: { best: 0, last: 9 } } };
const writeAll = (folder: string, ...steps: number[]) =>
  inRun(folder, (run) => steps.forEach((step) => run.write(stateAt(step), all)));

Deno.test("an empty run has nothing to go on from, and one with checkpoints the newest, equal in every bit", () =>
  inFolder((folder) => {
    assert.equal(inRun(folder, (run) => run.latest()), null);
    write(folder, 4, 8, 13);
    assert.deepEqual(inRun(folder, (run) => run.latest()), stateAt(13));
    assert.deepEqual(readState(folder), stateAt(13));
    assert.deepEqual(readState(pathOf(folder, 13)), stateAt(13));
  }));

Deno.test("cut anywhere and gone on with, a run ends in the same bytes; the clock lies apart", () =>
  inFolder(async (uncut) => {
    write(uncut, 5, 10, 15);
    finish(uncut, 20);
    for (let cut = 1; cut < 15; cut++) {
      await inFolder((folder) => {
        write(folder, cut);
        inRun(folder, (run) => run.write(stateAt(15, 0.5), KEEPING));
        finish(folder, 20, 0.5);
        for (const file of SAME) {
          assert.deepEqual(Deno.readFileSync(join(folder, file)), Deno.readFileSync(join(uncut, file)), file);
        }
        assert.notDeepEqual(
          Deno.readFileSync(join(folder, "updates.clock.f64")),
          Deno.readFileSync(join(uncut, "updates.clock.f64")),
        );
      });
    }
  }));

Deno.test("rows past the newest checkpoint are cut off once training goes on", () =>
  inFolder((folder) => {
    writeAll(folder, 5, 10);
    Deno.removeSync(pathOf(folder, 10)); // as if the machine had stopped before the rename
    const rows = Deno.readFileSync(join(folder, "updates.f64"));
    assert.deepEqual(inRun(folder, (run) => run.latest()), stateAt(5));
    assert.deepEqual(Deno.readFileSync(join(folder, "updates.f64")), rows);
    write(folder, 7);
    assert.equal(Deno.statSync(join(folder, "updates.f64")).size, 7 * 40);
    assert.deepEqual(readState(folder), stateAt(7));
  }));

Deno.test("the newest and the best stay, the best also over a restart", () =>
  inFolder((folder) => {
    write(folder, 5, 10); // the loss is lowest at step 10
    write(folder, 15, 20, 25);
    assert.deepEqual(names(folder), ["step-00000010.safetensors", "step-00000025.safetensors"]);
    const more = { ...KEEPING, checkpoint: { keep: { best: 2, last: 2 } } };
    inRun(folder, (run) => [28, 30, 32].forEach((step) => run.write(stateAt(step), more)));
    assert.deepEqual(names(folder).map((name) => Number(name.slice(5, 13))), [10, 25, 30, 32]);
  }));

Deno.test("an ended run has outcome, selected weights without a clock, and what was trained", () =>
  inFolder((folder) => {
    finish(folder, 20);
    const outcome = JSON.parse(Deno.readTextFileSync(join(folder, "outcome.json")));
    assert.equal(outcome.because, END.because);
    assert.equal(outcome.state, "checkpoints/step-00000020.safetensors");
    const { metadata, tensors } = decodeSafetensors(Deno.readFileSync(join(folder, "result.safetensors")));
    assert.deepEqual([metadata.step, metadata.format], ["10", "plateau.result"]);
    assert.deepEqual(tensors.map(({ name }) => name), ["dense0.weights", "dense0.bias", "norm0.mean"]);
    assert.deepEqual(tensors[0].values, stateAt(10).parameters[0]);
    const run = JSON.parse(Deno.readTextFileSync(join(folder, "run.json")));
    assert.equal(run.name, basename(folder));
    assert.match(run.spec, /^[0-9a-f]{64}$/);
    assert.equal(run.plan.model, stateAt(0).plan.model);
  }));

Deno.test("a run that goes on has no outcome until it ends again", () =>
  inFolder((folder) => {
    finish(folder, 10);
    write(folder, 15);
    assert.throws(() => Deno.statSync(join(folder, "outcome.json")), Deno.errors.NotFound);
  }));

Deno.test("of a training that failed in the middle of a step the outcome is written, and no state", () =>
  inFolder((folder) => {
    write(folder, 5);
    inRun(folder, (run) => run.finish(null, { ...OUTCOME, reason: "failed" }, KEEPING));
    assert.deepEqual(names(folder), ["step-00000005.safetensors"]);
    assert.equal(JSON.parse(Deno.readTextFileSync(join(folder, "outcome.json"))).reason, "failed");
  }));

Deno.test("of a training that diverged the last state before that stays", () =>
  inFolder((folder) => {
    const end = { reason: "diverged", path: "", because: "training loss is NaN" } as const;
    write(folder, 15);
    inRun(folder, (run) => run.finish(stateAt(18, 0.25, end), { ...OUTCOME, ...end }, KEEPING));
    assert.deepEqual(names(folder), ["step-00000015.safetensors", "step-00000018.safetensors"]);
  }));

Deno.test("after a storage fault nothing more is written: what is on the disk stays the last word", () =>
  inFolder((folder) => {
    inRun(folder, (run) => {
      run.write(stateAt(5), KEEPING);
      Deno.mkdirSync(pathOf(folder, 10)); // no file can take its place
      assert.throws(() => run.write(stateAt(10), KEEPING), { name: "StorageFault" });
      Deno.removeSync(pathOf(folder, 10));
      run.finish(stateAt(10), { ...OUTCOME, reason: "failed" }, KEEPING);
    });
    assert.throws(() => Deno.statSync(join(folder, "outcome.json")), Deno.errors.NotFound);
    assert.deepEqual(readState(folder), stateAt(5));
  }));

Deno.test("fresh deletes what a run consists of, and nothing else", () =>
  inFolder((folder) => {
    write(folder, 5);
    finish(folder, 10);
    Deno.writeTextFileSync(join(folder, "notes.txt"), "mine");
    assert.equal(inRun(folder, (run) => run.latest(), { fresh: true }), null);
    const left = [...Deno.readDirSync(folder)].map(({ name }) => name).toSorted();
    assert.deepEqual([left, names(folder)], [["checkpoints", "lock", "notes.txt"], []]);
  }));

Deno.test("what a crash left half written is no checkpoint, and is removed", () =>
  inFolder((folder) => {
    write(folder, 5);
    Deno.writeTextFileSync(pathOf(folder, 9) + ".tmp", "half");
    assert.deepEqual(readState(folder), stateAt(5));
    assert.equal(inRun(folder, (run) => run.latest()?.position.step), 5);
    assert.deepEqual(names(folder), ["step-00000005.safetensors"]);
  }));

const edit = (file: string, change: (bytes: Uint8Array) => Uint8Array) =>
  Deno.writeFileSync(file, change(Deno.readFileSync(file)));
const flip = (at: number) => (bytes: Uint8Array) => {
  bytes[at < 0 ? bytes.length + at : at] ^= 1;
  return bytes;
};
const DAMAGES: [string, (folder: string) => void, RegExp][] = [
  ["a changed number", (f) => edit(pathOf(f, 10), flip(-1)), /^its tensors do not match their SHA-256$/],
  [
    "half a file",
    (f) => edit(pathOf(f, 10), (bytes) => bytes.subarray(0, 900)),
    /^header of \d+ bytes in a file of 900$/,
  ],
  ["an empty file", (f) => edit(pathOf(f, 10), () => new Uint8Array()), /^0 bytes, shorter than/],
  [
    "a foreign file",
    (f) => edit(pathOf(f, 10), () => encodeSafetensors([])),
    /^safetensors of another program$/,
  ],
  ["another step's file", (f) => Deno.copyFileSync(pathOf(f, 5), pathOf(f, 10)), /^it holds step 5$/],
  [
    "missing rows",
    (f) => Deno.truncateSync(join(f, "updates.f64"), 5 * 40 + 8),
    /^updates.f64 has 208 bytes of 400$/,
  ],
  ["changed rows", (f) => edit(join(f, "updates.f64"), flip(-3)), /^updates.f64 does not match its SHA-256$/],
  [
    "a changed evaluation",
    (f) => edit(join(f, "evaluations.jsonl"), flip(-3)),
    /^evaluations.jsonl does not match its SHA-256$/,
  ],
];
for (const [what, damage, reason] of DAMAGES) {
  Deno.test(`${what}: the checkpoint is named with its reason, and the one before it taken`, () =>
    inFolder((folder) => {
      writeAll(folder, 5, 10);
      damage(folder);
      inRun(folder, (run) => {
        assert.deepEqual(run.latest(), stateAt(5));
        assert.deepEqual(run.damaged.map(({ file }) => file), ["step-00000010.safetensors"]);
        assert.match(run.damaged[0].reason, reason);
        run.write(stateAt(10), all);
      });
      assert.deepEqual(inRun(folder, (run) => [run.latest(), run.damaged]), [stateAt(10), []]);
    }));
}

Deno.test("a checkpoint of a later version is named, the one before it is offered, and nothing is touched", () =>
  inFolder((folder) => {
    writeAll(folder, 5, 10);
    edit(pathOf(folder, 10), () => encodeSafetensors([], { format: "plateau.state", version: "2" }));
    const held = () =>
      ["run.json", "updates.f64", "evaluations.jsonl"].map((name) => Deno.readFileSync(join(folder, name)));
    const before = held();
    const message =
      "checkpoint of a later version: step-00000010.safetensors (version 2, this program reads version 1): update Plateau, or go on from step-00000005.safetensors in another folder";
    assert.throws(() => openRun(folder), { name: "LaterCheckpoint", message });
    assert.throws(() => readState(folder), { name: "LaterCheckpoint", message });
    assert.deepEqual(held(), before);
    assert.deepEqual(names(folder), ["step-00000005.safetensors", "step-00000010.safetensors"]);
  }));

Deno.test("a damaged checkpoint goes once another state is saved: it is no best one and no last one", () =>
  inFolder((folder) => {
    writeAll(folder, 5, 10, 15);
    edit(pathOf(folder, 10), flip(-1));
    edit(pathOf(folder, 15), flip(-1));
    inRun(folder, (run) => {
      assert.equal(names(folder).length, 3);
      run.write(stateAt(7), { ...KEEPING, checkpoint: { keep: { best: 0, last: 2 } } });
    });
    assert.deepEqual(names(folder), ["step-00000005.safetensors", "step-00000007.safetensors"]);
    assert.deepEqual(inRun(folder, (run) => run.damaged), []);
  }));

Deno.test("a folder is not read past a damaged checkpoint unless the one before is named", () =>
  inFolder((folder) => {
    writeAll(folder, 5, 10);
    edit(pathOf(folder, 10), flip(-1));
    assert.throws(
      () => readState(folder),
      /^DamagedCheckpoint: damaged checkpoint: step-00000010.safetensors \(its tensors .*\): name step-00000005.safetensors to go on from it$/,
    );
    assert.deepEqual(readState(pathOf(folder, 5)), stateAt(5));
  }));

Deno.test("with no whole checkpoint a run is not begun anew unasked", () =>
  inFolder((folder) => {
    write(folder, 5);
    Deno.removeSync(join(folder, "updates.f64"));
    assert.throws(
      () => openRun(folder),
      /^DamagedCheckpoint: damaged checkpoint: step-00000005.safetensors \(updates.f64 is missing\): there is no whole one before it; begin anew$/,
    );
    assert.equal(inRun(folder, (run) => run.latest(), { fresh: true }), null);
  }));

Deno.test("a path that is no state is refused by name", () =>
  inFolder((folder) => {
    const missing = join(folder, "nowhere");
    assert.throws(() => readState(missing), {
      name: "RangeError",
      message: `unknown state: ${missing} (a checkpoint's file, or the folder of a run)`,
    });
    assert.throws(() => readState(folder), {
      name: "RangeError",
      message: `unknown state: ${folder} (a folder without checkpoints)`,
    });
  }));

Deno.test("a run is written by one at a time, and let go of when its owner is killed", async () => {
  const folder = Deno.makeTempDirSync();
  const owner = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-check",
      "--allow-all",
      new URL("./hold_run.ts", import.meta.url).href,
      folder,
    ],
    stdout: "piped",
  }).spawn();
  try {
    const reader = owner.stdout.getReader();
    await reader.read(); // it has opened the run
    reader.releaseLock();
    assert.throws(() => openRun(folder), (error: Error) => {
      assert.match(
        error.message,
        new RegExp(
          `^run in use: .* \\(process ${owner.pid} since \\S+ writes it\\): wait for its end, or name another run$`,
        ),
      );
      return error.name === "RunInUse";
    });
    owner.kill("SIGKILL");
    await owner.status;
    assert.equal(inRun(folder, (run) => run.latest()?.position.step), 5);
  } finally {
    owner.stdout.cancel().catch(() => {});
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("a run that this process has open is not opened again", () =>
  inFolder((folder) => inRun(folder, () => assert.throws(() => openRun(folder), { name: "RunInUse" }))));

Deno.test("a path that cannot be a folder is a storage fault in one line", () =>
  inFolder((folder) => {
    const file = join(folder, "file");
    Deno.writeTextFileSync(file, "");
    assert.throws(() => openRun(join(file, "run")), {
      name: "StorageFault",
      message: `storage fault: ${join(file, "run")} (a part of the path is no folder, ENOTDIR)`,
    });
  }));
