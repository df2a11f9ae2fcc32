import assert from "node:assert/strict";
import { join } from "node:path";
import { runNotebook, type RunOptions } from "../../lib/notebook/run.ts";
import { progressLine, ProgressWriter } from "../../lib/notebook/run_progress.ts";

const lib = new URL("../../lib/", import.meta.url).href;
async function run(text: string, options: Partial<RunOptions> = {}) {
  const project = Deno.makeTempDirSync({ prefix: "plateau-run-" });
  Deno.writeTextFileSync(
    join(project, "deno.json"),
    JSON.stringify({ imports: { plateau: `${lib}mod.ts` } }),
  );
  const file = join(project, "notebook.ts");
  Deno.writeTextFileSync(file, text);
  let [out, err] = ["", ""];
  try {
    const code = await runNotebook({
      file,
      project,
      engine: "wasm",
      out: (words) => out += words,
      err: (words) => err += words,
      terminal: false,
      columns: 60,
      ...options,
    });
    return { code, out, err };
  } finally {
    Deno.removeSync(project, { recursive: true });
  }
}

const story = `import { display, inputs, live, md, view } from "plateau";
// %% patience
const patience = view(inputs.range([1, 30], { value: 5 }));
// %% stream
async function* ticks(n: number) {
  for (let i = 1; i <= n; i++) yield { at: { step: 100 * i }, plan: { lastStep: 100 * n }, pace: 50, outcome: i < n ? null : {}, loss: Float64Array.of(i, NaN) };
}
// %% train
const run = await live(ticks(patience));
// %% table [browser]
display({ type: "table", columns: [{ label: "policy" }, { label: "step", align: "right" }], rows: [[{ text: "patience" }, { text: String(run.at.step) }]] });
display(md\`Stopped at **\${run.at.step}**.\`);
// %% chart [browser]
display({ type: "chart", title: "Loss", alt: "a fall", options: () => ({}), text: (columns: number) => "chart " + columns });
console.log("said");
`;

Deno.test("a notebook runs as a script: what it shows as text in order, progress beside it", async () => {
  const { code, out, err } = await run(story);
  assert.equal(out, "policy    step\n────────  ────\npatience   500\n\nStopped at 500.\n\nchart 60\nsaid\n");
  assert.match(err, /^run {2}step 100 of 500, 0:08 left\nrun {2}ended at step 500\n$/);
  assert.equal(code, 0);
});

Deno.test("--set gives inputs their values; --json says everything as one object", async () => {
  const { code, out } = await run(story, { json: true, set: { patience: "2" } });
  const report = JSON.parse(out);
  assert.equal(code, 0);
  assert.deepEqual(report.inputs, { patience: 2 });
  assert.deepEqual(report.cells.map((cell: { name: string }) => cell.name), [
    "setup",
    "patience",
    "stream",
    "train",
    "table",
    "chart",
  ]);
  assert.deepEqual(report.cells[4].shown[1], "Stopped at 200.");
  assert.deepEqual(report.cells[5].shown, [{
    type: "chart",
    title: "Loss",
    alt: "a fall",
    text: "chart 60",
  }]);
  assert.deepEqual(report.values.run.loss, [2, "NaN"]);
  assert.equal(report.values.ticks, undefined);
  assert.ok(report.cells.every((cell: { seconds: number }) => cell.seconds >= 0));
});

const misused: [string, Record<string, string>, string][] = [
  ["an unknown input", { patince: "3" }, "unknown input: patince (has patience)\n"],
  ["a value outside", { patience: "40" }, "invalid value: 40 (patience: 1 to 30)\n"],
  ["a word for a number", { patience: "many" }, "invalid value: many (patience: 1 to 30)\n"],
];
for (const [name, set, message] of misused) {
  Deno.test(`${name} is one line and exit code 2`, async () => {
    const { code, out, err } = await run(story, { set });
    assert.deepEqual([code, out, err], [2, "", message]);
  });
}

Deno.test("a missing file is one line and exit code 2", async () => {
  const { code, err } = await run(story, { file: "/nowhere/notebook.ts" });
  assert.equal(code, 2);
  assert.match(err, /^missing file: \/nowhere\/notebook\.ts\n$/);
});

Deno.test("an error is one line with its place; what does not depend on it still runs", async () => {
  const { code, out, err } = await run(`import { display } from "plateau";
// %% bad
const bad = (null as unknown as { x: number }).x;
// %% below
const below = bad + 1;
display(below);
// %% fine
display("still here");
`);
  assert.equal(code, 1);
  assert.equal(out, "still here\n");
  assert.match(err, /^notebook\.ts:3:\d+ {2}TypeError {2}Cannot read properties of null \(reading 'x'\)\n$/);
});

Deno.test("a notebook with errors does not run", async () => {
  const { code, out, err } = await run("// %% a\nconst a = 1;\nconsole.log(a);\n// %% b\nconst a = 2;\n");
  assert.equal(code, 1);
  assert.equal(out, "");
  assert.match(err, /^notebook\.ts:\d+:\d+ {2}error duplicate-name {2}/);
});

Deno.test("a kernel that ends is one line", async () => {
  const { code, err } = await run("// %% a\nDeno.exit(4);\n");
  assert.deepEqual([code, err], [1, "notebook.ts:1  the kernel ended in cell a: exit code 4\n"]);
});

/** Runs a notebook and interrupts it so many times once it has said these words. */
async function interrupted(text: string, words: RegExp, times = 1) {
  let interrupt = () => {}, left = times, out = "", err = "";
  const heard = (said: string) => {
    for (; left > 0 && words.test(said); left--) setTimeout(() => interrupt());
  };
  const { code } = await run(text, {
    onInterrupt: (listener) => (interrupt = listener, () => {}),
    terminal: true,
    out: (words) => heard(out += words),
    err: (words) => heard(err += words),
  });
  return { code, out, err };
}

const endless = (abort: string) =>
  `import { display, live } from "plateau";
// %% source [server]
function training() {
  let stop = false;
  async function* steps() {
    for (let step = 0; !stop; step++) { await new Promise((r) => setTimeout(r, 5)); yield { step, outcome: "none" }; }
    yield { step: -1, outcome: "aborted" };
  }
  return Object.assign(steps(), { ${abort} });
}
// %% train [server]
const run = await live(training());
// %% show [server]
display(run.outcome);
`;
for (
  const [name, abort, shown] of [["a training", "abort: () => { stop = true; }", "aborted"], [
    "a plain stream",
    "",
    "none",
  ]]
) {
  Deno.test(`an interrupt ends ${name} and goes on with what was recorded`, async () => {
    const { code, out, err } = await interrupted(endless(abort), /run/);
    assert.deepEqual([code, out], [0, `${shown}\n`], err);
  });
}

Deno.test("a second interrupt ends it with 130", async () => {
  const text = `// %% a [server]\nDeno.pid;\nconsole.log("begun");\nwhile (true);\n`;
  const { code } = await interrupted(text, /begun/, 2);
  assert.equal(code, 130);
});

Deno.test("an interrupt ends the work of the cell that runs, and of no cell below", async () => {
  let interrupt = () => {}, said = "";
  const { code, err } = await run(
    `import { signal } from "plateau";
// %% first
const first = await new Promise<string>((done) => {
  signal.addEventListener("abort", () => done("ended"));
  console.log("ready");
});
// %% second
console.log(first, signal.aborted);
`,
    {
      onInterrupt: (listener) => {
        interrupt = listener;
        return () => {};
      },
      out: (words) => {
        said += words;
        if (words === "ready\n") interrupt();
      },
    },
  );
  assert.deepEqual([code, said], [0, "ready\nended false\n"], err);
});

Deno.test("errors that no cell waits for fail the run, at their place", async () => {
  const { code, out, err } = await run(`// %% a [server]
Deno.pid;
setTimeout(() => { throw new Error("in a timer"); }, 0);
Promise.reject(new TypeError("nobody looked"));
await new Promise((done) => setTimeout(done, 50));
// %% b
console.log("still here");
`);
  assert.deepEqual([code, out], [1, "still here\n"]);
  assert.deepEqual(err.trim().split("\n").sort(), [
    "notebook.ts:3:26  Error  in a timer",
    "notebook.ts:4:16  TypeError  nobody looked",
  ]);
});

Deno.test("nothing waits for an answer", async () => {
  const { code, out, err } = await run(`import { createInterface } from "node:readline/promises";
import process from "node:process";
// %% a [server]
console.log(prompt("name?"), confirm("sure?"), Deno.stdin.readSync(new Uint8Array(1)));
// %% b [server]
const b = await createInterface({ input: process.stdin }).question("name?");
console.log(b);
// %% c
console.log("still here");
`);
  assert.deepEqual([code, out], [1, "null false null\nstill here\n"]);
  assert.match(err, /^notebook\.ts:6:\d+ {2}Error {2}nobody to ask: a notebook has no terminal/);
});

Deno.test("who reads the output may go: the run ends without a word", async () => {
  let written = 0;
  const { code, err } = await run(`// %% a\nfor (let i = 0; i < 1000; i++) console.log(i);\n`, {
    out: () => {
      if (++written === 3) throw new Deno.errors.BrokenPipe("Broken pipe (os error 32)");
    },
  });
  assert.deepEqual([code, err, written], [141, "", 3]);
});

const lines: [Parameters<typeof progressLine>[0], string][] = [
  [
    { name: "train", count: 24, text: "step 1,200 of 3,000, 0:04 left" },
    "train  step 1,200 of 3,000, 0:04 left",
  ],
  [{ name: "rows", count: 1, text: "" }, "rows  1 value"],
  [{ name: "rows", count: 1500, text: "" }, "rows  1,500 values"],
];
for (const [progress, line] of lines) {
  Deno.test(`progress reads: ${line}`, () => assert.equal(progressLine(progress), line));
}

Deno.test("a cell that says nothing is said to run, and a line is cut where the terminal ends", async () => {
  let text = "";
  const said = Promise.withResolvers<void>();
  const writer = new ProgressWriter(
    (words) => {
      text += words;
      said.resolve();
    },
    true,
    24,
  );
  writer.begin("a cell of some length");
  await said.promise;
  writer.end();
  assert.equal(text, "\r\x1b[Ka cell of some length  \r\x1b[K");
});

Deno.test("on a terminal progress rewrites one line and leaves none", () => {
  let text = "";
  const writer = new ProgressWriter((words) => text += words, true);
  writer.update({ name: "a", count: 1, text: "" }, false);
  writer.update({ name: "a", count: 2, text: "" }, true);
  writer.clear();
  assert.equal(text, "\r\x1b[Ka  1 value\r\x1b[Ka  2 values\r\x1b[K");
});
