/** A recording and its sources as the parts of a file, with the manifest that tells of them. */
import { gitState } from "./git_state.ts";
import { libraryHash } from "./library_hash.ts";
import { FORMAT, type Manifest } from "./manifest.ts";
import { packRecording } from "./pack_recording.ts";
import { packSection } from "./pack_section.ts";
import { recordedPlans } from "./recorded_plans.ts";
import type { Recording } from "./recording.ts";
import { hashOf } from "./seal.ts";
import { manifestElement, sectionElement, type SectionName, SECTIONS } from "./sections.ts";
import { packSources, type Sources } from "./sources.ts";

export interface PartsOptions {
  readonly recording: Recording;
  readonly sources: Sources;
  /** text of the script that draws the recording: minified, one module */
  readonly client: string;
  /** makes the report again, from the folder of the project */
  readonly command: string;
  /** folder whose commit is told */
  readonly project: string;
  /** name of the file that the report becomes; default the notebook's with .html */
  readonly name?: string;
  /** milliseconds since 1970; default now */
  readonly made?: number;
}

export interface ReportParts {
  /** its `sha256` is empty until `sealReport` */
  readonly manifest: Manifest;
  /** script elements, to stand in the page as they are, each once */
  readonly elements: Readonly<Record<SectionName | "manifest", string>>;
}

/**
 * Packs them. The page that holds the elements is sealed by `sealReport`.
 * @example
 * ```ts ignore
 * const { manifest, elements } = await reportParts({ recording, sources, client, command, project });
 * const html = sealReport(reportPage(recording, manifest, elements));
 * ```
 */
export async function reportParts(options: PartsOptions): Promise<ReportParts> {
  const { recording, sources, client, command, project, name, made = Date.now() } = options;
  const bytes: Record<SectionName, Uint8Array<ArrayBuffer>> = {
    recording: packRecording(recording),
    client: new TextEncoder().encode(client),
    sources: packSources(sources.contents),
  };
  const packed = SECTIONS.map((name) => [name, packSection(bytes[name])] as const);
  const parts = packed.map(([name, text]) =>
    [name, { bytes: bytes[name].length, packed: text.length, sha256: hashOf(bytes[name]) }] as const
  );
  const manifest: Manifest = {
    sha256: "",
    format: FORMAT,
    notebook: sources.notebook,
    title: recording.notebook.title,
    sources: [...sources.sources],
    data: [...sources.data],
    folders: [...sources.folders],
    ...(sources.unfollowed === undefined ? {} : { unfollowed: sources.unfollowed }),
    ...(name === undefined ? {} : { file: name }),
    library: await libraryHash(),
    on: { ...recording.on },
    ...recordedPlans(recording),
    command,
    git: await gitState(project, sources.sources.map(({ path }) => path)),
    began: recording.began,
    made,
    seconds: recording.seconds,
    parts: Object.fromEntries(parts) as Manifest["parts"],
  };
  const elements = packed.map(([name, text]) => [name, sectionElement(name, text)]);
  return {
    manifest,
    elements: { ...Object.fromEntries(elements), manifest: manifestElement(JSON.stringify(manifest)) },
  };
}
