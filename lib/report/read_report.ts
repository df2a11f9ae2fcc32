/** A report file as data: its parts, each what its manifest says. Nothing in it is run. */
import { z } from "zod";
import { decode, DecodeError } from "../notebook/codec.ts";
import { type Packed, TailReceiver } from "../notebook/tails.ts";
import type { Event } from "../notebook/wire.ts";
import { printable } from "../printable.ts";
import { type Manifest, readManifest } from "./manifest.ts";
import type { Recording } from "./recording.ts";
import type { ReportParts } from "./report_parts.ts";
import { hashOf, isSealed } from "./seal.ts";
import {
  DamagedReport,
  manifestElement,
  NotAReport,
  readSections,
  sectionElement,
  type SectionName,
  SECTIONS,
  unpackSection,
} from "./sections.ts";
import { eventKey } from "./state_events.ts";
import { stateKey } from "./compare_recordings.ts";
import { unpackRecording } from "./unpack_recording.ts";
import { contentOf, readSources, type SourceContents } from "./sources.ts";

export interface Report {
  readonly manifest: Manifest;
  readonly recording: Recording;
  readonly client: string;
  readonly contents: SourceContents;
  /** its parts as elements, as `reportParts` made them: the hash of the file is left out */
  readonly elements: ReportParts["elements"];
}

/** Bytes that a part may have when it is unpacked; no part has more than the manifest says. */
const MOST: Readonly<Record<SectionName, number>> = { recording: 512e6, client: 32e6, sources: 64e6 };

const bytes = z.instanceof(Uint8Array);
const cell = z.looseObject({ id: z.int(), name: z.string(), key: z.string(), defines: z.array(z.string()) });
const event = z.looseObject({ t: z.string() });
const eventSchema = z.union([
  event.extend({ t: z.literal("value"), name: z.string(), cell: z.string(), value: bytes }),
  event.extend({ t: z.literal("show"), cell: z.string(), values: bytes }),
  event.extend({ t: z.literal("state"), cell: z.string(), state: z.string() }),
  event.extend({ t: z.literal("input"), name: z.string(), value: z.unknown() }),
  event.extend({ t: z.enum(["kernel", "log", "problems"]) }),
]);
const events = z.array(eventSchema);
/** What reading a recording relies on. */
const recordingSchema = z.looseObject({
  notebook: z.looseObject({ file: z.string(), title: z.string(), cells: z.array(cell) }),
  code: z.string(),
  vendor: z.string(),
  inputs: z.record(z.string(), z.unknown()),
  events,
  streams: z.record(z.string(), z.array(z.object({ at: z.number(), value: bytes }))),
  groups: z.array(z.object({
    inputs: z.array(z.string()),
    states: z.array(z.object({ values: z.array(z.unknown()), events })),
  })),
  frozen: z.record(z.string(), z.string()),
  on: z.looseObject({ engine: z.string() }),
});

/**
 * Reads a report and checks every hash in it.
 *
 * @param html text of the file
 * @throws NotAReport where it is none; DamagedReport, which names the part that is not as it was written
 * @example
 * ```ts ignore
 * const { manifest, recording } = await readReport(await Deno.readTextFile("report.html"));
 * ```
 */
export async function readReport(html: string): Promise<Report> {
  const { manifest: text, packed } = readSections(html);
  const manifest = readManifest(text);
  const parts = await Promise.all(
    SECTIONS.map(async (name) => {
      const most = Math.min(MOST[name], manifest.parts[name].bytes);
      return [name, await unpackSection(name, packed[name], most)] as const;
    }),
  );
  for (const [name, bytes] of parts) {
    if (hashOf(bytes) !== manifest.parts[name].sha256) throw new DamagedReport(name, "its hash is another");
  }
  const of = Object.fromEntries(parts) as Record<SectionName, Uint8Array<ArrayBuffer>>;
  const contents = readSources(of.sources);
  checkContents(manifest, contents);
  if (!isSealed(html)) throw new DamagedReport("page or manifest", "the hash of the file is another");
  const recording = readRecording(of.recording);
  checkSaidTwice(manifest, recording);
  const elements = Object.fromEntries(SECTIONS.map((name) => [name, sectionElement(name, packed[name])]));
  return {
    manifest,
    recording,
    client: new TextDecoder().decode(of.client),
    contents,
    elements: {
      ...elements as Record<SectionName, string>,
      manifest: manifestElement(text.replace(manifest.sha256, "")),
    },
  };
}

/** The text of a file's bytes. @throws NotAReport for bytes that are no text */
export function reportText(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new NotAReport("it is not UTF-8");
  }
}

/** Each file that is told of is there and is what is told, and no other is. */
function checkContents({ sources, data }: Manifest, contents: SourceContents) {
  const inside = [...sources, ...data.filter((file) => file.inside)];
  for (const { path, sha256 } of inside) {
    const content = contentOf(contents, path);
    if (content === undefined) throw new DamagedReport(`source ${path}`, "it is missing");
    if (hashOf(content) !== sha256) throw new DamagedReport(`source ${path}`, "its hash is another");
  }
  const told = new Set(inside.map(({ path }) => path));
  const untold = [...Object.keys(contents.texts), ...Object.keys(contents.data)].find((path) =>
    !told.has(path)
  );
  if (untold !== undefined) throw new DamagedReport(`source ${untold}`, "the manifest does not tell of it");
}

function readRecording(packed: Uint8Array): Recording {
  try {
    const value = unpackRecording(packed), checked = recordingSchema.safeParse(value);
    if (!checked.success) {
      const { path, message } = checked.error.issues[0];
      throw new DamagedReport("recording", `${path.join(".") || "it"}: ${message}`);
    }
    const { events, groups } = value as Recording;
    checkTwice(value as Recording);
    for (
      const event of [events, ...groups.flatMap(({ states }) => states.map(({ events }) => events))].flat()
    ) {
      checkEvent(event);
    }
    return value as Recording;
  } catch (error) {
    if (error instanceof DecodeError) throw new DamagedReport("recording", error.message);
    throw error;
  }
}

/** What the manifest says of a run is what its recording says. */
function checkSaidTwice({ on, began, seconds }: Manifest, recording: Recording) {
  const [said, own] = [{ ...on, began, seconds }, {
    ...recording.on,
    began: recording.began,
    seconds: recording.seconds,
  }].map((each) => Object.entries(each).sort(([a], [b]) => a < b ? -1 : 1));
  const wrong = said.find(([name, value], i) => own[i]?.[0] !== name || !Object.is(own[i][1], value));
  if (wrong !== undefined || own.length !== said.length) {
    throw new DamagedReport("manifest", `${wrong?.[0] ?? "it"} is not what its recording says`);
  }
}

/** A page takes the one, and a check might take the other. */
function checkTwice({ events, groups }: Recording) {
  const twice = (keys: readonly string[]) => keys.find((key, i) => keys.indexOf(key) < i);
  const told = [events, ...groups.flatMap(({ states }) => states.map(({ events }) => events))];
  const event = told.map((each) => twice(each.filter(({ t }) => t !== "log").map(eventKey))).find(Boolean);
  if (event !== undefined) throw new DamagedReport("recording", `${printable(event)} is there twice`);
  const input = twice(groups.flatMap(({ inputs }) => inputs));
  if (input !== undefined) throw new DamagedReport("recording", `input ${printable(input)} is in two groups`);
  for (const group of groups) {
    if (group.states.some(({ values }) => values.length !== group.inputs.length)) {
      throw new DamagedReport("recording", `a state of ${printable(group.inputs.join(", "))} is cut`);
    }
    if (twice(group.states.map((state) => stateKey(group, state))) !== undefined) {
      throw new DamagedReport("recording", `a state of ${printable(group.inputs.join(", "))} is there twice`);
    }
  }
}

/** What it carries is data that can be unpacked. */
function checkEvent(event: Event): void {
  if (event.t !== "value" && event.t !== "show") return;
  try {
    if (event.t === "value") new TailReceiver().unpack(decode(event.value) as Packed);
    else if (!Array.isArray(decode(event.values))) throw new TypeError("no list");
  } catch {
    const of = event.t === "value" ? `value ${event.name}` : `what cell ${event.cell} shows`;
    throw new DamagedReport("recording", `${printable(of)} is not what a recorder writes`);
  }
}
