/** What a report says of how it was made: enough to make it again, and to tell what differs. */
import { z } from "zod";
import { engineNamed } from "../engine/engine_choice.ts";
import { DamagedReport } from "./sections.ts";

/** How the parts of a report are written: 2 has what is alike in a recording once. */
export const FORMAT = 2;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.int().min(0);
const path = z.string().min(1).max(1000);

/** Names in folders that a report lists, of all together: whoever checks it makes as many files. */
export const MOST_NAMES = 10_000;
const namesIn = (folders: readonly { readonly names: readonly string[] }[]): number =>
  folders.reduce((sum, { names }) => sum + names.length, 0);

/** A file of the project whose text lies in the report. */
const sourceSchema = z.object({ path, bytes: count, sha256 });

const manifestSchema = z.object({
  /** of the whole file with these digits left out; empty until the file is sealed. Always the first member */
  sha256: z.union([sha256, z.literal("")]),
  format: z.literal(FORMAT),
  /** from the folder of its project, with slashes */
  notebook: path,
  title: z.string(),
  /** the notebook first, then its modules, then deno.json and deno.lock where there are any */
  sources: z.array(sourceSchema).min(1).max(10_000),
  /** files that cells read. `inside`: their bytes lie in the report; otherwise `why` they do not */
  data: z.array(sourceSchema.extend({ inside: z.boolean(), why: z.string().optional() })).max(10_000),
  /** folders that cells looked into, and the names in them; those of folders end with a slash */
  folders: z.array(z.object({ path, names: z.array(z.string().min(1).max(300)).max(MOST_NAMES) })).max(1000)
    .refine((folders) => namesIn(folders) <= MOST_NAMES, { error: `more than ${MOST_NAMES} names` }),
  /** why not every file that was read could be followed; absent: all could */
  unfollowed: z.string().min(1).max(1000).optional(),
  /** name of the file that it was written as; absent: the notebook's with .html */
  file: z.string().min(1).max(255).optional(),
  /** SHA-256 of this library: its modules, what they import, and the lock of its packages */
  library: sha256,
  /** where the run took place, and on what */
  on: z.object({
    /** one that is known: no other is taken in its place */
    engine: z.string().refine((name) => name === "none" || engineNamed(name) === name, {
      error: "unknown engine",
    }),
    version: z.string(),
    device: z.string(),
    deno: z.string(),
    system: z.string(),
    processor: z.string(),
    threads: z.int().min(1).max(4096),
  }),
  /** how trainings ran on it, as "tensorflow 2.21.0, compiled by XLA" */
  modes: z.array(z.string()),
  seeds: z.array(z.number()),
  /** what was trained on: `fingerprint` of its numbers, 12 digits */
  datasets: z.array(z.object({ name: z.string(), fingerprint: z.string() })),
  /** makes the report again, from the folder of the project */
  command: z.string(),
  /** `dirty`: what was run is not as committed; null where that is not known. Null where there is no commit */
  git: z.union([
    z.object({ commit: z.string().regex(/^[0-9a-f]{40,64}$/), dirty: z.boolean().nullable() }),
    z.literal("unknown"),
  ]).nullable(),
  /** when the run began and when the report was written, milliseconds since 1970 */
  began: z.number(),
  made: z.number(),
  /** what the run took */
  seconds: z.number().min(0),
  /** of each part its bytes, those that it takes in the file, and the hash of its bytes */
  parts: z.record(
    z.enum(["recording", "client", "sources"]),
    z.object({ bytes: count, packed: count, sha256 }),
  ),
});

export type Manifest = z.infer<typeof manifestSchema>;
export type SourceFile = Manifest["sources"][number];
export type DataFile = Manifest["data"][number];
export type ListedFolder = Manifest["folders"][number];

/**
 * The manifest of a file, from its text.
 * @throws DamagedReport for what is none
 */
export function readManifest(text: string): Manifest {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new DamagedReport("manifest", "it is not JSON");
  }
  const read = manifestSchema.safeParse(json);
  if (read.success) return read.data;
  const format = (json as { format?: unknown } | null)?.format;
  if (typeof format === "number" && format !== FORMAT) {
    const who = format > FORMAT ? "a later" : "an earlier";
    throw new DamagedReport("manifest", `its format is ${format}, which ${who} Plateau reads`);
  }
  const { path, message } = read.error.issues[0];
  throw new DamagedReport("manifest", `${path.join(".") || "it"}: ${message}`);
}
