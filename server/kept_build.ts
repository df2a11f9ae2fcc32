/** What was built at an earlier start, as long as the files that it was made of are as they were. */
import { dirname } from "node:path";
import { z } from "zod";

/** Texts by name, and the files that they were made of. */
export interface Built {
  readonly texts: Readonly<Record<string, string>>;
  /** absolute paths */
  readonly inputs: readonly string[];
}

const keptSchema = z.object({
  /** path, milliseconds of its last change, bytes */
  inputs: z.array(z.tuple([z.string(), z.number(), z.number()])).min(1),
  texts: z.record(z.string(), z.string()),
});
type Kept = z.infer<typeof keptSchema>;

/**
 * The texts of a build, taken from `path` where none of its inputs has changed since, else built and kept there. A file that
 * is damaged, or cannot be written, only means that the next start builds again.
 * @example
 * ```ts ignore
 * import { keptBuild } from "./kept_build.ts";
 * const { script } = await keptBuild(".plateau/assets.json", () => bundleAll());
 * ```
 */
export async function keptBuild(path: string, build: () => Promise<Built>): Promise<Built["texts"]> {
  const kept = read(path);
  if (kept?.inputs.every(([input, changed, bytes]) => isAsItWas(input, changed, bytes))) return kept.texts;
  const began = Date.now(), { texts, inputs } = await build();
  const found = inputs.map((input) => ({ input, info: stat(input) }));
  // one that changed while it was read: nobody knows which text was built
  if (found.every(({ info }) => info !== null && info.changed < began)) {
    write(path, { texts, inputs: found.map(({ input, info }) => [input, info!.changed, info!.bytes]) });
  }
  return texts;
}

function isAsItWas(input: string, changed: number, bytes: number): boolean {
  const now = stat(input);
  return now !== null && now.changed === changed && now.bytes === bytes;
}

function stat(path: string): { changed: number; bytes: number } | null {
  try {
    const { mtime, size } = Deno.statSync(path);
    return { changed: mtime?.getTime() ?? 0, bytes: size };
  } catch {
    return null; // gone, or not ours to see
  }
}

function read(path: string): Kept | undefined {
  try {
    return keptSchema.safeParse(JSON.parse(Deno.readTextFileSync(path))).data;
  } catch {
    return undefined; // none yet, or half of one
  }
}

function write(path: string, kept: Kept): void {
  const part = `${path}.${Deno.pid}.tmp`;
  try {
    Deno.mkdirSync(dirname(path), { recursive: true });
    Deno.writeTextFileSync(part, JSON.stringify(kept));
    Deno.renameSync(part, path);
  } catch {
    try {
      Deno.removeSync(part);
    } catch {
      // it was never made
    }
  }
}
