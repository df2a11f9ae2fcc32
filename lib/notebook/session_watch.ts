/** Tells when the notebook's file or one of its modules was saved. */
import { dirname } from "node:path";

const DEBOUNCE_MILLISECONDS = 25;

/** Watches the folders of some files, which may change over time; editors that replace a file are seen too. */
export class SessionWatch {
  #files = new Set<string>();
  #folders = "";
  #watcher?: Deno.FsWatcher;
  #timer?: ReturnType<typeof setTimeout>;

  constructor(readonly saved: () => void) {}

  /** From now on these files are watched. */
  watch(files: Iterable<string>): void {
    this.#files = new Set(files);
    const folders = [...new Set([...this.#files].map((file) => dirname(file)))].sort();
    if (folders.join("\n") === this.#folders) return;
    this.#folders = folders.join("\n");
    this.#watcher?.close();
    this.#watcher = Deno.watchFs(folders, { recursive: false });
    this.#listen(this.#watcher);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#watcher?.close();
    this.#watcher = undefined;
  }

  async #listen(watcher: Deno.FsWatcher) {
    for await (const { kind, paths } of watcher) {
      if (kind === "access" || !paths.some((path) => this.#files.has(path))) continue;
      clearTimeout(this.#timer);
      this.#timer = setTimeout(this.saved, DEBOUNCE_MILLISECONDS);
    }
  }
}
