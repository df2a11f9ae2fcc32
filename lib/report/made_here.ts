/** The reports that were made on this machine, by their seals: what of theirs runs is this machine's own. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { NotPrivate, readPrivateFile, writePrivateFile } from "../checkpoints/private_file.ts";

/** Seals that are kept, the newest. */
const MOST = 10_000;
const LARGEST = 1e6;
const listSchema = z.object({
  format: z.literal(1),
  seals: z.array(z.string().regex(/^[0-9a-f]{64}$/)).max(MOST),
});

const pathIn = (project: string): string => join(project, ".plateau/reports_made.json");

/**
 * Notes that a report was made here. Of two processes that note at one time one may be forgotten, which costs its
 * report no more than the native engine at its check.
 *
 * @param project folder that holds `.plateau`
 * @param seal `sha256` of its manifest
 * @throws NotPrivate where others could have written the list; StorageFault
 * @example
 * ```ts ignore
 * noteMade(project, manifest.sha256);
 * ```
 */
export function noteMade(project: string, seal: string): void {
  const seals = [...sealsIn(project).filter((each) => each !== seal), seal].slice(-MOST);
  mkdirSync(join(project, ".plateau"), { recursive: true });
  writePrivateFile(pathIn(project), `${JSON.stringify({ format: 1, seals })}\n`, false);
}

/**
 * Looks whether `noteMade` will be able to, before a report is made in vain.
 * @throws NotPrivate where others could have written the list, or it is damaged
 */
export function checkList(project: string): void {
  sealsIn(project);
}

/**
 * Whether a report was made here; a list that others could have written says nothing.
 * @example
 * ```ts
 * import { isMadeHere } from "./made_here.ts";
 * isMadeHere("no such folder", "0".repeat(64)); // false
 * ```
 */
export function isMadeHere(project: string, seal: string): boolean {
  try {
    return sealsIn(project).includes(seal);
  } catch (error) {
    if (error instanceof NotPrivate) return false;
    throw error;
  }
}

function sealsIn(project: string): readonly string[] {
  const path = pathIn(project), text = readPrivateFile(path, LARGEST);
  if (text === null) return [];
  try {
    return listSchema.parse(JSON.parse(text)).seals;
  } catch {
    throw new NotPrivate(path, "it is damaged (remove it)");
  }
}
