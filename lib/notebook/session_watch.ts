/**
 * Tells when the notebook's file or one of its modules was saved, by whatever way an editor saves: in place, by a file
 * that takes its place, or with its whole folder. The system's word of changes makes it quick; that nothing is missed
 * comes from looking at the files every second, for a watch is lost with its folder, and not every file system tells.
 */
import { statSync } from "node:fs";
import { dirname } from "node:path";

/** A save is over when nothing came for so long, or when it has lasted so long. */
const DEBOUNCE_MILLISECONDS = 25;
const LONGEST_MILLISECONDS = 250;
const LOOK_MILLISECONDS = 1000;

export interface WatchOptions {
  /** a line for people, once, when the system gives no watch */
  readonly say?: (line: string) => void;
  /** milliseconds from one look to the next; default 1000 */
  readonly look?: number;
  /** default: the system's watch */
  readonly watchFolders?: (folders: string[]) => Deno.FsWatcher;
}

/** Watches some files, which may change over time, vanish and come back. */
export class SessionWatch {
  /** what each file was when it was last looked at */
  #files = new Map<string, string>();
  /** which folder each one was when it was last watched; "" while there is none */
  #folders = new Map<string, string>();
  #watcher?: Deno.FsWatcher;
  /** when the last watcher has ended, and the next one watches */
  #watching: Promise<unknown> = Promise.resolve();
  #listening: Promise<unknown> = Promise.resolve();
  #look?: ReturnType<typeof setInterval>;
  #timer?: ReturnType<typeof setTimeout>;
  #since = 0;
  #closed = false;
  #said = false;

  /** @param saved called after a save, a removal or a return of a file */
  constructor(readonly saved: () => void, readonly options: WatchOptions = {}) {}

  /** From now on these files are watched. */
  watch(files: Iterable<string>): void {
    if (this.#closed) return;
    this.#files = new Map([...files].map((file) => [file, stateOf(file)]));
    const folders = new Set([...this.#files.keys()].map((file) => dirname(file)));
    if (folders.size !== this.#folders.size || [...folders].some((each) => !this.#folders.has(each))) {
      this.#rewatch(folders);
    }
    this.#look ??= setInterval(() => this.#compare(), this.options.look ?? LOOK_MILLISECONDS);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    clearInterval(this.#look);
    this.#watcher?.close();
    this.#watcher = undefined;
  }

  /** Watches those of the folders that there are. */
  #rewatch(folders: Iterable<string>) {
    const known = this.#folders = new Map([...folders].map((folder) => [folder, identityOf(folder)]));
    this.#watching = this.#watching.then(async () => {
      this.#watcher?.close();
      this.#watcher = undefined;
      await this.#listening; // a folder that is still being watched by the last watcher would be lost to the next
      const there = [...known].filter(([, identity]) => identity !== "").map(([folder]) => folder);
      if (this.#closed || known !== this.#folders || there.length === 0) return;
      try {
        this.#watcher = (this.options.watchFolders ?? watchFolders)(there);
        this.#listening = this.#listen(this.#watcher).catch((error) => this.#unwatched(error));
      } catch (error) {
        // one that went this very moment is found by the next look
        if (error instanceof Deno.errors.NotFound) { for (const folder of there) known.set(folder, ""); }
        else this.#unwatched(error as Error);
      }
    });
  }

  /** The system gives no watch, or no longer: files are still looked at. */
  #unwatched(error: Error) {
    if (this.#closed) return;
    const pace = (this.options.look ?? LOOK_MILLISECONDS) / 1000;
    if (!this.#said) this.options.say?.(`saved files are noticed within ${pace} s only: ${reasonOf(error)}`);
    this.#said = true;
  }

  async #listen(watcher: Deno.FsWatcher) {
    for await (const { kind, paths } of watcher) {
      if (kind !== "access" && paths.some((path) => this.#files.has(path))) this.#changed();
    }
  }

  /** Finds what no watch told: a folder that is another one, or gone, and a file that is not as it was. */
  #compare() {
    const moved = [...this.#folders].some(([folder, before]) => identityOf(folder) !== before);
    if (moved) this.#rewatch(this.#folders.keys());
    if ([...this.#files].some(([file, before]) => stateOf(file) !== before)) this.#changed();
  }

  #changed() {
    const now = performance.now();
    if (this.#timer === undefined) this.#since = now;
    else if (now - this.#since > LONGEST_MILLISECONDS) return; // its turn has come already
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      for (const file of this.#files.keys()) this.#files.set(file, stateOf(file));
      this.saved();
    }, DEBOUNCE_MILLISECONDS);
  }
}

const watchFolders = (folders: string[]) => Deno.watchFs(folders, { recursive: false });

/** What tells a folder from another one of the same name, which may have its number; "" where there is none. */
function identityOf(folder: string): string {
  const found = statOf(folder);
  return found?.isDirectory() ? `${found.dev} ${found.ino} ${found.birthtimeMs}` : "";
}

/** What changes when a file is saved, replaced, locked away or removed. */
function stateOf(file: string): string {
  const found = statOf(file);
  return found ? `${found.ino} ${found.mtimeMs} ${found.ctimeMs} ${found.size}` : "";
}

function statOf(path: string) {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined; // what cannot be looked at is as if it were not there
  }
}

/** The limits of Linux in words: "OS file watch limit reached. about […]", "Too many open files (os error 24)". */
function reasonOf({ message }: Error): string {
  if (/watch limit|os error 28\b/.test(message)) return "the system's limit of watched folders is reached";
  if (/os error 24\b/.test(message)) return "the system's limit of watches is reached";
  return message;
}
