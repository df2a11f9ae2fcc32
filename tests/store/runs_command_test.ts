/** `plateau runs`, on a store with a few runs. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { parquetReadObjects } from "hyparquet";
import type { LoggedRun } from "../../lib/curves/logged.ts";
import { runsCommand } from "../../lib/store/runs_command.ts";
import { RUNS_OPTIONS, runsArguments, WrongRuns } from "../../lib/store/runs_options.ts";
import { openStore } from "../../lib/store/open_store.ts";
import { takeIn } from "../../lib/store/take_in.ts";
import { inFolder } from "../in_folder.ts";
import { inStore, newRun, points } from "./fixture.ts";

interface Said {
  code: number;
  out: string;
  bytes: Uint8Array<ArrayBuffer>;
  err: string;
}
type Plateau = (words: string, answer?: boolean | null) => Promise<Said>;

/** A store with three runs, and `plateau runs` on it. */
const withRuns = (act: (plateau: Plateau, ids: string[], folder: string) => Promise<void>) =>
  inFolder(async (folder) => {
    const path = join(folder, "runs.sqlite"), store = await openStore(path), ids: string[] = [];
    for (const [i, lr] of [0.1, 0.01, 0.001].entries()) {
      const writer = await store.begin(
        newRun({ key: `${i}`, name: `run ${i}`, config: { lr, optimizer: "adam" } }),
      );
      await writer.append({
        "validation.loss": points([1, 2, 3], [3, 1 + i, NaN]),
        "a,b": points([4], [Infinity]),
      });
      await writer.end("stopped", "reached 4 steps", null);
      ids.push(writer.id);
    }
    await store.close();
    await act(
      async (words, answer = null) => {
        const args = runsArguments(
          [...words.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain),
        );
        const { positionals, values } = parseArgs({ args, options: RUNS_OPTIONS, allowPositionals: true });
        const parts: Uint8Array[] = [];
        let err = "";
        const code = await runsCommand(positionals, values, {
          store: path,
          here: (file) => join(folder, file),
          out: (part) => parts.push(part),
          err: (line) => err += `${line}\n`,
          ask: answer === null ? null : () => answer,
        });
        const bytes = new Uint8Array(await new Blob(parts as Uint8Array<ArrayBuffer>[]).arrayBuffer());
        return { code, bytes, out: new TextDecoder().decode(bytes), err };
      },
      ids,
      folder,
    );
  });

Deno.test("runs are listed newest first, and filtered by words", () =>
  withRuns(async (plateau, [first, , last]) => {
    const { code, out } = await plateau("");
    const lines = out.trimEnd().split("\n");
    assert.equal(code, 0);
    assert.match(lines[0], /^id +name +state +step +best +metric +rule +tags +begun$/);
    assert.match(
      lines[1],
      new RegExp(`^${last}  run 2  stopped +4 +3  validation\\.loss  300 steps +\\d{4}-`),
    );
    assert.equal(lines.length, 4);
    assert.equal((await plateau("list lr>=0.1")).out.split("\n")[1].slice(0, 6), first);
    assert.deepEqual(
      JSON.parse((await plateau("--json adam 'run 1'")).out).runs.map(({ name }: { name: string }) => name),
      [
        "run 1",
      ],
    );
    assert.equal((await plateau("nothing")).out, "no runs\n");
    const { code: wrong, err } = await plateau("lrr=1");
    assert.deepEqual([wrong, err], [2, "unknown key: lrr (has step, best, seed, lr, optimizer)\n"]);
  }));

Deno.test("where nothing is recorded, nothing is made by looking", () =>
  inFolder(async (folder) => {
    const store = join(folder, ".plateau", "runs.sqlite"), said: string[] = [];
    const around = {
      store,
      out: (part: Uint8Array) => said.push(new TextDecoder().decode(part)),
      err: (line: string) => said.push(line),
    };
    assert.equal(await runsCommand([], {}, around), 0);
    assert.equal(await runsCommand(["adam"], { json: true }, around), 0);
    assert.equal(await runsCommand(["show", "3f"], {}, around), 1);
    assert.deepEqual(said, ["no runs\n", '{"runs":[]}\n', "unknown run: 3f (none is recorded here)"]);
    assert.deepEqual([...Deno.readDirSync(folder)], []);
  }));

Deno.test("a run is shown by its id, its first letters or its name", () =>
  withRuns(async (plateau, [id]) => {
    for (const word of [id, id.slice(0, 5), "'run 0'"]) {
      const { out, code } = await plateau(`show ${word}`);
      assert.equal(code, 0);
      assert.match(out, new RegExp(`^id +${id}$`, "m"));
      assert.match(out, /^state +stopped \(reached 4 steps\)$/m);
      assert.match(out, /^best +validation\.loss 1 at 2$/m);
      assert.match(out, /^lr +0\.1$/m);
    }
    assert.equal(JSON.parse((await plateau(`show ${id} --json`)).out).config.lr, 0.1);
    assert.deepEqual(await plateau("show zzzzzzz").then(({ code, err }) => [code, err]), [
      1,
      "unknown run: zzzzzzz\n",
    ]);
    await assert.rejects(plateau("show"), {
      name: "WrongRuns",
      message: "missing run: 1 needed, by id or name",
    });
    await assert.rejects(plateau(`show ${id} b`), WrongRuns);
  }));

Deno.test("runs are compared by what differs, their ends and their best", () =>
  withRuns(async (plateau, [first, second]) => {
    const { out } = await plateau("compare 'run 0' 'run 1'");
    const lines = out.split("\n").map((line) => line.trim().split(/ {2,}/));
    assert.deepEqual(lines.slice(0, 1), [[first, second]]);
    for (
      const line of [["name", "run 0", "run 1"], ["best", "1", "2"], ["final", "NaN", "NaN"], [
        "lr",
        "0.1",
        "0.01",
      ]]
    ) {
      assert.ok(lines.some((each) => each.join() === line.join()), `${line} in ${out}`);
    }
    assert.match(out, /the same in all: optimizer/);
    const { runs, differing } = JSON.parse((await plateau("compare 'run 0' 'run 1' --json")).out);
    assert.deepEqual(differing, [{ key: "lr", values: [0.1, 0.01] }]);
    assert.deepEqual(runs.map(({ final }: { final: unknown }) => final), ["NaN", "NaN"]);
    await assert.rejects(plateau("compare 'run 0'"), WrongRuns);
  }));

Deno.test("tags are added and taken away", () =>
  withRuns(async (plateau, [id]) => {
    await plateau(`tag ${id} +good +paper`);
    assert.equal((await plateau(`tag ${id} -good +new`)).out, `${id}  paper new\n`);
    assert.match((await plateau("tag:paper")).out, new RegExp(id));
    for (const words of [`tag ${id} good`, `tag ${id}`]) await assert.rejects(plateau(words), WrongRuns);
  }));

Deno.test("runs are deleted once someone has said so", () =>
  withRuns(async (plateau, [first, second, third]) => {
    await assert.rejects(plateau(`delete ${first}`), {
      name: "WrongRuns",
      message: `nobody to ask: delete ${first} run 0? (say --yes)`,
    });
    assert.equal((await plateau(`delete ${first}`, false)).code, 1);
    assert.equal((await plateau("")).out.trimEnd().split("\n").length, 4);
    assert.equal((await plateau(`delete ${first}`, true)).err, `deleted ${first} run 0\n`);
    await plateau(`delete ${second} ${third} --yes`);
    assert.equal((await plateau("")).out, "no runs\n");
  }));

const LONG = [
  ["validation.loss", 1, 1 / 35, 32, 0.1, 3],
  ["validation.loss", 2, 2 / 35, 64, 0.2, 1],
  ["validation.loss", 3, 3 / 35, 96, 3 * 0.1, NaN],
  ["a,b", 4, 4 / 35, 128, 0.4, Infinity],
];

Deno.test("curves are exported as CSV, Parquet and JSON, which say the same", () =>
  withRuns(async (plateau, [id], folder) => {
    const csv = (await plateau(`export ${id} --csv`)).out;
    assert.deepEqual(csv.split("\n"), [
      "run,metric,step,epoch,examples,seconds,value",
      ...LONG.map(([tag, ...numbers]) => `${id},${tag === "a,b" ? '"a,b"' : tag},${numbers.join()}`),
      "",
    ]);
    assert.equal((await plateau(`export ${id} --csv --out curves.csv`)).out, "");
    assert.equal(Deno.readTextFileSync(join(folder, "curves.csv")), csv);

    const { bytes } = await plateau(`export ${id} --parquet`);
    assert.deepEqual(
      (await parquetReadObjects({ file: bytes.buffer })).map((each) => Object.values(each)),
      LONG.map((each) => [id, ...each]),
    );
    const { runs: [run] } = JSON.parse((await plateau(`export ${id} --json`)).out);
    assert.equal(run.name, "run 0");
    assert.deepEqual(run.series["validation.loss"].value, [3, 1, "NaN"]);
    for (const words of [`export ${id}`, `export ${id} --csv --json`]) {
      await assert.rejects(plateau(words), WrongRuns);
    }
  }));

Deno.test("logs are imported, and once more take their own place", () =>
  withRuns(async (plateau, _, folder) => {
    Deno.writeTextFileSync(join(folder, "log.csv"), "step,loss,val_loss\n1,0.9,1.0\n2,0.5,0.7\n");
    const took = "took in 1 run, 1 run with warnings: plateau runs show RUN says them\n"; // which column was taken for what
    for (let i = 0; i < 2; i++) assert.equal((await plateau("import log.csv")).err, took);
    const { runs } = JSON.parse((await plateau("list source:csv --json")).out);
    assert.equal(runs.length, 1);
    assert.deepEqual([runs[0].state, runs[0].best.value], ["stopped", 0.7]);
    assert.match((await plateau("import nowhere")).err, /^missing file: .*nowhere\n$/);
    await assert.rejects(plateau("import"), WrongRuns);
  }));

const logged = (name: string, said: Partial<LoggedRun> = {}): LoggedRun => ({
  name,
  source: { format: "keras", path: `${name}.csv` },
  series: { val_loss: { step: new Float64Array([1, 2]), value: new Float64Array([2, 1]) } },
  config: { optimizer: { lr: 0.1 }, random_seed: 7 },
  counting: { unit: "epochs", fromZero: true },
  batches: {},
  warnings: [{ file: "a", offset: 1, message: "damaged record skipped" }],
  ...said,
});

Deno.test("a logged run is taken in whole, and keeps id and tags when it is taken in again", () =>
  inStore(async (store) => {
    const id = await takeIn(store, logged("a"), "logs");
    await store.tag(id, ["good"]);
    await takeIn(store, logged("b"), "logs");
    const more = { step: new Float64Array([1]), value: new Float64Array([5]) };
    assert.equal(await takeIn(store, logged("a", { series: { loss: more } }), "logs"), id);
    const row = (await store.run(id))!;
    assert.deepEqual(await store.series(id, "loss"), more);
    assert.deepEqual([row.metrics, row.tags, row.seed, row.from, row.source, row.warnings.length], [
      ["loss"],
      ["good"],
      7,
      "logs/a.csv",
      "keras",
      1,
    ]);
    assert.deepEqual(row.config, { "optimizer.lr": 0.1, random_seed: 7 });
    assert.deepEqual(row.counting, { unit: "epochs", fromZero: true });
    assert.equal(await store.trajectory(id), null);
    assert.equal((await store.runs()).length, 2);
  }));

Deno.test("a thousand runs of a thousand points are taken in within seconds", () =>
  inStore(async (store) => {
    const step = Float64Array.from({ length: 1000 }, (_, i) => i), began = performance.now();
    for (let i = 0; i < 1000; i++) {
      await takeIn(store, logged(`${i}`, { series: { loss: { step, value: step.map(Math.sqrt) } } }));
    }
    assert.ok(performance.now() - began < 10_000);
    assert.equal((await store.runs()).length, 1000);
  }));

Deno.test("whatever a run is called, the terminal is left as it was", () =>
  inFolder(async (folder) => {
    const path = join(folder, "runs.sqlite"),
      store = await openStore(path),
      evil = "\u001b[2Jn\u009b1m\n\u202ex";
    for (const key of ["a", "b"]) {
      const writer = await store.begin(
        newRun({ key, name: evil, rule: evil, from: evil, config: { [evil]: evil, lr: key } }),
      );
      await writer.append({ [evil]: points([1]) });
      await writer.end("failed", evil, null);
      await store.tag(writer.id, [evil]);
    }
    const [{ id }, { id: other }] = await store.runs();
    await store.close();
    const said: string[] = [];
    const runs = async (...words: string[]) => {
      const around = {
        store: path,
        out: (data: Uint8Array) => void said.push(new TextDecoder().decode(data)),
        err: (line: string) => void said.push(`${line}\n`),
        ask: (question: string) => said.push(`${question}\n`) > 0,
      };
      await runsCommand(words, {}, around).catch((error) => assert.ok(error instanceof WrongRuns));
    };
    for (
      const words of [
        [],
        ["show", id],
        ["compare", id, other],
        ["show", evil],
        ["no<1"],
        ["tag", id, "+x"],
        ["delete", id],
      ]
    ) await runs(...words);
    assert.ok(said.length >= 8);
    // deno-lint-ignore no-control-regex -- these are meant
    for (const text of said) assert.doesNotMatch(text, /[\0-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
    assert.equal(said.find((text) => text.startsWith("Delete"))!.split("\n").length, 2);
  }));
