/** Where the states of a trial lie: each claim has a folder of its own, so that a late worker spoils nothing. */
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, linkSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { makeFolder } from "../checkpoints/atomic_write.ts";
import { DamagedCheckpoint } from "../checkpoints/damaged_checkpoint.ts";
import { checkpointName, checkpointsOf, listCheckpoints, readState } from "../checkpoints/read_state.ts";
import { ROW_FILES } from "../checkpoints/row_files.ts";
import { onStorage } from "../checkpoints/storage_fault.ts";
import type { Claim, StudyRow } from "../store/study_store.ts";

/** Files of a run that are never changed, only replaced. */
const REPLACED = ["run.json", "outcome.json", "result.safetensors"];

/**
 * The folder of a study: its name, with what no path may hold left out and then a piece of its SHA-256, so that no two of
 * them are one; and when it was added, so that another study of the name finds nothing of this one.
 */
export function studyFolder(folder: string, { name, created }: Pick<StudyRow, "name" | "created">): string {
  const plain = name.replaceAll(/[^\w.-]+/g, "-").slice(0, 80);
  const told = plain === name ? "" : `-${createHash("sha256").update(name).digest("hex").slice(0, 12)}`;
  return join(folder, "studies", `${plain}${told}-${created.toString(36)}`);
}

const trialFolder = (folder: string, study: StudyRow, trial: number): string =>
  join(studyFolder(folder, study), "trials", String(trial));

/**
 * Makes the folder of a claim. It begins with the newest whole state of the claims before, linked where the file system
 * can: a state never changes once it is written. Rows, which grow, are copied.
 * @returns its path
 * @throws StorageFault; LaterCheckpoint
 * @example
 * ```ts ignore
 * const states = claimFolder(".plateau", study, claim);
 * ```
 */
export function claimFolder(folder: string, study: StudyRow, { trial, token }: Claim): string {
  const place = trialFolder(folder, study, trial), own = join(place, String(token));
  return onStorage(own, () => {
    makeFolder(checkpointsOf(own));
    const found = newestOf(place, token);
    if (found === null) return own;
    for (const name of ROW_FILES) copyFileSync(join(found.folder, name), join(own, name));
    // of one that had come to its end nothing is trained again, and so nothing written
    const replaced = REPLACED.filter((name) => existsSync(join(found.folder, name)));
    for (const name of [...replaced, join("checkpoints", checkpointName(found.step))]) {
      linked(join(found.folder, name), join(own, name));
    }
    return own;
  });
}

/** Removes what earlier claims of a trial left: its states are those of the claim that ended it. */
export function removeEarlier(folder: string, study: StudyRow, { trial, token }: Claim): void {
  const place = trialFolder(folder, study, trial);
  onStorage(place, () => {
    for (const each of tokensIn(place)) {
      if (each < token) rmSync(join(place, String(each)), { recursive: true, force: true });
    }
  });
}

const tokensIn = (place: string): number[] =>
  existsSync(place) ? readdirSync(place).filter((name) => /^\d+$/.test(name)).map(Number) : [];

/** The newest whole state before a claim; null when there is none. */
function newestOf(place: string, before: number): { readonly folder: string; readonly step: number } | null {
  const there = tokensIn(place).filter((token) => token < before).flatMap((token) => {
    const folder = join(place, String(token));
    return listCheckpoints(folder).map(({ step, file }) => ({ folder, step, file, token }));
  });
  for (const { folder, step, file } of there.sort((a, b) => b.step - a.step || b.token - a.token)) {
    if (isWhole(file)) return { folder, step };
  }
  return null;
}

function isWhole(file: string): boolean {
  try {
    readState(file);
    return true;
  } catch (error) {
    // a late worker may have put a newer one in its place meanwhile
    if (error instanceof DamagedCheckpoint || !existsSync(file)) return false;
    throw error;
  }
}

/** A link to a file; a copy where there are none. */
function linked(file: string, to: string): void {
  try {
    linkSync(file, to);
  } catch (error) {
    const { code = "" } = error as { code?: string };
    if (!["EPERM", "EXDEV", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"].includes(code)) throw error;
    copyFileSync(file, to);
  }
}
