import assert from "node:assert/strict";
import { statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { memoryModules } from "../../lib/notebook/modules.ts";
import { ModuleGraph } from "../../lib/notebook/modules_reach.ts";
import { libraryHash } from "../../lib/report/library_hash.ts";
import { moduleFiles } from "../../lib/report/module_files.ts";
import { readFilesIn } from "../../lib/report/read_files.ts";
import { readReport, reportText } from "../../lib/report/read_report.ts";
import { reportParts } from "../../lib/report/report_parts.ts";
import { hashOf } from "../../lib/report/seal.ts";
import { collectSources, contentOf, packSources, readSources } from "../../lib/report/sources.ts";
import { inFolder } from "../in_folder.ts";
import { recordedByHand } from "./recorded_by_hand.ts";
import { FILES, readsOf, reportByHand, writeFiles } from "./report_by_hand.ts";

const collect = (project: string, paths: readonly string[] = []) =>
  collectSources({ file: join(project, "notebooks/a.ts"), project, reads: readsOf(project, paths) });

Deno.test("a report carries the notebook, all that it imports, and the settings of its project", async () => {
  await inFolder(async (project) => {
    await writeFiles(project, { ...FILES, "deno.lock": "{}" });
    const { notebook, sources, contents } = await collect(project);
    assert.equal(notebook, "notebooks/a.ts");
    const paths = ["notebooks/a.ts", "lib/half.ts", "lib/numbers.ts", "deno.json", "deno.lock"];
    assert.deepEqual(sources.map(({ path }) => path), paths);
    for (const { path, bytes, sha256 } of sources) {
      const content = Deno.readFileSync(join(project, path));
      assert.deepEqual({ bytes, sha256 }, { bytes: content.length, sha256: hashOf(content) });
      assert.deepEqual(contentOf(contents, path), content);
    }
    assert.deepEqual(readSources(packSources(contents)), contents);
  });
});

const IMPORTS: Record<string, [text: string, found: string[]]> = {
  "names": [`import { b } from "./b.ts"; b();`, ["b.ts"]],
  "a file alone": [`import "./b.ts";`, ["b.ts"]],
  "what is passed on": [`export * from "./b.ts"; export { c } from "./c.ts";`, ["b.ts", "c.ts"]],
  "what is asked for later": [`const b = await import("./b.ts");`, ["b.ts"]],
  "data": [`import d from "./d.json" with { type: "json" }; d;`, ["d.json"]],
  "itself, in a ring": [`import "./ring.ts";`, ["ring.ts"]],
  "what is missing": [`import "./missing.ts";`, []],
  "names that it does not use": [`import { b } from "./b.ts";`, []],
  "types": [`import type { B } from "./b.ts";`, []],
  "a syntax error": [`import "./b.ts"; const = 1;`, []],
  "packages": [`import "node:fs"; import "npm:left@1"; import "plateau";`, []],
};
for (const [name, [text, found]] of Object.entries(IMPORTS)) {
  Deno.test(`a module that imports ${name} brings ${found.join(", ") || "nothing"} along`, () => {
    const modules = memoryModules({
      "file:///p/a.ts": text,
      "file:///p/b.ts": "",
      "file:///p/c.ts": "",
      "file:///p/d.json": "{}",
      "file:///p/ring.ts": `import "./a.ts";`,
    });
    const files = moduleFiles("file:///p/a.ts", new ModuleGraph(modules)).filter((url) =>
      url.startsWith("file:///p/")
    );
    assert.deepEqual(files, ["a.ts", ...found].map((path) => `file:///p/${path}`));
  });
}

Deno.test("what cells read lies in the report up to 5 MB a file and 20 MB in all; of the rest the hash", async () => {
  await inFolder(async (folder) => {
    const project = join(folder, "project"), outside = join(folder, "outside.csv");
    const megabytes = (n: number, by: number) => new Uint8Array(n * 1e6).fill(by);
    const large = Object.fromEntries([1, 2, 3, 4, 5].map((n) => [`data/${n}.bin`, megabytes(4.5, n)]));
    await writeFiles(project, { ...FILES, ...large, "data/huge.bin": megabytes(5.1, 9) });
    await Deno.writeTextFile(outside, "1");
    const reads = readsOf(project, [
      ...Object.keys(large),
      "data/huge.bin",
      "data/loss.csv",
      "data",
      "data/none",
      "lib/half.ts",
    ]);
    const { data, folders, contents } = await collectSources({
      ...{ file: join(project, "notebooks/a.ts"), project },
      reads: { ...reads, paths: [...reads.paths, outside] },
    });
    const told = data.map(({ path, inside, why }) => [path, inside, why]);
    const one = "it has more than 5 MB", all = "all that was read has more than 20 MB";
    assert.deepEqual(
      told,
      [
        [outside, false, "it is outside of the project"],
        ["data/1.bin", true, undefined],
        ["data/2.bin", true, undefined],
        ["data/3.bin", true, undefined],
        ["data/4.bin", true, undefined],
        ["data/5.bin", false, all],
        ["data/huge.bin", false, one],
        ["data/loss.csv", true, undefined],
      ].sort(([a], [b]) => a! < b! ? -1 : 1),
    );
    for (const { path, sha256 } of data.filter(({ path }) => path !== outside)) {
      assert.equal(sha256, hashOf(Deno.readFileSync(join(project, path))));
    }
    assert.deepEqual(contentOf(contents, "data/1.bin"), large["data/1.bin"]);
    assert.equal(contentOf(contents, "data/5.bin"), undefined);
    const names = [...[1, 2, 3, 4, 5].map((n) => `${n}.bin`), "huge.bin", "loss.csv"];
    assert.deepEqual(folders, [{ path: "data", names }]);
  });
});

Deno.test("what cells read is told by the account that Deno gave of it", async () => {
  await inFolder((folder) => {
    const line = (permission: string, value: string) =>
      JSON.stringify({ v: 1, datetime: "2026-11-22T05:00:34Z", permission, value }) + "\n";
    const run = join(folder, ".plateau/notebooks/a/run");
    assert.deepEqual(readFilesIn(run, folder), { paths: [], whole: true });
    Deno.mkdirSync(run, { recursive: true });
    const lines = [
      line("read", "data/a.csv"),
      line("read", join(folder, "data/a.csv")),
      line("write", "data/b.csv"),
      line("read", `//${folder}/quiet.csv`),
      line("read", join(run, "cache/x")),
      line("read", join(folder, ".plateau/notebooks/a/code.js")),
      line("read", join(folder, "node_modules/left/index.js")),
      line("read", new URL("../../lib/mod.ts", import.meta.url).pathname),
      line("read", "/proc/cpuinfo"),
    ];
    Deno.writeTextFileSync(join(run, "accesses.jsonl"), lines.join(""));
    assert.deepEqual(readFilesIn(run, folder), { paths: [join(folder, "data/a.csv")], whole: true });
    Deno.writeTextFileSync(join(run, "accesses.jsonl"), `${"\0".repeat(100)}${lines[0]}`);
    assert.deepEqual(readFilesIn(run, folder), { paths: [join(folder, "data/a.csv")], whole: false });
  });
});

Deno.test("the native engine is no data: neither its library nor what lies beside it", async () => {
  await inFolder((folder) => {
    const run = join(folder, ".plateau/run"), real = join(folder, "cache/libtensorflow_cc.so.2.21.0");
    const library = join(folder, "engine/libtensorflow_cc.so.2");
    for (const path of [run, join(folder, "cache"), join(folder, "engine")]) {
      Deno.mkdirSync(path, { recursive: true });
    }
    Deno.writeTextFileSync(real, "");
    Deno.symlinkSync(real, library);
    const read = [
      "engine/libtensorflow_framework.so.2",
      "cache/libtensorflow_cc.so.2.21.0",
      "cache/a.csv",
      "b.so",
    ];
    const lines = [library, ...read.map((path) => join(folder, path))].map((value) =>
      JSON.stringify({ v: 1, datetime: "2026-11-22T05:00:34Z", permission: "read", value }) + "\n"
    );
    Deno.writeTextFileSync(join(run, "accesses.jsonl"), lines.join(""));
    const data = [join(folder, "b.so"), join(folder, "cache/a.csv")];
    assert.deepEqual(readFilesIn(run, folder, library).paths, data);
    assert.equal(readFilesIn(run, folder).paths.length, 5);
  });
});

Deno.test("what could not be followed is named, with why", async () => {
  await inFolder(async (project) => {
    await writeFiles(project, FILES);
    await Deno.mkdir(join(project, "many"));
    for (let i = 0; i <= 10_000; i++) Deno.writeTextFileSync(join(project, `many/${i}`), "");
    const unfollowed = async (paths: readonly string[], whole: boolean) =>
      (await collectSources({
        ...{ file: join(project, "notebooks/a.ts"), project },
        reads: { ...readsOf(project, paths), whole },
      })).unfollowed;
    assert.equal(await unfollowed(["data"], true), undefined);
    assert.equal(
      await unfollowed(["data", "many"], false),
      "more was read than the account of it holds; the names in many with 10,001 names are not listed",
    );
  });
});

Deno.test("a module outside of the project, or that is no text, cannot be put in a report", async () => {
  await inFolder(async (project) => {
    await writeFiles(project, { ...FILES, "lib/half.ts": new Uint8Array([0xff, 0xfe, 0x41]) });
    await assert.rejects(collect(project), /^Error: not UTF-8: .*half\.ts$/);
    await Deno.remove(join(project, "notebooks/a.ts"));
    await assert.rejects(collect(project), /missing file: .*a\.ts/);
  });
});

Deno.test("the manifest tells how the report was made, and the file reads back", async () => {
  await inFolder(async (project) => {
    await writeFiles(project);
    const recording = recordedByHand(), reads = readsOf(project, ["data/loss.csv"]);
    const html = await reportByHand({ project, recording, reads });
    const report = await readReport(reportText(new TextEncoder().encode(html)));
    assert.deepEqual(report.recording, recording);
    assert.equal(report.client, "export {};");
    const { manifest } = report;
    assert.deepEqual(
      [manifest.notebook, manifest.title, manifest.seeds, manifest.modes, manifest.datasets, manifest.git],
      ["notebooks/a.ts", "When to stop", [7], ["wasm 4.22.0"], [{
        name: "digits",
        fingerprint: "0123456789ab",
      }], null],
    );
    assert.deepEqual(manifest.on, recording.on);
    assert.equal(manifest.library, await libraryHash());
    assert.deepEqual([manifest.began, manifest.made, manifest.seconds], [recording.began, 1, 12]);
    assert.deepEqual(manifest.data.map(({ path, inside }) => [path, inside]), [["data/loss.csv", true]]);
    for (const element of Object.values(report.elements)) {
      assert.ok(html.replace(manifest.sha256, "").includes(element));
    }
  });
});

Deno.test("the same recording and sources make the same parts", async () => {
  await inFolder(async (project) => {
    await writeFiles(project);
    const sources = await collect(project);
    const options = { recording: recordedByHand(), sources, client: "a", command: "b", project, made: 1 };
    assert.deepEqual(await reportParts(options), await reportParts(options));
  });
});

Deno.test("a data file that was written after the run began is refused: it may not be what was read", async () => {
  await inFolder(async (project) => {
    await writeFiles(project);
    const path = join(project, "data/loss.csv"), { mtimeMs, ctimeMs } = statSync(path);
    const collected = (since: number) =>
      collectSources({
        ...{ file: join(project, "notebooks/a.ts"), project },
        reads: { ...readsOf(project, ["data/loss.csv"]), since },
      });
    const written = Math.max(mtimeMs, ctimeMs);
    const { data: [{ sha256, bytes }], contents } = await collected(written + 1000);
    const carried = contentOf(contents, "data/loss.csv")!;
    assert.deepEqual([sha256, bytes], [hashOf(carried), carried.length]);
    await assert.rejects(
      collected(written - 1000),
      /^DataChanged: changed while it was recorded: .*loss\.csv/,
    );
    utimesSync(path, 0, 0); // one that took its place may have kept its time
    await assert.rejects(collected(written - 1000), /^DataChanged/);
  });
});
