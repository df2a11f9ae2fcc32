/** The store of a project's runs, opened when it is first asked for. */
import type { Store } from "../lib/store/store.ts";
import { createRunReader, type RunReader } from "./run_reader.ts";
import { createRunsFeed, type RunsFeed } from "./runs_feed.ts";
import { createStudyReader, type StudyReader } from "./study_reader.ts";

export interface RunStore {
  /** rejects with one line when it cannot be opened; tried again the next time */
  store(): Promise<Store>;
  reader(): Promise<RunReader>;
  /** reads the studies beside the runs */
  studies(): Promise<StudyReader>;
  readonly feed: RunsFeed;
  /** hangs up on the pages and lets go of the file */
  close(): Promise<void>;
}

/** The store that was opened last, and which file it is. */
interface Opened {
  readonly store: Store;
  readonly reader: RunReader;
  readonly studies: StudyReader;
  readonly file: string | null;
}

/**
 * @param which tells the file that lies at the store's place from one that lay there before; null for none. What was
 *   deleted or moved away is let go of, and opened anew
 * @param open as `() => openStore(".plateau/runs.sqlite")`
 * @example
 * ```ts ignore
 * const place = ".plateau/runs.sqlite", which = () => fileId(place);
 * const runs = createRunStore(() => openStore(place), which);
 * const { rows } = await (await runs.reader()).listing();
 * ```
 */
export function createRunStore(open: () => Promise<Store>, which: () => string | null): RunStore {
  let opened: Promise<Opened> | undefined;
  const anew = () =>
    opened = open().then((store) => {
      return { store, reader: createRunReader(store), studies: createStudyReader(store), file: which() };
    }).catch((error) => {
      opened = undefined;
      throw error;
    });
  const both = async () => {
    const before = opened, last = await (before ?? anew());
    if (last.file === which()) return last;
    if (opened !== before) return await both(); // another request has seen it too
    anew();
    await last.store.close();
    return await both();
  };
  const reader = async () => (await both()).reader;
  const feed = createRunsFeed(reader);
  return {
    store: async () => (await both()).store,
    reader,
    studies: async () => (await both()).studies,
    feed,
    async close() {
      feed.close();
      const last = await opened?.catch(() => undefined);
      await last?.store.close();
    },
  };
}
