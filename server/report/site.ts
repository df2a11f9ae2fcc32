/** A folder of reports with an index, which any web server or none can show. */
import { basename } from "node:path";
import { z } from "zod";
import { atomicWrite } from "../../lib/checkpoints/atomic_write.ts";
import { drawnReport } from "../../lib/report/drawn_report.ts";
import { type SiteEntry, sitePage, sizeText } from "./site_page.ts";

export interface SiteOptions {
  /** paths of the notebooks, in the order of the index */
  readonly notebooks: readonly string[];
  /** the folder to write */
  readonly output: string;
  readonly title: string;
  /** makes one report; `made` in milliseconds since 1970 */
  make(notebook: string): Promise<{ readonly html: string; readonly manifest: { readonly made: number } }>;
  /** one line for each file of the folder that was written or removed */
  readonly say: (line: string) => void;
  /** one line for each notebook that could not be made into a report */
  readonly fail: (line: string) => void;
  /** whether an error ends it all; default: none does, the other notebooks are made */
  readonly isEnd?: (error: unknown) => boolean;
}

/** A folder that is not ours to write. */
export class NotASite extends Error {
  override readonly name = "NotASite";
  constructor(readonly folder: string, readonly reason: string) {
    super(`not a site: ${folder} (${reason})`);
  }
}

/** The file by which a later run knows the folder and what in it was made. */
const MARKER = ".plateau-site.json";
const INDEX = "index.html";
const markerSchema = z.object({
  format: z.literal(1),
  files: z.array(z.string().regex(/^[^/\\\0]+\.html$/).max(255)).max(100_000),
});

/**
 * Makes a report of every notebook, and the index. A notebook that fails is told and left out of the index; a report that
 * an earlier run made of it stays as it is.
 * @returns how many could not be made
 * @throws NotASite for a folder with other files; Error for two notebooks whose reports would have one name
 * @example
 * ```ts ignore
 * await makeSite({ notebooks, output: "site", title: "Reports", make, say: console.log, fail: console.error });
 * ```
 */
export async function makeSite(options: SiteOptions): Promise<number> {
  const { notebooks, output, say, fail } = options;
  const names = reportNames(notebooks);
  const before = await earlierFiles(output);
  // what is there is known as ours before it is there: a run that is cut can be repeated
  mark(output, [...before, ...names.values()]);
  const entries: SiteEntry[] = [], failed: string[] = [];
  for (const [notebook, file] of names) {
    try {
      const entry = await makeOne(options, notebook, file);
      entries.push(entry);
      say(`${file}  ${sizeText(entry.bytes)}`);
    } catch (error) {
      if (options.isEnd?.(error)) throw error;
      failed.push(file);
      fail(`${basename(notebook)}: ${(error as Error).message}`);
    }
  }
  const bytes = write(`${output}/${INDEX}`, sitePage(options.title, entries, await styleText()));
  say(`${INDEX}  ${sizeText(bytes)}`);
  const kept = [...entries.map(({ file }) => file), ...before.filter((file) => failed.includes(file))];
  for (const file of before) {
    if (!kept.includes(file) && await removeFile(`${output}/${file}`)) say(`${file}  removed`);
  }
  mark(output, kept);
  return failed.length;
}

async function makeOne(options: SiteOptions, notebook: string, file: string): Promise<SiteEntry> {
  const { html, manifest } = await options.make(notebook);
  const { title, dek, outputs } = drawnReport(html);
  const finding = (outputs.get("finding") ?? []).flatMap((each) => each.kind === "prose" ? [each.text] : []);
  const bytes = write(`${options.output}/${file}`, html);
  return {
    file,
    title,
    finding: (finding.join(" ") || dek).replaceAll(/\s+/g, " "),
    made: manifest.made,
    bytes,
  };
}

/** Of each notebook the name of its report: its own with .html, and never that of the index. */
function reportNames(notebooks: readonly string[]): Map<string, string> {
  const taken = new Map<string, string>([[INDEX, "the index"]]);
  return new Map(notebooks.map((notebook) => {
    const name = basename(notebook).replace(/\.ts$/, "");
    const file = `${name.toLowerCase() === "index" ? "index_notebook" : name}.html`;
    // some disks do not tell small letters from large ones
    const other = taken.get(file.toLowerCase());
    if (other !== undefined) throw new Error(`two reports of one name: ${file} (${other}, ${notebook})`);
    taken.set(file.toLowerCase(), notebook);
    return [notebook, file];
  }));
}

/** Reports that an earlier run made; none in a folder that is new or empty. */
async function earlierFiles(output: string): Promise<string[]> {
  await Deno.mkdir(output, { recursive: true });
  let text: string;
  try {
    text = await Deno.readTextFile(`${output}/${MARKER}`);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    if ((await Array.fromAsync(Deno.readDir(output))).length === 0) return [];
    throw new NotASite(output, "it has other files: give a new or empty folder");
  }
  try {
    return markerSchema.parse(JSON.parse(text)).files;
  } catch {
    throw new NotASite(output, `its ${MARKER} is damaged: remove the folder, or give another`);
  }
}

function mark(output: string, files: readonly string[]): void {
  const marker = { format: 1, files: [...new Set(files)].filter((file) => file !== INDEX).sort() };
  write(`${output}/${MARKER}`, `${JSON.stringify(marker, null, 2)}\n`);
}

/** @returns its bytes */
function write(path: string, text: string): number {
  const bytes = new TextEncoder().encode(text);
  atomicWrite(path, bytes);
  return bytes.length;
}

/** Only a plain file is one that was written here. */
async function removeFile(path: string): Promise<boolean> {
  const info = await Deno.lstat(path).catch(() => null);
  if (!info?.isFile) return false;
  await Deno.remove(path);
  return true;
}

const SHEETS = ["tokens.css", "page.css", "notebook.css"];

async function styleText(): Promise<string> {
  const sheets = await Promise.all(
    SHEETS.map((sheet) => Deno.readTextFile(new URL(`../client/${sheet}`, import.meta.url))),
  );
  // their comments are for those who write them
  return sheets.join("\n").replaceAll(/\/\*[^]*?\*\//g, "").replaceAll(/\s*\n\s*/g, "\n");
}
