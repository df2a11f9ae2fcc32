/** A report of a recording made by hand: nothing runs but what a reader's browser runs. */
import { fileURLToPath } from "node:url";
import { bundle } from "../../lib/notebook/bundle.ts";
import { encode } from "../../lib/notebook/codec.ts";
import { program } from "../../lib/notebook/compile.ts";
import { loadNotebook } from "../../lib/notebook/load.ts";
import { pageNotebook } from "../../lib/notebook/session_page.ts";
import { encodedTails, TailSender } from "../../lib/notebook/tails.ts";
import type { Event } from "../../lib/notebook/wire.ts";
import { packFrames } from "../../lib/report/frames.ts";
import { FORMAT, type Manifest } from "../../lib/report/manifest.ts";
import type { Recording } from "../../lib/report/recording.ts";
import { packRecording } from "../../lib/report/pack_recording.ts";
import { packSection } from "../../lib/report/pack_section.ts";
import { manifestElement, sectionElement } from "../../lib/report/sections.ts";
import { createAssets } from "../../server/assets.ts";
import type { Stills } from "../../server/pages/report_article.ts";
import { reportPage } from "../../server/pages/report_page.ts";

const NOTEBOOK = new URL("./fixtures/reported.ts", import.meta.url).href;
const MADE = Date.UTC(2026, 10, 21, 12);

/** What the notebook's server counts. */
function countOf(step: number, last: number) {
  return { step, last, values: Float64Array.from({ length: step }, (_, i) => Math.exp(-i * 0.1)) };
}

/** The recording: counted to 20, and beforehand to 40. */
export async function madeRecording(): Promise<Recording> {
  const notebook = await loadNotebook(NOTEBOOK);
  const { text: vendor } = await bundle(notebook, "browser");
  const keyOf = (name: string) => notebook.cells.find((cell) => cell.name === name)!.key;
  const value = (last: number): Event => ({
    t: "value",
    name: "counted",
    cell: keyOf("counter"),
    value: encodedTails(new TailSender(), "counted", countOf(last, last)),
  });
  return {
    notebook: pageNotebook(notebook, MADE),
    code: program(notebook, "browser"),
    vendor,
    inputs: { count: 20, rate: 0.1 },
    events: [
      { t: "kernel", state: "ready" },
      { t: "input", name: "count", value: 20 },
      { t: "input", name: "rate", value: 0.1 },
      value(20),
      { t: "state", cell: keyOf("counter"), state: "done", seconds: 0.4 },
      {
        t: "show",
        cell: keyOf("shown"),
        values: encode([{ type: "markdown", text: "Counted on the server." }]),
      },
      { t: "state", cell: keyOf("shown"), state: "done" },
    ],
    streams: {
      counted: packFrames(
        Array.from({ length: 20 }, (_, i) => ({ at: 20 * i, value: countOf(i + 1, 20) })),
      ),
    },
    groups: [{
      inputs: ["count"],
      states: [{ values: [20], events: [] }, { values: [40], events: [value(40)] }],
    }],
    frozen: { rate: "changing it trains again" },
    on: {
      engine: "wasm",
      version: "4.22.0",
      device: "2 threads",
      deno: "2.9.6",
      system: "linux",
      processor: "x86-64",
      threads: 2,
    },
    began: MADE,
    seconds: 0.4,
  };
}

const HASH = "0123456789abcdef".repeat(4);

export function madeManifest({ notebook, on, began, seconds }: Recording): Manifest {
  const part = { bytes: 4000, packed: 1000, sha256: HASH };
  return {
    sha256: "",
    format: FORMAT,
    notebook: `notebooks/${notebook.file}`,
    title: notebook.title,
    sources: [{ path: `notebooks/${notebook.file}`, bytes: 2000, sha256: HASH }],
    data: [{ path: "data/<points>.csv", bytes: 7_000_000, sha256: HASH, inside: false, why: "above 5 MB" }],
    folders: [],
    library: HASH,
    on,
    modes: [],
    seeds: [0, 1],
    datasets: [{ name: "digits", fingerprint: "9a0f12cd71c3" }],
    command: `plateau export notebooks/${notebook.file}`,
    git: { commit: "4f1c9e2".padEnd(40, "0"), dirty: true },
    began,
    made: began,
    seconds,
    parts: { recording: part, client: part, sources: part },
  };
}

/** The whole file. @param stills what cells show before scripts run */
export async function madeReport(recording: Recording, stills: Stills = {}): Promise<string> {
  const { style, script } = await createAssets(`${ROOT}.plateau/assets.json`).report();
  const text = new TextEncoder();
  const manifest = madeManifest(recording);
  const sections = [
    sectionElement("recording", packSection(packRecording(recording))),
    sectionElement("client", packSection(text.encode(script))),
    sectionElement("sources", packSection(text.encode("{}"))),
    manifestElement(JSON.stringify(manifest)),
  ].join("\n");
  return reportPage({ notebook: recording.notebook, manifest, made: MADE, stills, style, sections });
}

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
