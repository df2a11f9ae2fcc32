/**
 * The parts that a report file carries beside its page: each once, as the text of a script element that no browser
 * runs. Reading them evaluates nothing. Runs in browsers too.
 */

/** Parts that are stored compressed. */
export const SECTIONS = ["recording", "client", "sources"] as const;
export type SectionName = typeof SECTIONS[number];

/** The parts of a file as their text stands in it. */
export interface Sections {
  /** JSON */
  readonly manifest: string;
  /** base64 of gzip */
  readonly packed: Readonly<Record<SectionName, string>>;
}

/** A file that is no report at all. */
export class NotAReport extends Error {
  override readonly name = "NotAReport";
  constructor(readonly reason: string) {
    super(`not a report: ${reason}`);
  }
}

/** A report that is not as it was written: which part, and what is wrong with it. */
export class DamagedReport extends Error {
  override readonly name = "DamagedReport";
  constructor(readonly part: string, readonly reason: string) {
    super(`damaged report: ${part}: ${reason}`);
  }
}

/** Bytes that one part may have when it is unpacked. */
const MOST = 512 * 2 ** 20;
/** The tag of the manifest. */
export const MANIFEST_OPENING = `<script type="application/json" id="plateau-manifest">`;
const opening = (name: SectionName) => `<script type="application/gzip" id="plateau-${name}">`;
const CLOSING = "</script>";
/** The tag of the script that unpacks the client. */
const BOOT_OPENING = `<script type="module">`;

/**
 * A part as an element of the page.
 * @param packed what `packSection` of pack_section.ts made
 */
export const sectionElement = (name: SectionName, packed: string): string =>
  `${opening(name)}${packed}${CLOSING}`;

/** The manifest as an element of the page. @param json its text; no `<` of it is left */
export const manifestElement = (json: string): string =>
  `${MANIFEST_OPENING}${json.replaceAll("<", "\\u003c")}${CLOSING}`;

/**
 * The bytes of a part.
 * @param name for errors
 * @param most bytes that it may have; default 512 MB
 * @throws DamagedReport for base64 or gzip that is none, and for more bytes than that
 */
export async function unpackSection(
  name: string,
  packed: string,
  most = MOST,
): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytesOf(name, packed)]).stream().pipeThrough(new DecompressionStream("gzip"));
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of stream) {
      if ((length += chunk.length) > most) break;
      chunks.push(chunk);
    }
  } catch {
    throw new DamagedReport(name, "its gzip is broken");
  }
  if (length > most) throw new DamagedReport(name, `unpacked, it has more than ${most} bytes`);
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) bytes.set(chunk, at), at += chunk.length;
  return bytes;
}

/**
 * Finds the parts in a file's text.
 *
 * @throws NotAReport where there is none of them
 * @throws DamagedReport where one is missing, there twice, or written in another way, and for any other script
 * @example
 * ```ts ignore
 * const { manifest, packed } = readSections(await Deno.readTextFile("report.html"));
 * const recording = decode(await unpackSection("recording", packed.recording)) as Recording;
 * ```
 */
export function readSections(html: string): Sections {
  const found = Map.groupBy(tagsIn(html), ({ name }) => name);
  if (found.size === 0) throw new NotAReport("it has no part of one");
  const manifest = textOf(html, "manifest", MANIFEST_OPENING, found);
  const packed = SECTIONS.map((name) => [name, textOf(html, name, opening(name), found)]);
  checkScripts(html);
  return { manifest, packed: Object.fromEntries(packed) };
}

interface Tag {
  readonly name: string;
  readonly text: string;
  readonly at: number;
}

/** Every script that a browser may take for a part, in whatever way its tag is written. */
function tagsIn(html: string): Tag[] {
  const scripts = html.matchAll(/<script\b[^>]*?\bid\s*=\s*["']?\s*plateau-(\w+)[^>]*>/gi);
  return [...scripts].map(({ 0: text, 1: name, index }) => ({ name: name.toLowerCase(), text, at: index }));
}

/** No other script is in a file: what a browser would run that nobody compares. */
function checkScripts(html: string): void {
  const tags = [MANIFEST_OPENING, BOOT_OPENING, ...SECTIONS.map(opening)];
  let boots = 0;
  for (const { index } of html.matchAll(/<script(?=[\s/>]|$)/gi)) {
    const tag = tags.find((each) => html.startsWith(each, index));
    if (tag === undefined) throw new DamagedReport("page", "it has a script that no report has");
    if (tag === BOOT_OPENING && ++boots > 1) throw new DamagedReport("page", "it has a script twice");
  }
}

function textOf(html: string, name: string, tag: string, found: Map<string, Tag[]>): string {
  const tags = found.get(name) ?? [];
  if (tags.length === 0) throw new DamagedReport(name, "it is missing");
  if (tags.length > 1) throw new DamagedReport(name, `it is there ${tags.length} times`);
  if (tags[0].text !== tag) throw new DamagedReport(name, "its tag is not as it was written");
  const begin = tags[0].at + tag.length, end = html.indexOf("<", begin);
  if (!html.startsWith(CLOSING, end)) throw new DamagedReport(name, "it does not end");
  return html.slice(begin, end);
}

function bytesOf(name: string, packed: string): Uint8Array<ArrayBuffer> {
  // a browser's own reader passes over blanks and missing padding, so that two texts would be one part
  if (packed.length === 0 || packed.length % 4 > 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(packed)) {
    throw new DamagedReport(name, "its base64 is broken");
  }
  const text = atob(packed), bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}
