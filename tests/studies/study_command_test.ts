import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { steps } from "../../lib/durations.ts";
import { setEngineChoice } from "../../lib/engine/engine.ts";
import { openStore } from "../../lib/store/open_store.ts";
import { addStudy } from "../../lib/studies/add_study.ts";
import { choice } from "../../lib/studies/space.ts";
import type { Study } from "../../lib/studies/study.ts";
import { studyCommand } from "../../lib/studies/study_command.ts";
import type { StudyValues } from "../../lib/studies/study_options.ts";
import { work } from "../../lib/studies/work.ts";
import { inFolder } from "../in_folder.ts";
import { small } from "../training/fixture.ts";

setEngineChoice("wasm");

const { model, data, optimizer, schedule, batch, evaluate } = small;
const study: Study = {
  name: "rates",
  spec: { model, data, optimizer, schedule, batch, evaluate },
  space: { "schedule.rate": choice([3e-3, 1e-4, 1e-2]) },
  budget: steps(40),
  sampler: { kind: "grid", levels: 2 },
};

/** What a command prints, and its exit code. */
async function typed(folder: string, line: string, values: StudyValues = {}, ask: boolean | null = null) {
  const out: string[] = [], err: string[] = [];
  const code = await studyCommand(line === "" ? [] : line.split(" "), values, {
    store: `${folder}/runs.sqlite`,
    folder,
    here: (path) => `${folder}/${path}`,
    engine: () => Promise.resolve({ name: "wasm" }),
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    ask: ask === null ? null : () => ask,
  });
  return { code, out: out.join("\n"), err: err.join("\n") };
}

async function withStudies(act: (folder: string) => Promise<void>) {
  await inFolder(async (folder) => {
    const store = await openStore(`${folder}/runs.sqlite`);
    await addStudy(store, study, folder);
    await work({ store, folder });
    await addStudy(store, { ...study, name: "wild one", space: { "schedule.rate": choice([1e30]) } }, folder);
    await store.close();
    await act(folder);
  });
}

Deno.test("studies are listed, shown best first, and say what their trials tell", () =>
  withStudies(async (folder) => {
    const list = await typed(folder, "");
    assert.equal(list.code, 0);
    assert.match(list.out, /^study +trials +state +updates +of +metric\nwild one +1 +1 waiting +0 +40 /);
    assert.match(list.out, /\nrates +3 +3 done +120 +120 +validation.loss$/);
    const { out } = await typed(folder, "show rates"), rows = out.split("\n").slice(3);
    assert.match(
      out,
      /^rates: 3 trials by validation.loss, less is better \(3 done\)\n\ntrial +schedule.rate/,
    );
    const values = rows.map((row) => Number(row.split(/ +/).filter(Boolean)[4]));
    assert.deepEqual(values, values.toSorted((a, b) => a - b));
    const { study: row, trials } = JSON.parse((await typed(folder, "show rates", { json: true })).out);
    assert.deepEqual([row.name, row.counts.done, trials.length, trials[0].step], ["rates", 3, 3, 40]);
    for (const name of ["best-steps", "border", "compute-bound", "variance", "retrospective"]) {
      const { code, out } = await typed(folder, `${name} rates`);
      assert.equal(code, 0);
      assert.match(out, /^[A-Z][^\n]+\.(\n→ [A-Z][^\n]+\.)?$/, name);
    }
    const { findings } = JSON.parse((await typed(folder, "retrospective rates", { json: true })).out);
    assert.match(findings[0].text, /^The best validation.loss/);
    const rounds = await typed(folder, "rounds rates", { production: "400", rounds: "3" });
    assert.match(rounds.out, /^round 1: .* trials of 40 steps\nround 2: .*126 steps.*\nround 3: .*400 steps/);
  }));

Deno.test("a study is paused, let wait again and removed with its states, and its runs stay", () =>
  withStudies(async (folder) => {
    const paused = await typed(folder, "pause rates");
    assert.deepEqual([paused.code, paused.err], [0, "paused: rates (plateau study resume rates goes on)"]);
    assert.match((await typed(folder, "list")).out, /^rates .*paused: 3 done/m);
    assert.equal((await typed(folder, "retry rates")).err, "no trial of rates has failed");
    const states = () => [...Deno.readDirSync(`${folder}/studies`)].length;
    assert.equal(states(), 1);
    await assert.rejects(
      typed(folder, "remove rates"),
      /^WrongStudy: nobody to ask: rates \(--yes removes it\)$/,
    );
    assert.equal((await typed(folder, "remove rates", {}, false)).code, 0);
    assert.equal((await typed(folder, "show rates")).code, 0);
    assert.deepEqual(await typed(folder, "remove rates", {}, true), {
      code: 0,
      out: "",
      err: "removed: rates",
    });
    assert.equal(states(), 0);
    assert.equal((await typed(folder, "show rates")).code, 1);
    const store = await openStore(`${folder}/runs.sqlite`);
    assert.equal((await store.runs()).length, 3);
    await store.close();
  }));

Deno.test("nothing that a study is called reaches the terminal as more than text", () =>
  inFolder(async (folder) => {
    const name = "a\x1b[2J\x07\r\nb\u202e\x9b31m", store = await openStore(`${folder}/runs.sqlite`);
    await addStudy(store, { ...study, name }, folder);
    const claim = (await store.studies.claim(name))!;
    await store.studies.finish(claim, { state: "failed", because: name, step: 1, best: null });
    await store.close();
    const commands = ["list", "show", "best-steps", "retry", "pause", "retry", "remove"];
    for (const command of commands) {
      const said: string[] = [], say = (text: string) => said.push(...text.split("\n"));
      await studyCommand(command === "list" ? [command] : [command, name], { yes: true }, {
        ...{ store: `${folder}/runs.sqlite`, folder, engine: () => Promise.resolve({ name: "wasm" }) },
        ...{ out: say, err: (line) => said.push(line) },
      });
      for (const line of said) assert.doesNotMatch(line, /[\p{Cc}\u202e]/u, command);
    }
  }));

Deno.test("what is not there is told in one line, and nothing is made", () =>
  withStudies(async (folder) => {
    assert.equal((await typed(folder, "show ratez")).err, "unknown study: ratez (did you mean rates?)");
    assert.equal((await typed(folder, "resume other")).err, "unknown study: other (has wild one, rates)");
    const empty = `${folder}/empty`;
    assert.deepEqual(await typed(empty, ""), { code: 0, out: "no studies", err: "" });
    const { code, err } = await typed(empty, "border rates");
    assert.deepEqual([code, err], [1, "unknown study: rates (none is recorded here)"]);
    assert.equal(existsSync(empty), false);
    Deno.writeTextFileSync(
      `${folder}/broken.sqlite`,
      "not a database, and longer than a page header has to be",
    );
    const damaged = await studyCommand(["list"], {}, {
      store: `${folder}/broken.sqlite`,
      folder,
      engine: () => Promise.reject(new Error("not asked")),
      err: (line) => assert.match(line, /^damaged store: \S+ \(file is not a database\): move it away/),
    });
    assert.equal(damaged, 1);
  }));

const FILES: readonly (readonly [text: string, told: RegExp])[] = [
  [
    "",
    /^no study: \S+ \(its default export is nothing: export default \{ name, spec, space, budget, … \}\)$/,
  ],
  ["export default 3;", /its default export is a number/],
  ["export default [];", /its default export is a list/],
  ["throw new Error('no data today');", /^no study: \S+ \(no data today\)$/],
  ["throw null;", /^no study: \S+ \(null\)$/],
  ["export default { name: 'a', get spec() { throw 'half done'; } };", /^half done$/],
  ["export default { name: 'a' };", /^missing field of study: spec \(needs name, spec, space and budget\)$/],
  [
    "export default { name: 'a', spec: {}, space: { x: { kind: 'float', min: 2, max: 1, log: false } }, budget: { unit: 'steps', count: 5 }, trials: 2 };",
    /^x: invalid parameter: min 2 above max 1$/,
  ],
];

Deno.test("a file without a sound study is told in one line, exit code 1, before anything trains", () =>
  inFolder(async (folder) => {
    assert.match((await typed(folder, "run nowhere.ts")).err, /^no study: \S+ \(there is no such file\)$/);
    for (const [i, [text, told]] of FILES.entries()) {
      Deno.writeTextFileSync(`${folder}/${i}.ts`, text);
      const { code, err } = await typed(folder, `run ${i}.ts`);
      assert.match(err, told);
      assert.equal(code, 1);
    }
    assert.equal(existsSync(`${folder}/runs.sqlite`), false);
  }));

Deno.test("what is typed wrongly is refused with what there is", async () => {
  const wrong: [string, RegExp, StudyValues?][] = [
    ["shwo", /^WrongStudy: unknown command: study shwo \(has list, run, resume, initial-steps, show, /],
    ["run", /^WrongStudy: missing argument: plateau study run <file>$/],
    ["show", /^WrongStudy: missing argument: plateau study show <study>$/],
    ["list more", /^WrongStudy: unexpected argument: more$/],
  ];
  for (const [line, told] of wrong) await assert.rejects(typed("/nowhere", line), told);
  await withStudies(async (folder) => {
    await assert.rejects(typed(folder, "rounds rates"), /^WrongStudy: missing option: --production/);
    const few = typed(folder, "resume rates", { workers: "0" });
    await assert.rejects(few, /^WrongStudy: invalid workers: 0 \(a whole number, at least 1\)$/);
  });
});
