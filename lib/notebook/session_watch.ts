/**
 * Tells when the notebook's file or one of its modules was saved, by whatever way an editor saves: in place, by a file
 * that takes its place, or with its whole folder. Where the system gives no word of changes, files are looked at.
 */
import { statSync } from "node:fs";
import { dirname } from "node:path";

/** A save is over when nothing came for so long, or when it has lasted so long. */
const DEBOUNCE_MILLISECONDS = 25;
const LONGEST_MILLISECONDS = 250;
/** How often it is looked whether folders are still those that are watched, and files without a watch the same. */
const LOOK_MILLISECONDS = 500;

/** What the watch takes from the system; a parameter, so that its limits can be tried. */
export type WatchFolders = (folders: string[]) => Deno.FsWatcher;

/** Watches the folders of some files, which may change over time, vanish and come back. */
export class SessionWatch {
  #files = new Set<string>();
  /** which folder each one was when it was last looked at; "" while there is none */
  #folders = new Map<string, string>();
  /** what each file was, while no watch tells */
  #looks?: string;
  #watcher?: Deno.FsWatcher;
  #look?: ReturnType<typeof setInterval>;
  #timer?: ReturnType<typeof setTimeout>;
  #since = 0;
  #closed = false;
  #said = false;

  /**
   * @param saved called after a save, a removal or a return of a file
   * @param say a line for people, once, when files can only be looked at
   */
  constructor(
    readonly saved: () => void,
    readonly say: (line: string) => void = () => {},
    readonly watchFolders: WatchFolders = (folders) => Deno.watchFs(folders, { recursive: false }),
  ) {}

  /** From now on these files are watched. */
  watch(files: Iterable<string>): void {
    if (this.#closed) return;
    this.#files = new Set(files);
    const folders = [...new Set([...this.#files].map((file) => dirname(file)))].sort();
    const same = folders.length === this.#folders.size && folders.every((each) => this.#folders.has(each));
    if (!same) this.#rewatch(folders);
    if (this.#looks !== undefined) this.#looks = this.#filesNow();
    this.#look ??= setInterval(() => this.#compare(), LOOK_MILLISECONDS);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    clearInterval(this.#look);
    this.#unwatch();
  }

  #unwatch() {
    const watcher = this.#watcher;
    this.#watcher = undefined;
    watcher?.close();
  }

  /** Watches the folders that there are. */
  #rewatch(folders: readonly string[]) {
    this.#unwatch();
    this.#folders = new Map(folders.map((folder) => [folder, identity(folder)]));
    this.#looks = undefined;
    const there = folders.filter((folder) => this.#folders.get(folder) !== "");
    if (there.length === 0) return;
    try {
      this.#watcher = this.watchFolders(there);
      this.#listen(this.#watcher).catch((error) => this.#onlyLook(error));
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return; // it went this very moment: the next look finds it
      this.#onlyLook(error as Error);
    }
  }

  /** The system gives no watch, or no longer. */
  #onlyLook(error: Error) {
    if (this.#closed) return;
    this.#unwatch();
    this.#looks = this.#filesNow();
    if (!this.#said) {
      this.say(`saved files are noticed within ${LOOK_MILLISECONDS / 1000} s: ${reasonOf(error)}`);
    }
    this.#said = true;
  }

  async #listen(watcher: Deno.FsWatcher) {
    for await (const { kind, paths } of watcher) {
      if (kind === "access") continue;
      // without a path: more happened than could be told
      if (paths.length === 0 || paths.some((path) => this.#files.has(path))) this.#changed();
    }
  }

  /** Finds what no watch tells: that a folder is another one, or gone; and files where there is no watch. */
  #compare() {
    if ([...this.#folders].some(([folder, before]) => identity(folder) !== before)) {
      this.#rewatch([...this.#folders.keys()]);
      this.#changed();
    } else if (this.#looks !== undefined) {
      const now = this.#filesNow();
      if (now === this.#looks) return;
      this.#looks = now;
      this.#changed();
    }
  }

  #filesNow(): string {
    return [...this.#files].map((file) => state(file)).join("\n");
  }

  #changed() {
    const now = performance.now();
    if (this.#timer === undefined) this.#since = now;
    else if (now - this.#since > LONGEST_MILLISECONDS) return; // its turn has come already
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.saved();
    }, DEBOUNCE_MILLISECONDS);
  }
}

/** What tells a folder from another one of the same name; "" where there is none. */
const identity = (folder: string): string => {
  const found = statOf(folder);
  return found?.isDirectory() ? `${found.dev}:${found.ino}` : "";
};

/** What changes when a file is saved or replaced. */
const state = (file: string): string => {
  const found = statOf(file);
  return found ? `${found.ino} ${found.mtimeMs} ${found.ctimeMs} ${found.size} ${found.mode}` : "";
};

function statOf(path: string) {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined; // it cannot be looked at now, as if it were not there
  }
}

/** The limits of Linux say themselves badly: "No space left on device", "Too many open files". */
function reasonOf({ message }: Error): string {
  if (/os error 28\b/.test(message)) return "the system's limit of watched folders is reached";
  if (/os error 24\b/.test(message)) return "the system's limit of watches is reached";
  return message;
}
