import assert from "node:assert/strict";
import { Misuse } from "../../../lib/command_line.ts";
import { choice, type Input, range, text } from "../../../lib/notebook/inputs.ts";
import { readReport } from "../../../lib/report/read_report.ts";
import { exportCommand } from "../../../server/report/export_command.ts";
import { exportCommandLine } from "../../../server/report/export_command_line.ts";
import { exportProgressText } from "../../../server/report/export_progress.ts";
import { type Project, projectWith, STUDY } from "../../server/report/project.ts";

const bundled = { sanitizeOps: false, sanitizeResources: false }; // the bundler's process goes on

/** Runs the command in a project; what it said and what it gave. */
async function exported(
  { project, file }: Project,
  options: Partial<Parameters<typeof exportCommand>[0]> = {},
) {
  const out: string[] = [], err: string[] = [];
  const code = await exportCommand({
    file,
    project,
    engine: "cpu",
    output: `${project}/study.html`,
    out: (line) => out.push(line),
    err: (text) => err.push(text),
    terminal: false,
    ...options,
  });
  return { code, out, err };
}

Deno.test({
  name: "export writes one file, and says its parts and how to check it",
  ...bundled,
  async fn(t) {
    const study = await projectWith(STUDY), path = `${study.project}/study.html`;
    try {
      await Deno.writeTextFile(path, "old");
      await t.step("a run that cannot begin leaves the old file", async () => {
        await assert.rejects(exported(study, { set: { shfit: "3" } }), /^RecordFault: unknown input: shfit/);
        assert.equal(await Deno.readTextFile(path), "old");
      });
      await t.step("an interrupt ends it, and leaves the old file", async () => {
        const { code } = await exported(study, { onInterrupt: (listener) => (listener(), () => {}) });
        assert.equal(code, 130);
        assert.equal(await Deno.readTextFile(path), "old");
      });
      await t.step("with values for inputs", async () => {
        const { code, out } = await exported(study, { set: { shift: "5", base: "20" }, json: true });
        assert.equal(code, 0);
        const said = JSON.parse(out.join("\n"));
        assert.deepEqual(Object.keys(said.parts), ["page", "recording", "client", "sources"]);
        assert.equal(said.written[0].bytes, (await Deno.stat(path)).size);
        assert.deepEqual([said.failed, said.fickle, said.goal], [[], [], 700_000]);
        const html = await Deno.readTextFile(path), { manifest, recording } = await readReport(html);
        assert.equal(
          manifest.command,
          "deno task plateau export notebooks/study.ts -o study.html --set shift=5 --set base=20",
        );
        assert.match(html, /<p>The sum is <strong>26<\/strong>\.<\/p>/);
        assert.equal(recording.inputs.base, 20);
      });
      await t.step("without a word as it stands, in lines for people", async () => {
        const { out, err } = await exported(study);
        assert.match(out[0], /study\.html {2}\d+ kB, goal 700 kB$/);
        assert.match(out[1], /^page \d+ kB, recording \d+ kB, client \d+ kB, sources \d+ (kB|bytes)$/);
        assert.match(out[2], /^to check it: deno task plateau verify .*study\.html$/);
        assert.match(err.join(""), /^export {2}\d of \d cells/);
        assert.match(await Deno.readTextFile(path), /The sum is <strong>13</);
      });
      await t.step("no half of a file is left", () => {
        const names = [...Deno.readDirSync(study.project)].map(({ name }) => name).sort();
        assert.deepEqual(names, [".plateau", "notebooks", "study.html"]);
      });
    } finally {
      await study.end();
    }
  },
});

Deno.test({
  name: "export to Markdown and to Jupyter writes what the cells show",
  ...bundled,
  async fn() {
    const study = await projectWith(STUDY);
    try {
      const md = await exported(study, { output: `${study.project}/out/study.md` });
      assert.equal(md.out.length, 1, "there is nothing to check");
      assert.match(await Deno.readTextFile(`${study.project}/out/study.md`), /The sum is \*\*13\*\*\./);
      await exported(study, { output: `${study.project}/study.txt`, to: "ipynb" });
      const { nbformat, cells } = JSON.parse(await Deno.readTextFile(`${study.project}/study.txt`));
      assert.equal(nbformat, 4);
      assert.equal(cells.length, 6);
    } finally {
      await study.end();
    }
  },
});

Deno.test("a kind of file that there is not is told before anything runs", async () => {
  const study = { project: "/nowhere", file: "/nowhere/study.ts", end: () => Promise.resolve() };
  const cases = [
    [{ output: "study.doc" }, /^unknown kind of file: study\.doc \(\.html, \.md or \.ipynb; or say --to\)$/],
    [{ output: "study.pdf" }, /study\.pdf \(a PDF is printed beside the report: --pdf study\.pdf\)$/],
    [{ output: "study.html", to: "md" }, /^invalid --to: md \(-o says html: study\.html\)$/],
    [{ output: "study.html", to: "word" }, /^invalid --to: word \(html, md, ipynb\)$/],
  ] as const;
  for (const [options, message] of cases) {
    await assert.rejects(exported(study, options), (error: Error) => {
      assert.ok(error instanceof Misuse);
      assert.match(error.message, message);
      return true;
    });
  }
});

Deno.test({
  name: "a report of a notebook that fails is written, every cell that failed is named, and the code is 1",
  ...bundled,
  async fn() {
    const study = await projectWith(`${STUDY}
// %% data
const rows = Deno.readTextFileSync("none.csv").length;

// %% after
display(rows);

// %% broken
display(sums[99].toFixed(shift));

// %% dice
const thrown = Math.random() * performance.now();

// %% counted [server]
const counted = rows + 1;
`);
    try {
      const { code, err } = await exported(study, { output: `${study.project}/failing.html` });
      assert.equal(code, 1);
      const told = err.filter((line) => /^(failed|may differ)/.test(line)).map((line) => line.trim());
      assert.match(told[0], /^failed: cell data at line 22: NotFound: No such file or directory/);
      assert.match(
        told[1],
        /^failed: cell broken at line \d+: TypeError: Cannot read properties of undefined/,
      );
      assert.match(told[2], /^may differ: cell dice at line 31: Math\.random\(\) differs each time/);
      assert.match(told[3], /^may differ: cell dice at line 31: performance\.now\(\) .*clocked\(…\)/);
      assert.equal(told.length, 4, told.join("\n"));
      const html = await Deno.readTextFile(`${study.project}/failing.html`);
      assert.match(html, /<dt>Failed<\/dt>\s*<dd><div>cell data at line 22: NotFound/);
      assert.match(html, /deno task plateau verify failing\.html/);
      assert.match((await readReport(html)).manifest.command, / -o failing\.html/);
      const strict = `${study.project}/strict.html`;
      await assert.rejects(exported(study, { output: strict, strict: true }), /NotFound/);
      await assert.rejects(Deno.stat(strict), Deno.errors.NotFound);
    } finally {
      await study.end();
    }
  },
});

Deno.test({
  name: "a file without cells is no notebook",
  ...bundled,
  async fn() {
    const study = await projectWith(`export { display } from "plateau";\n`);
    try {
      await assert.rejects(exported(study), {
        name: "RecordFault",
        message: "not a notebook: notebooks/study.ts (it has no cells; one begins with // %%)",
      });
    } finally {
      await study.end();
    }
  },
});

Deno.test("the line that makes a report again is one for a shell", () => {
  const pairs = choice([{ a: 1 }, { b: 2 }], { labels: ["first", "the second"] });
  const inputs = new Map<string, Input>(Object.entries({
    ...{ pairs, mode: choice(["a", "b"]), rate: range([0, 1]), note: text(), same: choice([1, "1"]) },
  }));
  const study = "deno task plateau export notebooks/study.ts -o study.html --engine wasm";
  const cases: readonly [options: Omit<Parameters<typeof exportCommandLine>[0], "engine">, line: string][] = [
    [{}, study],
    [
      { values: { mode: "a", rate: 0.1 }, set: { mode: "it's b" } },
      `${study} --set 'mode=it'\\''s b' --set rate=0.1`,
    ],
    [{ values: { pairs: { b: 2 } } }, `${study} --set 'pairs=the second'`],
    [{ values: { note: "two\nlines" } }, `${study} --set $'note=two\\nlines'`],
    [
      { read: ["/data/my logs", "/b"], strict: true },
      `${study} --allow-read '/data/my logs' --allow-read /b --strict`,
    ],
    [
      { values: { rate: 0.1, same: "1", note: "a\0b" } },
      `${study} --set rate=0.1 # no word says what was chosen for same, note`,
    ],
  ];
  for (const [options, line] of cases) {
    assert.equal(exportCommandLine({ engine: "wasm", ...options }, "notebooks/study.ts", inputs), line);
  }
  assert.equal(
    exportCommandLine({ engine: "cpu" }, "notebooks/-my study.ts"),
    "deno task plateau export 'notebooks/-my study.ts' -o './-my study.html' --engine cpu",
  );
  assert.equal(
    exportCommandLine({ name: "my report.html" }, "notebooks/study.ts"),
    "deno task plateau export notebooks/study.ts -o 'my report.html'",
  );
});

Deno.test("an export says where it stands", () => {
  const record = {
    cells: { done: 3, of: 7 },
    states: { done: 0, of: 0 },
    cell: "run",
    text: "",
    secondsLeft: null,
  };
  const cases = [
    [record, "3 of 7 cells, run"],
    [{ ...record, text: "step 20 of 30" }, "3 of 7 cells, run: step 20 of 30"],
    [
      { ...record, cell: "", states: { done: 4, of: 12 }, secondsLeft: 9 },
      "3 of 7 cells, 4 of 12 states, 0:09 left",
    ],
  ] as const;
  for (const [record, text] of cases) assert.equal(exportProgressText({ stage: "record", record }), text);
  assert.equal(exportProgressText({ stage: "pack" }), "packing");
});
