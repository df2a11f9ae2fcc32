import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { stopBundler } from "../../lib/notebook/bundle.ts";
import { decode } from "../../lib/notebook/codec.ts";
import { InvalidInput } from "../../lib/notebook/inputs.ts";
import { type Packed, TailReceiver } from "../../lib/notebook/tails.ts";
import type { Event } from "../../lib/notebook/wire.ts";
import { unpackFrame } from "../../lib/report/frames.ts";
import { RecordFault, recordNotebook, type RecordOptions } from "../../lib/report/record.ts";
import type { RecordProgress } from "../../lib/report/record.ts";
import type { Recording } from "../../lib/report/recording.ts";
import { stateEvents } from "../../lib/report/state_events.ts";
import type { ReadFiles } from "../../lib/report/read_files.ts";

const lib = new URL("../../lib/", import.meta.url).href;

/** A project with one notebook. */
class Project {
  readonly folder = Deno.makeTempDirSync({ prefix: "plateau-record-" });
  readonly file = join(this.folder, "small.ts");

  constructor(text: string) {
    const imports = { plateau: `${lib}mod.ts` };
    Deno.writeTextFileSync(join(this.folder, "deno.json"), JSON.stringify({ imports }));
    Deno.writeTextFileSync(this.file, text);
  }
  record(options: Partial<RecordOptions> = {}): Promise<Recording> {
    const signal = AbortSignal.timeout(60_000); // a kernel that is waited for in vain
    return recordNotebook({ file: this.file, project: this.folder, engine: "wasm", signal, ...options });
  }
  async [Symbol.asyncDispose]() {
    await stopBundler();
    Deno.removeSync(this.folder, { recursive: true });
  }
}

/** What a page knows when it was told these events. */
class Reader {
  readonly values = new Map<string, unknown>();
  readonly shown = new Map<string, unknown>();
  readonly states = new Map<string, Event & { t: "state" }>();
  constructor(readonly recording: Recording) {
    this.take(recording.events);
  }
  take(events: readonly Event[]): this {
    for (const event of events) {
      if (event.t === "value") {
        this.values.set(event.name, new TailReceiver().unpack(decode(event.value) as Packed));
      }
      if (event.t === "show") this.shown.set(this.name(event.cell), decode(event.values));
      if (event.t !== "state") continue;
      this.states.set(this.name(event.cell), event);
      const { defines } = this.recording.notebook.cells.find(({ key }) => key === event.cell)!;
      if (event.state === "error") { for (const name of defines) this.values.delete(name); }
    }
    return this;
  }
  name(key: string): string {
    return this.recording.notebook.cells.find((cell) => cell.key === key)!.name;
  }
}

const head = `import { display, inputs, live, view } from "plateau";\n`;

const small = `${head}
// %% title [markdown]
// # Small
// %% choices
const rate = view(inputs.choice([1, 2, 4], { value: 2 }));
const depth = view(inputs.range([1, 3], { step: 1, value: 2 }));
const runs = view(inputs.range([1, 100], { value: 3 }));
const note = view(inputs.text({ value: "as it is" }));
// %% shade
const shade = view(inputs.range([0, 10]));
// %% ticks [server]
async function* ticks(runs: number) {
  const loss = new Float64Array(1000);
  for (let n = 0; n < 40; n++) {
    await new Promise((go) => setTimeout(go, 2));
    loss.fill(runs / (n + 1), 25 * n, 25 * (n + 1));
    yield { n, loss: loss.subarray(0, 25 * (n + 1)) };
  }
}
// %% train [server]
const run = await live(ticks(runs));
// %% table [server]
const table = { product: 10 * rate, depth, note };
display("depth " + depth);
console.log("read at rate", rate);
// %% deep [server]
if (depth === 3) throw new Error("too deep");
const deep = { depth }, sure = "sure";
// %% wrong [server]
const wrong = [run.n].at(0)!.valueOf.call(undefined as never);
// %% half [server]
const half = run.n / 2, names = [typeof run.n];
// %% chart [browser]
display([half, names, run.n, run.loss, table, deep, sure, wrong, shade]);
`;

const told: RecordProgress[] = [];

Deno.test("a notebook as it is recorded", async (t) => {
  await using project = new Project(small);
  const recording = await project.record({ progress: (progress) => told.push(progress) });
  const { notebook, groups } = recording, page = new Reader(recording);

  await t.step("has the last of every event, and each value whole", () => {
    assert.equal(notebook.title, "Small");
    assert.deepEqual(page.values.get("table"), { product: 20, depth: 2, note: "as it is" });
    const { n, loss } = page.values.get("run") as { n: number; loss: Float64Array };
    assert.deepEqual([n, loss.length, loss[999]], [39, 1000, 3 / 40]);
    assert.deepEqual(page.shown.get("table"), ["depth 2"]);
    assert.equal(page.states.get("train")?.state, "done");
    const logs = recording.events.filter((event) => event.t === "log").map(({ text }) => text);
    assert.deepEqual(logs, ["read at rate 2"]);
    const keys = recording.events.filter(({ t }) => t === "value" || t === "state").map((event) =>
      `${event.t} ${"name" in event ? event.name : "cell" in event ? event.cell : ""}`
    );
    assert.equal(new Set(keys).size, keys.length);
    assert.match(recording.code, /cell_chart/);
    assert.match(recording.vendor, /export/);
  });

  await t.step("a cell that failed is recorded as failed", () => {
    const { state, error } = page.states.get("wrong")!;
    assert.equal(state, "error");
    assert.equal(error!.name, "TypeError");
    assert.ok(!page.values.has("wrong"));
  });

  await t.step("the inputs of the server are as a page shows them first", () => {
    assert.deepEqual(recording.inputs, { rate: 2, depth: 2, runs: 3, note: "as it is" });
  });

  await t.step("values of a stream on their way are there, from its first to its last", () => {
    assert.deepEqual(Object.keys(recording.streams).sort(), ["half", "run"], "names stay the same");
    const frames = recording.streams.run, last = page.values.get("run");
    assert.ok(frames.length > 5, `${frames.length} frames`);
    assert.equal(frames[0].at, 0);
    const values = frames.map((frame) => unpackFrame(frame, last) as { n: number; loss: Float64Array });
    for (const { n, loss } of values) assert.equal(loss.length, 25 * (n + 1));
    assert.deepEqual(values.at(-1), last);
    assert.ok(values.every(({ n }, i) => i === 0 || n > values[i - 1].n));
    assert.ok(frames.every(({ value }) => value.length < 500), "the arrays are those of the last value");
    const { half } = recording.streams, halves = half.map((frame) => unpackFrame(frame, 39 / 2) as number);
    assert.ok(halves.length > 5 && halves.at(-1) === 39 / 2 && half[0].at >= 0);
  });

  await t.step(
    "states of inputs are computed where they are few, and the others say why they are frozen",
    () => {
      assert.deepEqual(groups.map(({ inputs, states }) => [inputs, states.length]), [[["rate", "depth"], 9]]);
      assert.deepEqual(recording.frozen, {
        runs: "it has 100 states",
        note: "any text could be typed here, and only results that were computed are inside",
      });
      assert.deepEqual(groups[0].states[0], { values: [2, 2], events: [] });
    },
  );

  await t.step("a page that is told a state shows what it shows there, and nothing else moves", () => {
    const [group] = groups, others = new Map(page.values);
    const at = (rate: number, depth: number) => page.take(stateEvents(recording, group, [rate, depth])!);
    at(4, 1);
    assert.deepEqual(page.values.get("table"), { product: 40, depth: 1, note: "as it is" });
    assert.deepEqual([page.shown.get("table"), page.values.get("deep")], [["depth 1"], { depth: 1 }]);
    at(1, 3);
    assert.equal(page.states.get("deep")?.error?.message, "too deep");
    assert.ok(!page.values.has("deep"));
    at(2, 2);
    assert.deepEqual(page.values, others);
    assert.equal(page.states.get("deep")?.state, "done");
    assert.equal(stateEvents(recording, group, [3, 2]), undefined);
    const moved = groups[0].states.flatMap(({ events }) => events).filter(({ t }) => t === "value");
    assert.ok(moved.every((event) => event.t === "value" && ["table", "deep"].includes(event.name)));
    const failing = group.states.filter(({ values }) => values[1] === 3).flatMap(({ events }) => events);
    assert.ok(!failing.some((event) => event.t === "value" && event.name === "deep"), "of another state");
  });

  await t.step("where it ran is said", () => {
    const { on, began, seconds } = recording;
    assert.deepEqual([on.engine, on.deno], ["none", Deno.version.deno]);
    assert.ok(on.threads >= 1 && on.processor !== "" && on.system.startsWith(Deno.build.os));
    assert.ok(seconds > 0.1 && Math.abs(Date.now() - began) < 600_000);
  });

  await t.step("progress tells cells, then states, and what is left", () => {
    const { cells, states, secondsLeft } = told.at(-1)!;
    assert.deepEqual([cells, states, secondsLeft], [{ done: 6, of: 10 }, { done: 8, of: 8 }, 0]);
    const done = told.map(({ cells, states }) => cells.done + states.done);
    assert.deepEqual(done, done.toSorted((a, b) => a - b), "it never goes back");
    assert.ok(told.some(({ cell }) => cell === "train"));
  });

  await t.step("nothing is left of it in the project but the folder of the notebook's kernels", () => {
    const home = join(project.folder, ".plateau");
    assert.deepEqual([...Deno.readDirSync(home)].map(({ name }) => name), ["notebooks"]);
    const left = [...Deno.readDirSync(join(home, "notebooks", "~small"))].map(({ name }) => name).sort();
    assert.deepEqual(left, ["run", "scripts.lock"]);
    assert.ok(!existsSync(join(home, "runs.sqlite")));
  });
});

Deno.test("inputs that are set", async (t) => {
  await using project = new Project(small);
  await t.step("have their value before anything runs that reads them, those of the page too", async () => {
    const recording = await project.record({
      set: { rate: "4", shade: "7" },
      values: { runs: 1, rate: 1 },
      states: false,
    });
    const page = new Reader(recording);
    assert.deepEqual(recording.inputs, { rate: 4, shade: 7, runs: 1, depth: 2, note: "as it is" });
    assert.deepEqual(page.values.get("table"), { product: 40, depth: 2, note: "as it is" });
    assert.equal((page.values.get("run") as { loss: Float64Array }).loss[0], 1);
    assert.ok(recording.events.some((event) => event.t === "input" && event.name === "rate" && event.chosen));
    const texts = recording.events.filter((event) => event.t === "log").map(({ text }) => text);
    assert.deepEqual(texts, ["read at rate 4"], "no cell ran on what it was not asked for");
    assert.deepEqual([recording.groups.length, recording.frozen.rate], [0, "not computed"]);
  });
  await t.step("a name or value that there is not is one line", async () => {
    const unknown = "unknown input: rat (has rate, depth, runs, note, shade)";
    await assert.rejects(project.record({ set: { rat: "1" } }), { name: "RecordFault", message: unknown });
    await assert.rejects(project.record({ set: { depth: "40" } }), (error) => {
      assert.ok(error instanceof InvalidInput);
      assert.equal(error.message, "invalid value: 40 (depth: 1 to 3)");
      return true;
    });
  });
  await t.step("a strict recording ends with the first cell that failed", async () => {
    await assert.rejects(project.record({ strict: true, states: false }), (error) => {
      assert.ok(error instanceof RecordFault);
      const line = small.split("\n").findIndex((each) => each.startsWith("const wrong")) + 1;
      assert.match(error.message, new RegExp(`^small\\.ts:${line}:\\d+  TypeError  [^\\n]+$`));
      return true;
    });
  });
});

Deno.test("states that are declared are computed though a training is below them", async () => {
  await using project = new Project(`${head}// %% rate
const rate = view(inputs.choice([1, 2], { states: [1, 2] }));
// %% train [server]
const run = await live((async function* () { yield rate; yield 10 * rate; })());
// %% below [server]
const below = run + 1;
// %% shown [browser]
display([run, below]);
`);
  const recording = await project.record(), [group] = recording.groups, page = new Reader(recording);
  assert.deepEqual([group.inputs, recording.frozen], [["rate"], {}]);
  for (const [rate, expected] of [[1, [10, 11]], [2, [20, 21]], [1, [10, 11]]] as const) {
    page.take(stateEvents(recording, group, [rate])!);
    assert.deepEqual([page.values.get("run"), page.values.get("below")], expected);
  }
});

Deno.test("a kernel that ends is told with the cell that ran", async () => {
  await using project = new Project(`${head}// %% fine [server]
const fine = 1;
// %% gone [server]
const gone = await new Promise((go) => setTimeout(() => go(Deno.exit(3)), 50));
`);
  await assert.rejects(project.record(), {
    name: "RecordFault",
    message: "the kernel ended in cell gone: exit code 3",
  });
});

Deno.test("what is interrupted or changed meanwhile is no recording", async (t) => {
  await using project = new Project(`${head}// %% data [server]
const data = Deno.readTextFileSync("data.txt");
// %% slow [server]
const slow = await new Promise((go) => setTimeout(() => go(data), 300));
// %% shown [browser]
display(slow);
`);
  Deno.writeTextFileSync(join(project.folder, "data.txt"), "1 2 3");
  await t.step("what its cells read is told", async () => {
    let reads: ReadFiles | undefined;
    const recording = await project.record({ reads: (all) => reads = all });
    assert.equal(new Reader(recording).values.get("slow"), "1 2 3");
    assert.ok(reads!.paths.includes(join(project.folder, "data.txt")), String(reads!.paths));
  });
  await t.step("a signal ends it with its reason", async () => {
    const control = new AbortController(), reason = new Error("over");
    const recording = project.record({ signal: control.signal, progress: () => control.abort(reason) });
    await assert.rejects(recording, reason);
  });
  await t.step("a file that was saved since", async () => {
    const edit = () => Deno.writeTextFileSync(project.file, `${head}// %% data [server]\nconst data = 2;\n`);
    await assert.rejects(project.record({ progress: edit }), {
      name: "RecordFault",
      message: "changed while it was recorded: small.ts (record it again)",
    });
  });
});

Deno.test("a notebook whose cells all run in the page needs no kernel, and one with errors says them", async (t) => {
  await using project = new Project(`${head}// %% a\nconst a = 1;\n// %% b\ndisplay(a);\n`);
  await t.step("no kernel", async () => {
    const recording = await project.record();
    assert.deepEqual([recording.events, recording.groups, recording.inputs], [[], [], {}]);
    assert.deepEqual(recording.notebook.cells.slice(1).map(({ name }) => name), ["a", "b"]);
  });
  await t.step("errors in its text", async () => {
    Deno.writeTextFileSync(project.file, `${head}// %% a\nconst a = 1;\n// %% b\nconst a = 2;\n`);
    const recording = await project.record(), page = new Reader(recording);
    assert.equal(page.states.get("b")?.state, "error");
    assert.ok(recording.events.some(({ t }) => t === "problems"));
  });
});
