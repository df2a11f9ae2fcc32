/** A project and a report of it: real sources, parts and hashes around a recording that is given. */
import { join } from "node:path";
import type { Manifest } from "../../lib/report/manifest.ts";
import type { ReadFiles } from "../../lib/report/read_files.ts";
import type { Recording } from "../../lib/report/recording.ts";
import { packRecording } from "../../lib/report/pack_recording.ts";
import { packSection } from "../../lib/report/pack_section.ts";
import { reportParts } from "../../lib/report/report_parts.ts";
import { hashOf, sealReport } from "../../lib/report/seal.ts";
import { manifestElement, readSections, sectionElement, unpackSection } from "../../lib/report/sections.ts";
import { collectSources } from "../../lib/report/sources.ts";

export const NOTEBOOK = `import { display } from "plateau";
import { half } from "../lib/half.ts";

// %% k
export const k = half(4);

// %% run
display(Deno.readTextFileSync("data/loss.csv"));
`;

/** The files of a project, by path. */
export const FILES: Readonly<Record<string, string>> = {
  "deno.json": `{ "imports": { "plateau": "./lib/mod.ts", "left": "npm:left@1.0.0" } }`,
  "notebooks/a.ts": NOTEBOOK,
  "lib/half.ts": `export { half } from "./numbers.ts";\n`,
  "lib/numbers.ts": `export const half = (n: number) => n / 2;\n`,
  "lib/unused.ts": `export {};\n`,
  "data/loss.csv": "step,loss\n1,0.7\n",
};

export async function writeFiles(
  folder: string,
  files: Readonly<Record<string, string | Uint8Array>> = FILES,
) {
  for (const [path, content] of Object.entries(files)) {
    await Deno.mkdir(join(folder, path, ".."), { recursive: true });
    if (typeof content === "string") await Deno.writeTextFile(join(folder, path), content);
    else await Deno.writeFile(join(folder, path), content);
  }
}

/** What a cell read, by paths from the project. */
export const readsOf = (project: string, paths: readonly string[]): ReadFiles => ({
  paths: paths.map((path) => join(project, path)),
  whole: true,
});

export interface ReportByHand {
  readonly project: string;
  readonly recording: Recording;
  readonly reads?: ReadFiles;
}

export async function reportByHand({ project, recording, reads }: ReportByHand): Promise<string> {
  const sources = await collectSources({ file: join(project, "notebooks/a.ts"), project, reads });
  const command = "plateau export notebooks/a.ts";
  const { elements } = await reportParts({
    recording,
    sources,
    client: "export {};",
    command,
    project,
    made: 1,
  });
  return sealReport(
    `<!doctype html>\n<p>It stops at 1,200.</p>\n<main class="report"></main>\n${
      Object.values(elements).join("\n")
    }\n`,
  );
}

/** A report by one who changes its recording, sources or manifest and mends every hash. */
export async function forged(
  html: string,
  change: {
    recording?: (of: string) => string;
    sources?: (of: string) => string;
    manifest?: (of: Manifest) => void;
  },
): Promise<string> {
  const { manifest: text, packed } = readSections(html), manifest: Manifest = JSON.parse(text);
  let forgery = html;
  for (const name of ["recording", "sources"] as const) {
    const before = new TextDecoder("latin1").decode(await unpackSection(name, packed[name]));
    const after = change[name]?.(before) ?? before;
    if (after === before) continue;
    const bytes = Uint8Array.from(after, (letter) => letter.charCodeAt(0));
    const text = packSection(bytes);
    manifest.parts[name] = { bytes: bytes.length, packed: text.length, sha256: hashOf(bytes) };
    forgery = forgery.replace(sectionElement(name, packed[name]), sectionElement(name, text));
  }
  change.manifest?.(manifest);
  const blank = manifestElement(JSON.stringify({ ...manifest, sha256: "" }));
  return sealReport(
    forgery.replace(/<script type="application\/json" id="plateau-manifest">[^<]*<\/script>/, () => blank),
  );
}

/** A report whose recording is another one, every hash mended. */
export async function withRecording(html: string, recording: Recording): Promise<string> {
  const bytes = packRecording(recording);
  return await forged(html, { recording: () => String.fromCharCode(...bytes) });
}
