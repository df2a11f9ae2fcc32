/** Reports that were cut, filled up or written by somebody who means harm: each is one line, and nothing is run or written. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { encode } from "../../lib/notebook/codec.ts";
import { FORMAT, type Manifest } from "../../lib/report/manifest.ts";
import type { RecordOptions } from "../../lib/report/record_options.ts";
import type { Recording } from "../../lib/report/recording.ts";
import { hashOf } from "../../lib/report/seal.ts";
import { NotAReport, readSections } from "../../lib/report/sections.ts";
import { type FoundEngine, verifyReport } from "../../lib/report/verify.ts";
import { inFolder } from "../in_folder.ts";
import { recordedByHand } from "./recorded_by_hand.ts";
import { forged, readsOf, reportByHand, withRecording, writeFiles } from "./report_by_hand.ts";

const findEngine = (): Promise<FoundEngine> => Promise.resolve({ name: "wasm", why: "chosen" });

/** A whole report, and what of it is run. */
async function withReport(
  act: (html: string, verified: (html: string) => Promise<string>) => Promise<void>,
): Promise<void> {
  await inFolder(async (project) => {
    await writeFiles(project);
    const html = await reportByHand({
      project,
      recording: recordedByHand(),
      reads: readsOf(project, ["data", "data/loss.csv"]),
    });
    const record = () => Promise.resolve(recordedByHand());
    await act(html, async (html) => (await verifyReport(html, { findEngine, record })).line);
  });
}

/** A file of the manifest gets another path, its content too. */
const renamed = (from: string, to: string) => (html: string) =>
  forged(html, {
    sources: (text) => text.replaceAll(JSON.stringify(from), JSON.stringify(to)),
    manifest: ({ sources, data }) =>
      [...sources, ...data].forEach((file) => file.path === from && (file.path = to)),
  });
const manifest = (change: (of: Manifest) => void) => (html: string) => forged(html, { manifest: change });
const recorded = (change: (of: Recording) => unknown) => (html: string) =>
  withRecording(html, { ...recordedByHand(), ...change(recordedByHand()) as Partial<Recording> });
/** What unpacks to so many times its bytes, every hash right. */
const bomb = (name: "recording" | "client" | "sources", bytes: number) => async (html: string) => {
  const zeros = new Uint8Array(bytes), { packed } = readSections(html);
  return (await forged(html, {
    manifest: ({ parts }) => parts[name] = { bytes: 10, packed: 10, sha256: hashOf(zeros) },
  })).replace(packed[name], gzipSync(zeros).toBase64());
};
const configured = (text: string) => (html: string) =>
  forged(html, {
    sources(all) {
      const contents = JSON.parse(all);
      return JSON.stringify({ ...contents, texts: { ...contents.texts, "deno.json": text } });
    },
    manifest: ({ sources }) =>
      sources.forEach((file) => file.path === "deno.json" && (file.sha256 = hashOf(text))),
  });

const DAMAGED = "differs: damaged report: ";
const HOSTILE: Record<string, [forgery: (html: string) => string | Promise<string>, line: string]> = {
  "a path to a parent": [
    renamed("lib/numbers.ts", "lib/../../numbers.ts"),
    `${DAMAGED}sources: it leaves its folder: lib/../../numbers.ts`,
  ],
  "an absolute path": [
    renamed("lib/numbers.ts", "/etc/cron.d/numbers"),
    `${DAMAGED}sources: it is no path from the project: /etc/cron.d/numbers`,
  ],
  "an absolute path of data": [
    renamed("data/loss.csv", "/etc/cron.d/loss"),
    `${DAMAGED}sources: it is no path from the project: /etc/cron.d/loss`,
  ],
  "a home": [
    renamed("lib/numbers.ts", "~/.profile"),
    `${DAMAGED}sources: it is no path from the project: ~/.profile`,
  ],
  "a drive": [
    renamed("lib/numbers.ts", "C:/numbers.ts"),
    `${DAMAGED}sources: it has letters that no file may have: C:/numbers.ts`,
  ],
  "a backslash": [
    renamed("lib/numbers.ts", "lib\\..\\..\\numbers.ts"),
    `${DAMAGED}sources: it has letters that no file may have: lib\\..\\..\\numbers.ts`,
  ],
  "a NUL": [
    renamed("lib/numbers.ts", "lib/numbers.ts\0.txt"),
    `${DAMAGED}sources: it has letters that no file may have: lib/numbers.ts\uFFFD.txt`,
  ],
  "a path through the packages": [
    renamed("lib/numbers.ts", "node_modules/zod/index.ts"),
    `${DAMAGED}sources: it lies in node_modules: node_modules/zod/index.ts`,
  ],
  "a file that is a folder too": [
    renamed("lib/numbers.ts", "lib/half.ts/numbers.ts"),
    `${DAMAGED}sources: it is there twice: lib/half.ts`,
  ],
  "two names for one": [
    renamed("lib/numbers.ts", "LIB/half.ts"),
    `${DAMAGED}sources: some systems take two for one: lib, LIB`,
  ],
  "a folder that leaves": [
    manifest(({ folders }) => folders.push({ path: "..", names: ["x"] })),
    `${DAMAGED}sources: it leaves its folder: ../`,
  ],
  "a name in a folder that leaves it": [
    manifest(({ folders }) => folders.push({ path: "data", names: ["../../x"] })),
    `${DAMAGED}sources: it leaves its folder: data/../../x`,
  ],
  "more names than a disk has room for": [
    manifest((of) =>
      of.folders = Array.from(
        { length: 200 },
        (_, i) => ({ path: `d${i}`, names: Array.from({ length: 200 }, (_, j) => `f${j}`) }),
      )
    ),
    `${DAMAGED}manifest: folders: more than 10000 names`,
  ],
  "a notebook that is not among its sources": [
    manifest((of) => of.notebook = "notebooks/b.ts"),
    `${DAMAGED}source notebooks/b.ts: it is missing`,
  ],
  "another format": [
    manifest((of) => Object.assign(of, { format: FORMAT + 1 })),
    `${DAMAGED}manifest: its format is ${FORMAT + 1}, which a later Plateau reads`,
  ],
  "an earlier format": [
    manifest((of) => Object.assign(of, { format: 1 })),
    `${DAMAGED}manifest: its format is 1, which an earlier Plateau reads`,
  ],
  "a format that is none": [
    manifest((of) => Object.assign(of, { format: "1" })),
    `${DAMAGED}manifest: format: Invalid input: expected ${FORMAT}`,
  ],
  "a thousand million threads": [
    manifest(({ on }) => on.threads = 1e9),
    `${DAMAGED}manifest: on.threads: Too big: expected number to be <=4096`,
  ],
  "a bomb of a client": [bomb("client", 50e6), `${DAMAGED}client: unpacked, it has more than 10 bytes`],
  "a bomb of sources": [bomb("sources", 50e6), `${DAMAGED}sources: unpacked, it has more than 10 bytes`],
  "a bomb of a recording": [
    bomb("recording", 50e6),
    `${DAMAGED}recording: unpacked, it has more than 10 bytes`,
  ],
  "a recording without cells": [
    recorded(() => ({ notebook: { file: "a.ts", title: "" } })),
    `${DAMAGED}recording: notebook.cells: Invalid input: expected array, received undefined`,
  ],
  "a value that is not packed": [
    recorded(({ events }) => ({
      events: events.map((event) => event.t === "value" ? { ...event, value: encode(null) } : event),
    })),
    `${DAMAGED}recording: value training is not what a recorder writes`,
  ],
  "a value that nobody can unpack": [
    recorded(({ events }) => ({
      events: events.map((event) => event.t === "value" ? { ...event, value: Uint8Array.of(255, 0) } : event),
    })),
    `${DAMAGED}recording: value training is not what a recorder writes`,
  ],
  "a frame of a stream that is none": [
    recorded(() => ({ streams: { training: [{ at: 0, value: "much" }] } })),
    `${DAMAGED}recording: streams.training.0.value: `,
  ],
  "an import map that is none": [
    configured(`{ "imports": { "left": `),
    `${DAMAGED}source deno.json: it is not JSON`,
  ],
  "an import map with addresses that are none, or lead out": [
    configured(`{ "imports": { "left": "http://[", "up": "../../../etc/", "root": "file:///etc/" } }`),
    "same bytes",
  ],
  "the lock of another project": [
    (html) =>
      forged(html, {
        sources: (text) => text.replace(`{"texts":{`, `{"texts":{"deno.lock":"{}",`),
        manifest: ({ sources }) => sources.push({ path: "deno.lock", bytes: 2, sha256: hashOf("{}") }),
      }),
    "same bytes",
  ],
};
for (const [name, [forgery, line]] of Object.entries(HOSTILE)) {
  Deno.test(`${name} is one line`, async () => {
    await withReport(async (html, verified) => {
      const said = await verified(await forgery(html));
      assert.equal(said.slice(0, line.length), line, said);
      assert.doesNotMatch(said, /\p{Cc}/u);
    });
  });
}

Deno.test("a report that is cut anywhere is damaged or none, and says so in one line", async () => {
  await withReport(async (html, verified) => {
    const places = fc.sample(fc.nat(html.length - 1), 60);
    for (const at of [0, 1, html.indexOf("plateau-manifest"), html.length - 9, ...places]) {
      const line = await verified(html.slice(0, at)).catch((error) => {
        assert.ok(error instanceof NotAReport, error);
        return error.message;
      });
      assert.match(line, /^(not a report: it has no part of one|differs: damaged report: [^\r\n]+)$/);
    }
  });
});

Deno.test("nothing of a hostile report is written outside of the folder that it is run in", async () => {
  await inFolder(async (project) => {
    await writeFiles(project);
    const html = await reportByHand({ project, recording: recordedByHand() });
    const forgery = await configured(`{ "imports": { "up": "../../../etc/", "lib/": "./lib/" } }`)(html);
    let config = "", files: string[] = [];
    const record = (options: RecordOptions) => {
      config = Deno.readTextFileSync(join(options.project, "deno.json"));
      files = readdirSync(options.project).sort();
      return Promise.resolve(recordedByHand());
    };
    await verifyReport(forgery, { findEngine, record });
    assert.deepEqual(JSON.parse(config), { imports: { "lib/": "./lib/" } });
    assert.deepEqual(files, ["deno.json", "lib", "node_modules", "notebooks"]);
  });
});

Deno.test("a recording of any bytes, with every hash mended, is one line", async () => {
  await withReport(async (html, verified) => {
    const bytes = fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 }));
    await fc.assert(
      fc.asyncProperty(fc.array(bytes, { minLength: 1, maxLength: 4 }), async (changes) => {
        const recording = (of: string) => {
          const letters = [...of];
          for (const [at, by] of changes) {
            const i = at % letters.length;
            letters[i] = String.fromCharCode(letters[i].charCodeAt(0) ^ by);
          }
          return letters.join("");
        };
        assert.match(await verified(await forged(html, { recording })), /^(differs: |same )[^\r\n]+$/);
      }),
      { numRuns: 60 },
    );
  });
});
