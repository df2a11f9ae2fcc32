/** A folder of reports with an index, which any web server or none can show. */
import { createHash } from "node:crypto";
import { basename } from "node:path";
import { z } from "zod";
import { atomicWrite } from "../../lib/checkpoints/atomic_write.ts";
import { drawnReport } from "../../lib/report/drawn_report.ts";
import { sizeText } from "../pages/size_text.ts";
import { type SiteEntry, sitePage } from "./site_page.ts";
import { goalText } from "./size_goal.ts";

/** A report, and one line for each of its cells that failed. */
interface Made {
  readonly html: string;
  readonly manifest: { readonly made: number };
  readonly failed: readonly string[];
}

export interface SiteOptions {
  /** paths of the notebooks, in the order of the index */
  readonly notebooks: readonly string[];
  /** the folder to write */
  readonly output: string;
  readonly title: string;
  /** makes one report, which becomes this file of the folder; `made` in milliseconds since 1970 */
  make(notebook: string, file: string): Promise<Made>;
  /** one line for each file of the folder that was written or removed */
  readonly say: (line: string) => void;
  /** one line for each notebook that could not be made into a report, and for each cell of one that failed */
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
  format: z.literal(2),
  /** name → SHA-256 of what was written, in hex: a file that is no longer that is somebody's */
  files: z.record(z.string().regex(/^[^/\\\0]+\.html$/).max(255), z.string().regex(/^[0-9a-f]{64}$/)),
});
type Written = Readonly<Record<string, string>>;

/**
 * Makes a report of every notebook, and the index. A notebook that fails is told and left out of the index; a report that
 * an earlier run made of it stays as it is.
 * @returns of how many notebooks the report could not be made, or has cells that failed
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
  let written: Written = before;
  // what is there is known as ours before it is there: a run that is cut can be repeated
  const put = (file: string, text: string) => {
    written = { ...written, [file]: sha256(text) };
    mark(output, written);
    return write(`${output}/${file}`, text);
  };
  mark(output, written);
  const entries: SiteEntry[] = [], failed: string[] = [];
  let failing = 0;
  for (const [notebook, file] of names) {
    try {
      const report = await options.make(notebook, file), entry = entryOf(report, file, put);
      entries.push(entry);
      say(`${file}  ${sizeText(entry.bytes)}, ${goalText(entry.bytes)}`);
      if (report.failed.length > 0) failing++;
      for (const line of report.failed) fail(`${basename(notebook)}: ${line}`);
    } catch (error) {
      if (options.isEnd?.(error)) throw error;
      failed.push(file);
      fail(`${basename(notebook)}: ${(error as Error).message}`);
    }
  }
  const bytes = write(`${output}/${INDEX}`, sitePage(options.title, entries, await sheetsText()));
  say(`${INDEX}  ${sizeText(bytes)}`);
  const made = new Set(entries.map(({ file }) => file));
  const old = Object.keys(before).filter((file) => !made.has(file) && !failed.includes(file));
  for (const file of old) say(`${file}  ${await removeFile(`${output}/${file}`, before[file])}`);
  mark(output, Object.fromEntries(Object.entries(written).filter(([file]) => !old.includes(file))));
  return failed.length + failing;
}

function entryOf(
  { html, manifest }: Made,
  file: string,
  put: (file: string, text: string) => number,
): SiteEntry {
  const { title, dek, outputs } = drawnReport(html);
  const finding = (outputs.get("finding") ?? []).flatMap((each) => each.kind === "prose" ? [each.text] : []);
  const bytes = put(file, html);
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

/** Reports that an earlier run made, with the hash of each; none in a folder that is new or empty. */
async function earlierFiles(output: string): Promise<Written> {
  await Deno.mkdir(output, { recursive: true });
  let text: string;
  try {
    text = await Deno.readTextFile(`${output}/${MARKER}`);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    if ((await Array.fromAsync(Deno.readDir(output))).length === 0) return {};
    throw new NotASite(output, "it has other files: give a new or empty folder");
  }
  try {
    return markerSchema.parse(JSON.parse(text)).files;
  } catch {
    throw new NotASite(output, `its ${MARKER} is damaged: remove the folder, or give another`);
  }
}

function mark(output: string, files: Written): void {
  const sorted = Object.fromEntries(Object.entries(files).sort(([a], [b]) => a < b ? -1 : 1));
  write(`${output}/${MARKER}`, `${JSON.stringify({ format: 2, files: sorted }, null, 2)}\n`);
}

const sha256 = (data: string | Uint8Array): string => createHash("sha256").update(data).digest("hex");

/** @returns its bytes */
function write(path: string, text: string): number {
  const bytes = new TextEncoder().encode(text);
  atomicWrite(path, bytes);
  return bytes.length;
}

/**
 * Removes a report, if it still is what was written: a marker may come from elsewhere, and name what is somebody's own.
 * @returns what became of it, in words
 */
async function removeFile(path: string, hash: string): Promise<string> {
  const info = await Deno.lstat(path).catch(() => null);
  if (info === null) return "is gone";
  if (!info.isFile || sha256(await Deno.readFile(path)) !== hash) return "kept: it is not as it was made";
  await Deno.remove(path);
  return "removed";
}

const SHEETS = ["tokens.css", "page.css", "notebook.css"];

/** What the pages' style sheets say. */
async function sheetsText(): Promise<string> {
  const sheets = await Promise.all(
    SHEETS.map((sheet) => Deno.readTextFile(new URL(`../client/${sheet}`, import.meta.url))),
  );
  // their comments are for those who write them
  return sheets.join("\n").replaceAll(/\/\*[^]*?\*\//g, "").replaceAll(/\s*\n\s*/g, "\n");
}
