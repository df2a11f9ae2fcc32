import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { InvalidInput } from "../../lib/notebook/inputs.ts";
import type { Recording } from "../../lib/report/recording.ts";
import { RecordFault, type RecordOptions } from "../../lib/report/record_options.ts";
import { MissingData } from "../../lib/report/place_sources.ts";
import { NotAReport } from "../../lib/report/sections.ts";
import { hashOf } from "../../lib/report/seal.ts";
import { type FoundEngine, type VerifyOptions, verifyReport } from "../../lib/report/verify.ts";
import { verifyCommand } from "../../lib/report/verify_command.ts";
import { inFolder } from "../in_folder.ts";
import { type ByHand, recordedByHand, trajectory } from "./recorded_by_hand.ts";
import { FILES, forged, readsOf, reportByHand, withRecording, writeFiles } from "./report_by_hand.ts";

const findEngine = (name: string): Promise<FoundEngine> =>
  Promise.resolve({ name: name === "auto" ? "cpu" : name as FoundEngine["name"], why: "chosen" });

const shorten = (module: string) => Promise.resolve(module);

/** A report of the project in a folder, checked where running it gives `again`. */
async function verdict(
  was: Recording,
  again: Recording,
  { damage = (html) => html, ...options }: Partial<VerifyOptions> & {
    damage?: (html: string) => string | Promise<string>;
  } = {},
): Promise<string> {
  return await inFolder(async (project) => {
    await writeFiles(project);
    const html = await reportByHand({ project, recording: was, reads: readsOf(project, ["data/loss.csv"]) });
    const record = () => Promise.resolve(again);
    return (await verifyReport(await damage(html), { findEngine, record, ...options })).line;
  });
}

const losses = (loss: number[]) => ({ training: trajectory(loss, [1, 2, 3]), plan: { seed: 7 } });
const RERUNS: Record<string, [was: ByHand, is: ByHand, line: string]> = {
  "the same values": [{}, {}, "same bytes"],
  "the same values with other times": [
    { values: losses([0.7, 0.5, 0.4]) },
    { values: { ...losses([0.7, 0.5, 0.4]), training: trajectory([0.7, 0.5, 0.4], [9, 8, 7]) } },
    "same bytes",
  ],
  "a number in a table": [
    { shown: [{ rows: [{ regret: 0 }, { regret: 0.012 }] }] },
    { shown: [{ rows: [{ regret: 0 }, { regret: 0.013 }] }] },
    "differs: cell policies at shown[0].rows[1].regret: 0.013, was 0.012",
  ],
  "a number of a curve, on the same machine": [
    { values: losses([0.7, 0.5, 0.4]) },
    { values: losses([0.7, 0.5, 0.4000001]) },
    "differs: cell run at training.updates.loss[2]: 0.4000001, was 0.4",
  ],
  "the same number on another engine": [
    { values: losses([0.7, 0.5, 0.4]), on: { engine: "tensorflow", version: "2.21.0" } },
    { values: losses([0.7, 0.5, 0.4000001]) },
    "same within tolerance (max difference 2.5e-7 in cell run at training.updates.loss[2], because the engine differs: wasm, was tensorflow)",
  ],
  "another number on another engine": [
    { values: losses([0.7, 0.5, 0.4]), on: { engine: "tensorflow" } },
    { values: losses([0.7, 0.5, 0.41]) },
    "differs: cell run at training.updates.loss[2]: 0.41, was 0.4, perhaps because the engine differs: wasm, was tensorflow",
  ],
  "a stop at another step on another engine": [
    { values: { stop: 450, loss: 0.4 }, on: { engine: "tensorflow" } },
    { values: { stop: 460, loss: 0.4000001 } },
    "differs: cell run at stop: 460, was 450, perhaps because the engine differs: wasm, was tensorflow",
  ],
  "a word that the report says is an engine's name": [
    {
      values: {
        plan: { dataFingerprint: "a", data: "d", engine: "early stopping lost" },
        by: "early stopping lost",
      },
      on: { engine: "tensorflow", device: "0.012" },
    },
    {
      values: {
        plan: { dataFingerprint: "a", data: "d", engine: "early stopping lost" },
        by: "early stopping won",
      },
    },
    'differs: cell run at by: "early stopping won", was "early stopping lost", perhaps because the engine differs: wasm, was tensorflow',
  ],
  "another version of the engine": [
    { values: losses([0.7, 0.5, 0.4]), on: { version: "4.21.0" } },
    { values: losses([0.7, 0.5, 0.4000001]) },
    "same within tolerance (max difference 2.5e-7 in cell run at training.updates.loss[2], because the version of the engine differs: 4.22.0, was 4.21.0)",
  ],
  "an engine that differs in its name alone": [{ on: { engine: "tensorflow" } }, {}, "same bytes"],
  "other threads where the engine has but one": [
    { values: losses([0.7, 0.5, 0.4]), on: { threads: 16 } },
    { values: losses([0.7, 0.5, 0.4000001]) },
    "differs: cell run at training.updates.loss[2]: 0.4000001, was 0.4",
  ],
  "another way of running on the same engine": [
    { values: { plan: { dataFingerprint: "a", data: "d", engine: "wasm 4.22.0, compiled" }, loss: 0.4 } },
    { values: { plan: { dataFingerprint: "a", data: "d", engine: "wasm 4.22.0" }, loss: 0.4000001 } },
    "same within tolerance (max difference 2.5e-7 in cell run at loss, because the mode differs: wasm 4.22.0, was wasm 4.22.0, compiled)",
  ],
  "a cell that fails now": [
    {},
    { error: "no loss" },
    'differs: cell run at state: "error: TypeError: no loss", was "done"',
  ],
  "a computed state": [
    { states: { 2: { best: 0.4 }, 4: { best: 0.3 } } },
    { states: { 2: { best: 0.4 }, 4: { best: 0.2 } } },
    "differs: cell run (k = 4) at best.best: 0.2, was 0.3",
  ],
  "a value that is gone": [
    { values: { a: 1, b: 2 } },
    { values: { a: 1 } },
    "differs: cell run at b: missing, was 2",
  ],
};
for (const [name, [was, is, line]] of Object.entries(RERUNS)) {
  Deno.test(`running it again gives ${name}: ${line.slice(0, 20)}`, async () => {
    assert.equal(await verdict(recordedByHand(was), recordedByHand(is)), line);
  });
}

Deno.test("what a state leaves unsaid is as in the recording itself", async () => {
  const was = recordedByHand({ values: { best: 0.3 }, states: { 2: { best: 0.4 }, 4: 0.3 } });
  const unsaid = (by: number) => {
    const is = recordedByHand({ values: { best: by }, states: { 2: { best: 0.4 }, 4: 0.3 } });
    return {
      ...is,
      groups: [{ ...is.groups[0], states: [is.groups[0].states[0], { values: [4], events: [] }] }],
    };
  };
  assert.equal(await verdict(was, unsaid(0.3)), "same bytes");
  const line = await verdict(was, unsaid(0.2));
  assert.equal(line, "differs: cell run at best: 0.2, was 0.3 (and 1 more)");
});

Deno.test("the states of the report are those that are computed again, and one that cannot be differs", async () => {
  const was = recordedByHand({ states: { 2: 0.4, 4: 0.3 } });
  const line = await verdict(was, recordedByHand({ states: { 2: 0.4 } }));
  assert.equal(line, "differs: only one of the two has k = 4");
  await inFolder(async (project) => {
    await writeFiles(project);
    let planned: RecordOptions["states"];
    const record = (options: RecordOptions) => (planned = options.states, Promise.resolve(was));
    const html = await reportByHand({ project, recording: was });
    assert.equal((await verifyReport(html, { findEngine, record })).line, "same bytes");
    assert.deepEqual(planned, [{ inputs: ["k"], states: [[2], [4]] }]);
  });
});

Deno.test("the first of several differences is told, in the order of cells", async () => {
  const line = await verdict(
    recordedByHand({ shown: [1], values: { a: 1 } }),
    recordedByHand({ shown: [2], values: { a: 2 } }),
  );
  assert.equal(line, "differs: cell run at a: 2, was 1 (and 1 more)");
});

const FORGERIES: Record<string, [forgery: (html: string) => string | Promise<string>, line: RegExp]> = {
  "a changed word of the page": [
    (html) => html.replace("1,200", "1,100"),
    /^differs: damaged report: page or manifest: the hash of the file is another$/,
  ],
  "a changed part": [
    (html) =>
      html.replace(
        /(plateau-recording">.{60})(.)/,
        (_, before, letter) => before + (letter === "A" ? "B" : "A"),
      ),
    /^differs: damaged report: recording: /,
  ],
  "a changed number of the recording": [
    (html) =>
      withRecording(html, recordedByHand({ shown: [{ rows: [{ name: "20 epochs", regret: 0.001 }] }] })),
    /^differs: cell policies at shown\[0\]\.rows\[0\]\.regret: 0\.012, was 0\.001$/,
  ],
  "a changed source": [
    (html) => forged(html, { sources: (text) => text.replace("n / 2", "n / 4") }),
    /^differs: damaged report: source lib\/numbers\.ts: its hash is another$/,
  ],
  "a changed data file": [
    (html) =>
      forged(html, {
        sources: (text) => text.replace(btoa(FILES["data/loss.csv"]), btoa("step,loss\n1,0.6\n")),
      }),
    /^differs: damaged report: source data\/loss\.csv: its hash is another$/,
  ],
  "a source more": [
    (html) => forged(html, { sources: (text) => text.replace(`{"texts":{`, `{"texts":{"b.ts":"",`) }),
    /^differs: damaged report: source b\.ts: the manifest does not tell of it$/,
  ],
  "a source that leaves the folder": [
    (html) =>
      forged(html, {
        sources: (text) => text.replaceAll("lib/numbers.ts", "../numbers.ts"),
        manifest: (manifest) =>
          manifest.sources.forEach((each) => each.path = each.path.replace("lib/n", "../n")),
      }),
    /^differs: damaged report: sources: it leaves its folder: \.\.\/numbers\.ts$/,
  ],
  "what a kernel would take for kept results": [
    (html) =>
      forged(html, { manifest: ({ folders }) => folders.push({ path: ".plateau/notebooks", names: ["x"] }) }),
    /^differs: damaged report: sources: it lies in \.plateau: /,
  ],
  "a recording that is none": [
    (html) => forged(html, { recording: () => "nonsense" }),
    /^differs: damaged report: recording: /,
  ],
  "a manifest that is none": [
    (html) => forged(html, { manifest: (manifest) => Object.assign(manifest, { seeds: "many" }) }),
    /^differs: damaged report: manifest: seeds: /,
  ],
  "code of its cells that its sources do not give": [
    (html) => withRecording(html, { ...recordedByHand(), code: "export default () => [1];" }),
    /^differs: the code of its cells is not what its sources give$/,
  ],
  "imports of its cells that its sources do not give": [
    (html) => withRecording(html, { ...recordedByHand(), vendor: "export const half = () => 1;" }),
    /^differs: the code that its cells import is not what its sources give$/,
  ],
  "prose that its sources do not give": [
    (html) => {
      const recording = recordedByHand();
      return withRecording(html, { ...recording, notebook: { ...recording.notebook, title: "Never stop" } });
    },
    /^differs: the notebook at title: "When to stop", was "Never stop"$/,
  ],
};
for (const [name, [forgery, line]] of Object.entries(FORGERIES)) {
  Deno.test(`${name} is found and named`, async () => {
    assert.match(await verdict(recordedByHand(), recordedByHand(), { damage: forgery, shorten }), line);
  });
}

Deno.test("a page that its recording does not draw is found where this machine can draw it", async () => {
  const draw = (html: string) => () => Promise.resolve(html);
  await inFolder(async (project) => {
    await writeFiles(project);
    const html = await reportByHand({ project, recording: recordedByHand() });
    const record = () => Promise.resolve(recordedByHand());
    assert.equal((await verifyReport(html, { findEngine, record, draw: draw(html) })).line, "same bytes");
    const other = await verifyReport(html, {
      findEngine,
      record,
      draw: draw(html.replace("1,200", "1,100")),
    });
    assert.equal(other.line, "differs: the page is not what its recording draws, from its line 2 on");
    assert.equal(other.kind, "differs");
    const failing = () => Promise.reject(new Error("no cell"));
    const undrawn = await verifyReport(html, { findEngine, record, draw: failing });
    assert.equal(undrawn.line, "differs: its page cannot be drawn: no cell");
  });
});

Deno.test("it is run again in a folder of its own, which is gone afterwards", async () => {
  await inFolder(async (project) => {
    await writeFiles(project, { ...FILES, "data/README.md": "not read", "data/more/x": "not read" });
    const reads = readsOf(project, ["data", "data/loss.csv"]);
    const html = await reportByHand({ project, recording: recordedByHand(), reads });
    let ran: RecordOptions | undefined;
    const record = (options: RecordOptions) => {
      ran = options;
      const read = (path: string) => Deno.readTextFileSync(join(options.project, path));
      for (const path of ["notebooks/a.ts", "lib/half.ts", "lib/numbers.ts", "data/loss.csv"]) {
        assert.equal(read(path), FILES[path]);
      }
      assert.equal(read("data/README.md"), "");
      assert.ok(existsSync(join(options.project, "data/more")));
      assert.ok(!existsSync(join(options.project, "lib/unused.ts")));
      assert.deepEqual(JSON.parse(read("deno.json")), { imports: { left: "npm:left@1.0.0" } });
      return Promise.resolve(recordedByHand());
    };
    await verifyReport(html, { findEngine, record });
    assert.equal(ran?.file, join(ran!.project, "notebooks/a.ts"));
    assert.equal(ran?.engine, "wasm");
    assert.deepEqual(ran?.values, { k: 2 });
    assert.ok(!existsSync(ran!.project));
    const refusals: readonly [Error, line: string][] = [
      [new RecordFault("the kernel ended"), "differs: it does not run: the kernel ended"],
      [new InvalidInput("k", 2, "at most 1"), "differs: cell k at k: invalid value: 2 (k: at most 1)"],
      [new InvalidInput("gone", 2, "at most 1"), "differs: at gone: invalid value: 2 (gone: at most 1)"],
    ];
    for (const [fault, line] of refusals) {
      const verdict = await verifyReport(html, { findEngine, record: () => Promise.reject(fault) });
      assert.equal(verdict.line, line);
    }
  });
});

Deno.test("data that the report does not carry is looked for, and must be the same", async () => {
  await inFolder(async (folder) => {
    const project = join(folder, "project"), large = new Uint8Array(5e6 + 1);
    await writeFiles(project, { ...FILES, "data/large.bin": large });
    const reads = readsOf(project, ["data/large.bin"]);
    const html = await reportByHand({ project, recording: recordedByHand(), reads });
    let found = 0;
    const record = (options: RecordOptions) => {
      found = Deno.statSync(join(options.project, "data/large.bin")).size;
      return Promise.resolve(recordedByHand());
    };
    const check = (beside: string[]) => verifyReport(html, { findEngine, record, beside });
    await assert.rejects(check([folder]), (error) => {
      assert.ok(error instanceof MissingData);
      const hash = hashOf(large).slice(0, 12);
      assert.equal(
        error.message,
        `missing data: data/large.bin, 5000001 bytes, SHA-256 ${hash}… (beside the report, or --data folder)`,
      );
      return true;
    });
    assert.equal((await check([folder, project])).line, "same bytes");
    await Deno.writeFile(join(folder, "large.bin"), large);
    assert.equal((await check([folder])).line, "same bytes");
    assert.equal(found, large.length);
    await Deno.writeFile(join(folder, "large.bin"), large.fill(1));
    assert.match(
      (await check([folder])).line,
      /^differs: data data\/large\.bin is another: .*large\.bin does not have/,
    );
  });
});

Deno.test("files outside of the project are read where they are, when they are what they were", async () => {
  await inFolder(async (folder) => {
    const project = join(folder, "project"), outside = join(folder, "outside.csv");
    await writeFiles(project);
    await Deno.writeTextFile(outside, "1,2");
    const html = await reportByHand({
      project,
      recording: recordedByHand(),
      reads: { paths: [outside], whole: true },
    });
    let read: readonly string[] | undefined;
    const record = (options: RecordOptions) => {
      read = options.read;
      return Promise.resolve(recordedByHand());
    };
    assert.equal((await verifyReport(html, { findEngine, record })).line, "same bytes");
    assert.deepEqual(read, [outside]);
    await Deno.writeTextFile(outside, "1,3");
    await assert.rejects(verifyReport(html, { findEngine, record }), MissingData);
  });
});

for (const native of ["tensorflow", "xla:cpu"] as const) {
  Deno.test(`an engine that is asked for must start; ${native}, the report's own, may be another here`, async () => {
    await inFolder(async (project) => {
      await writeFiles(project);
      const html = await reportByHand({
        project,
        recording: recordedByHand({ on: { engine: native, threads: 3 } }),
      });
      const ran: RecordOptions[] = [];
      const record = (options: RecordOptions) => (ran.push(options), Promise.resolve(recordedByHand()));
      const none = (name: string) =>
        name === native ? Promise.reject(new Error(`${native} is not installed`)) : findEngine(name);
      const madeHere = () => true;
      await verifyReport(html, { findEngine: none, record, madeHere });
      await verifyReport(html, { findEngine, record, madeHere });
      assert.deepEqual(ran.map(({ engine, settings }) => [engine, settings?.threads]), [["cpu", undefined], [
        native,
        3,
      ]]);
      await assert.rejects(
        verifyReport(html, { engine: native, findEngine: none, record }),
        /not installed/,
      );
    });
  });
}

Deno.test("the command's last line is the verdict, and its exit code says it", async () => {
  await inFolder(async (project) => {
    await writeFiles(project);
    const file = join(project, "report.html"), was = recordedByHand({ values: losses([0.7, 0.5, 0.4]) });
    await Deno.writeTextFile(file, await reportByHand({ project, recording: was }));
    const run = async (again: Recording, values = {}) => {
      const lines: string[] = [], record = () => Promise.resolve(again);
      const onInterrupt = () => () => {};
      const code = await verifyCommand({
        file,
        values,
        findEngine,
        record,
        onInterrupt,
        out: (line) => lines.push(line),
      });
      return { code, last: lines.join("\n").split("\n").at(-1)!, text: lines.join("\n") };
    };
    const near = recordedByHand({ values: losses([0.7, 0.5, 0.4001]), on: { version: "4.23.0" } });
    assert.deepEqual((({ code, last }) => [code, last])(await run(was)), [0, "same bytes"]);
    const within = await run(near), strict = await run(near, { strict: true });
    assert.deepEqual([within.code, strict.code], [0, 1]);
    assert.match(within.last, /^same within tolerance \(/);
    assert.match(
      within.text,
      /left out, as the clock or the engine tells it: .*Trajectory\.updates\.seconds \(1\)/,
    );
    const differs = await run(near, { tolerance: "1e-5" });
    assert.equal(differs.code, 1);
    assert.match(
      differs.last,
      /^differs: cell run at training\.updates\.loss\[2\]: 0\.4001, was 0\.4, perhaps because the version/,
    );
    const json = JSON.parse((await run(was, { json: true })).text);
    assert.deepEqual([json.kind, json.comparison.compared.cells], ["same bytes", 3]);
    await assert.rejects(run(was, { engine: "tpu" }), /unknown engine: tpu/);
    await assert.rejects(run(was, { tolerance: "much" }), /invalid tolerance: much \(0 or more, below 1\)/);
  });
});

Deno.test("what is no report at all is said, with exit code 2", async () => {
  await assert.rejects(verifyReport("<p>Hello", { findEngine }), NotAReport);
  await inFolder(async (folder) => {
    const file = join(folder, "a.html"), said: string[] = [];
    const options = {
      file,
      values: {},
      findEngine,
      err: (line: string) => said.push(line),
      onInterrupt: () => () => {},
    };
    await Deno.writeTextFile(file, "<p>Hello");
    assert.equal(await verifyCommand(options), 2);
    await Deno.writeFile(file, new Uint8Array([0xff, 0xfe]));
    assert.equal(await verifyCommand(options), 2);
    await Deno.truncate(file, 400e6 + 1);
    assert.equal(await verifyCommand(options), 2);
    assert.deepEqual(said, [
      "not a report: it has no part of one",
      "not a report: it is not UTF-8",
      "not a report: it has more than 400 MB",
    ]);
    await assert.rejects(verifyCommand({ ...options, file: folder }), /^Misuse: not a file: /);
    await assert.rejects(
      verifyCommand({ ...options, file: join(folder, "b.html") }),
      /missing file: .*b\.html/,
    );
  });
});
